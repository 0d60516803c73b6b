"""The subtitle tracks in all movie files of a library, each file opened once."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.contracts import ExistingTrack, Inventory, MovieTracks
from moviesubs.errors import UserError
from moviesubs.library.contents import state_of
from moviesubs.library.existing import embedded
from moviesubs.library.search import PATIENCE


def tracks_in(
    movies: Sequence[Path], record: Path, report: Callable[[str], None] = lambda line: None
) -> dict[Path, list[ExistingTrack]]:
    """The subtitle tracks in movie files.

    Args:
        movies: the files.
        record: what was read before; it is written anew where a file is new or has changed.
        report: is told every PATIENCE seconds how far the search is.

    Returns:
        Tracks by movie; none for a file that cannot be read.
    """
    try:
        known = contracts.read(record, Inventory).movies
    except UserError:  # it is not there, or of another version
        known = {}
    now: dict[str, MovieTracks] = {}
    spoken = time.monotonic()
    for number, movie in enumerate(movies):
        try:
            status = movie.stat()
        except OSError:
            continue
        old = known.get(str(movie))
        if old and (old.size, old.changed, old.state) == (status.st_size, status.st_mtime_ns, state_of(status)):
            now[str(movie)] = old
            continue
        now[str(movie)] = MovieTracks(
            size=status.st_size, changed=status.st_mtime_ns, tracks=embedded(movie), state=state_of(status)
        )
        if time.monotonic() - spoken > PATIENCE:
            spoken = time.monotonic()
            report(f"looking for subtitles in the movies: {number + 1:,} of {len(movies):,}")
    if now != known:
        contracts.write(record, Inventory(movies=now))
    return {Path(path): movie.tracks for path, movie in now.items()}
