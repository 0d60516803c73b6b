"""Puts subtitle tracks beside their movie under the names that players find; files of others are left as they are."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.library.publishing import name_beside, publish
from moviesubs.stage import program
from moviesubs.stage.terminal import tell


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--movie", type=Path, required=True, help="movie file; the tracks go into its folder")
    made.add_argument(
        "--name", required=True, help="name of the movie in the results, with which the tracks' names begin"
    )
    made.add_argument(
        "--tracks", type=Path, nargs="*", default=[], metavar="FILE", help="<name>.<language>[.<kind>].<format>"
    )
    made.add_argument(
        "--overwrite",
        action="store_true",
        help="replace files that were not written by this program too; copies are kept",
    )
    made.add_argument(
        "--record", type=Path, required=True, help="published.json to read, where it is there, and to write"
    )
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Publishes the tracks and writes the record."""
    options = parser().parse_args(arguments)
    movie = options.movie.absolute()
    before = contracts.Published(files=[])
    if options.record.exists():
        before = contracts.read(options.record, contracts.Published)
    tracks = [(track, name_beside(movie, track, options.name)) for track in options.tracks]
    after, left = publish(tracks, before, options.record.absolute().parent / "replaced", overwrite=options.overwrite)
    contracts.write(options.record, after)
    for line in left:
        tell(f"warning: {line}")
    print(f"{len(tracks) - len(left)} subtitle files are beside {movie}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
