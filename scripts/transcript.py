"""Aligned segments to a transcript: whole sentences with word times and speakers, on the movie's clock, as JSON and as plain text."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.corrections.apply import apply, report_unplaced
from moviesubs.corrections.table import read_corrections
from moviesubs.stage import program
from moviesubs.stage.progress import clock
from moviesubs.transcript.sentences import SentenceRules, transcript


def readable(record: contracts.Transcript) -> str:
    """A transcript as a person reads it: one line a sentence, "[h:mm:ss] speaker: text"."""
    lines = []
    for sentence in record.sentences:
        speaker = f"{sentence.speaker}: " if sentence.speaker else ""
        lines.append(f"[{clock(int(sentence.start))}] {speaker}{sentence.text}\n")
    return "".join(lines)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    rules = SentenceRules()
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument(
        "--aligned", type=Path, required=True, help="aligned.json (or asr.json: times are then estimated)"
    )
    made.add_argument(
        "--probe", type=Path, required=True, help="probe.json; its `start` puts times on the movie's clock"
    )
    made.add_argument("--speakers", type=Path, help="speakers.json of the diarization")
    made.add_argument("--speech", type=Path, help="speech.json, for word times that cannot be right")
    made.add_argument("--corrections", type=Path, help="the movie's table of corrections")
    made.add_argument("--output", type=Path, required=True, help="transcript.json to write")
    made.add_argument("--text", type=Path, required=True, help="transcript.txt to write")
    made.add_argument(
        "--max-pause",
        type=float,
        default=rules.pause,
        metavar="S",
        help="silence that ends a sentence, in seconds (%(default)s)",
    )
    made.add_argument(
        "--pause-unpunctuated",
        type=float,
        default=rules.pause_unpunctuated,
        metavar="S",
        help="the same where the recogniser writes no punctuation (%(default)s)",
    )
    made.add_argument(
        "--longest",
        type=float,
        default=rules.longest,
        metavar="S",
        help="a sentence that takes longer is cut where it pauses most (%(default)s)",
    )
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the stages' files and writes both forms of the transcript."""
    given = parser().parse_args(arguments)
    asr = contracts.read(given.aligned, contracts.Asr)
    probe = contracts.read(given.probe, contracts.Probe)
    turns = contracts.read(given.speakers, contracts.Speakers).turns if given.speakers else []
    rules = SentenceRules(pause=given.max_pause, pause_unpunctuated=given.pause_unpunctuated, longest=given.longest)
    speech = contracts.read(given.speech, contracts.Speech).segments if given.speech else None
    made = transcript(asr, start=probe.start, end=probe.end, turns=turns, speech=speech, rules=rules)
    if given.corrections:
        made = apply(made, read_corrections(given.corrections))
        report_unplaced(made.unplaced, given.corrections)
    contracts.write(given.output, made)
    write_text(given.text, readable(made))
    flagged = sum(bool(sentence.flags) for sentence in made.sentences)
    print(
        f"{len(made.sentences)} sentences, {flagged} flagged; {len(made.removed)} segments removed",
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    program.run(main)
