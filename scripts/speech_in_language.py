"""The speech of a film in one of its languages: what the stages of that language listen to."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from moviesubs import contracts
from moviesubs.contracts import Speech, SpokenLanguages
from moviesubs.recognition.language_runs import spoken_in
from moviesubs.stage.program import run


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, writes `speech.<language>.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speech", type=Path, required=True, help="speech.json: where somebody speaks")
    parser.add_argument("--languages", type=Path, required=True, help="languages.json: in which language")
    parser.add_argument("--language", required=True, metavar="CODE", help="the one")
    parser.add_argument("--output", type=Path, required=True, help="speech.<language>.json")
    options = parser.parse_args(arguments)
    speech = contracts.read(options.speech, Speech)
    languages = contracts.read(options.languages, SpokenLanguages)
    contracts.write(options.output, replace(speech, segments=spoken_in(languages.stretches, options.language)))


if __name__ == "__main__":
    run(main)
