"""Prints how long movies are, by what their containers say: a JSON list of seconds, null where a file cannot be opened."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from moviesubs.errors import UserError
from moviesubs.media.ffmpeg import open_movie
from moviesubs.stage.program import run

#: how much of a file is read for that: its header
HEADER = {"probesize": "5M", "analyzeduration": "5M"}


def length(movie: Path) -> float | None:
    """Seconds of a movie; None where it does not say or cannot be opened."""
    try:
        with open_movie(movie, HEADER) as container:
            return container.duration / 1e6 if container.duration else None
    except UserError:
        return None


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads a JSON list of paths from standard input."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    print(json.dumps([length(Path(path)) for path in json.load(sys.stdin)]))


if __name__ == "__main__":
    run(main)
