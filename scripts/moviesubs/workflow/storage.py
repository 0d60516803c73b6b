"""Movies in a storage: which of them can be had. Snakemake ends the whole run where it cannot ask for one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

#: failures in a row that say the same; then a storage is not asked for its other movies: each may take a minute of retries
ENOUGH = 2


def problems(addresses: Iterable[str], object_at: Callable[[str], Any]) -> dict[str, str]:
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
                except Exception as error:  # noqa: BLE001
                    failures = [*failures[1 - ENOUGH :], _reason(error, address)]
                else:
                    failures = []
                    if not there:
                        reasons[address] = "there is no such file in the storage; correct the address"
            if failures:
                reasons[address] = failures[-1]
    return reasons


def _reason(error: Exception, address: str) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    path = urlsplit(address).path
    return f"its storage cannot be asked ({said.replace(path, '/...')}); give Snakemake credentials and address of the storage"
