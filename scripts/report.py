"""The report of a movie: one HTML file, without network, with what a person checks before trusting the subtitles."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from moviesubs import contracts, program
from moviesubs.errors import UserError
from moviesubs.files import write_text
from moviesubs.report.page import render
from moviesubs.report.stages import stages
from moviesubs.report.view import Materials

T = TypeVar("T")


def by_language(pairs: Sequence[str], kind: type[T]) -> dict[str, T]:
    """Reads files that are given as `language=file`.

    Args:
        pairs: "en=results/M/cues.en.json", ...
        kind: the record that each holds.

    Returns:
        Records by language code, in the given order.

    Raises:
        UserError: a pair without "=", or a file that is missing or damaged.
    """
    found = {}
    for pair in pairs:
        language, equals, path = pair.partition("=")
        if not (language and equals and path):
            raise UserError(f"{pair}: give a language and a file, as in en=cues.en.json")
        found[language] = contracts.read(path, kind)
    return found


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--name", required=True, help="the movie's name, the page's title")
    made.add_argument("--probe", type=Path, required=True, help="probe.json")
    made.add_argument("--speech", type=Path, required=True, help="speech.json")
    made.add_argument("--asr", type=Path, required=True, help="aligned.json")
    made.add_argument("--transcript", type=Path, required=True, help="transcript.json")
    made.add_argument("--translations", nargs="*", default=[], metavar="LANGUAGE=FILE", help="translated transcripts")
    made.add_argument(
        "--cues", nargs="*", default=[], metavar="LANGUAGE=FILE", help="cues.<language>.json of each track"
    )
    made.add_argument(
        "--models", nargs="*", default=[], type=Path, metavar="FILE", help="descriptions of the models used"
    )
    made.add_argument("--log-folder", type=Path, help="the movie's logs, named after the rules")
    made.add_argument("--benchmark-folder", type=Path, help="the movie's benchmark tables, named after the rules")
    made.add_argument("--output", type=Path, required=True, help="HTML file to write")
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads what the stages left and writes the page."""
    given = parser().parse_args(arguments)
    asr = contracts.read(given.asr, contracts.Asr)
    transcript = contracts.read(given.transcript, contracts.Transcript)
    materials = Materials(
        name=given.name,
        probe=contracts.read(given.probe, contracts.Probe),
        speech=contracts.read(given.speech, contracts.Speech),
        asr=asr,
        transcript=transcript,
        translations=by_language(given.translations, contracts.Transcript),
        cues=by_language(given.cues, contracts.Cues),
        models=[contracts.read(path, contracts.Model) for path in given.models],
        stages=stages(given.benchmark_folder, given.log_folder),
    )
    write_text(given.output, render(materials))


if __name__ == "__main__":
    program.run(main)
