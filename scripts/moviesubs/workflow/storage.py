"""Movies in a storage: which of them can be had. Where it cannot ask for one or fetch it, Snakemake ends the whole run."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

#: failures in a row that say the same; then a storage is not asked for its other movies: each may take a minute of retries
ENOUGH = 2


def storage_problems(addresses: Iterable[str], object_at: Callable[[str], Any]) -> dict[str, str]:
    """Why movies cannot be had.

    Args:
        addresses: `s3://films/Sholay.mkv`, say.
        object_at: gives Snakemake's object of an address, whose `exists()` asks the storage. What a plugin raises is up to it.

    Returns:
        One line for each address that cannot be had.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        parts = urlsplit(address)
        places[f"{parts.scheme}://{parts.netloc}"].append(address)
    reasons: dict[str, str] = {}
    for of_one_place in places.values():
        failures: list[str] = []
        for address in of_one_place:
            if len(failures) < ENOUGH or len(set(failures)) > 1:
                try:
                    there = object_at(address).exists()
                except Exception as error:  # noqa: BLE001 -- what a plugin raises is up to it
                    failures = [*failures[1 - ENOUGH :], _reason(error, address)]
                else:
                    failures = []
                    if not there:
                        reasons[address] = "there is no such file in the storage; correct the address"
            if failures:
                reasons[address] = failures[-1]
    return reasons


def let_others_go_on(movie: Any, tell: Callable[[str], None]) -> None:
    """Lets a movie that cannot be fetched when its turn comes be missing: its job fails, as any job may.

    Args:
        movie: Snakemake's object, of the process that fetches movies for jobs on this machine. Its class is changed, since
            Snakemake makes further objects of that.
        tell: is told why.
    """
    movie.__class__ = _forgiving(movie.__class__, tell)


@cache
def _forgiving(kind: Any, tell: Callable[[str], None]) -> Any:
    async def managed_retrieve(self: Any) -> None:
        try:
            await kind.managed_retrieve(self)
        except Exception as error:  # noqa: BLE001 -- what a plugin raises is up to it
            tell(f"error: {self.query} could not be fetched: {' '.join(str(error).split())}")

    return type(kind.__name__, (kind,), {"managed_retrieve": managed_retrieve})


def _reason(error: Exception, address: str) -> str:
    """What a plugin says, without the path of the movie, so that a storage that fails for all says the same of all."""
    said = " ".join(str(error).split()) or type(error).__name__
    path = urlsplit(address).path
    for part in (path, quote(path)):
        said = said.replace(part, "/...") if part.strip("/") else said
    return f"its storage cannot be asked ({said}); give Snakemake credentials and address of the storage"
