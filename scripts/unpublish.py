"""Takes back every subtitle file that was put beside a movie and has not been changed since."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.library.publishing import unpublish
from moviesubs.stage import program
from moviesubs.stage.terminal import tell


def main(arguments: Sequence[str] | None = None) -> None:
    """Takes back what the records of all movies name, and deletes the records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--results", type=Path, required=True, help="folder of the results; records are <movie>/published.json in it"
    )
    options = parser.parse_args(arguments)
    count = stuck = 0
    for path in sorted(options.results.glob("*/published.json")):
        after, removed, lines = unpublish(contracts.read(path, contracts.Published))
        count, stuck = count + len(removed), stuck + len(after.files)
        for line in lines:
            tell(f"warning: {line}")
        if after.files:
            contracts.write(path, after)
        else:
            path.unlink()
    tell(f"{count} subtitle files were taken back")
    if stuck:
        raise UserError(f"{stuck} subtitle files could not be taken back; the lines above say why")


if __name__ == "__main__":
    program.run(main)
