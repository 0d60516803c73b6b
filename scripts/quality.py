"""The table of all movies: how good the subtitles of each are, and which need a person first."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.report.quality import Quality
from moviesubs.report.quality_table import render, table
from moviesubs.stage import program


def _lines(path: Path | None) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path else []


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movies", nargs="*", default=[], type=Path, metavar="FILE", help="quality.json of each movie")
    parser.add_argument("--output", required=True, type=Path, help="HTML page to write, in the folder of the results")
    parser.add_argument("--table", required=True, type=Path, help="the same as tab-separated values")
    parser.add_argument(
        "--unfinished", nargs="*", default=[], metavar="NAME", help="movies that are not in the table yet"
    )
    parser.add_argument("--movies-in", type=Path, metavar="FILE", help="more of --movies, a line each")
    parser.add_argument("--unfinished-in", type=Path, metavar="FILE", help="more of --unfinished, a line each")
    options = parser.parse_args(arguments)
    movies = [*options.movies, *map(Path, _lines(options.movies_in))]
    records = [contracts.read(path, Quality) for path in movies]
    write_text(options.table, table(records))
    write_text(options.output, render(records, [*options.unfinished, *_lines(options.unfinished_in)]))


if __name__ == "__main__":
    program.run(main)
