"""Makes a transcript of aligned segments: whole sentences with word times and speakers, on the movie's clock, as JSON and as plain text."""

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
from moviesubs.transcript.second_opinion import with_second_opinion
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
    command_line = argparse.ArgumentParser(description=__doc__)
    command_line.add_argument(
        "--aligned", type=Path, required=True, help="aligned.json (or asr.json: times are then estimated)"
    )
    command_line.add_argument(
        "--probe", type=Path, required=True, help="probe.json; its `start` puts times on the movie's clock"
    )
    command_line.add_argument("--speakers", nargs="?", type=Path, help="speakers.json of the diarization")
    command_line.add_argument("--speech", type=Path, help="speech.json, for word times that cannot be right")
    about = "what a second recogniser heard, of each language of the film, with times of words"
    command_line.add_argument("--second", type=Path, nargs="*", default=[], metavar="FILE", help=about)
    command_line.add_argument("--corrections", nargs="?", type=Path, help="the movie's table of corrections")
    command_line.add_argument("--output", type=Path, required=True, help="transcript.json to write")
    command_line.add_argument("--text", type=Path, required=True, help="transcript.txt to write")
    command_line.add_argument(
        "--max-pause",
        type=float,
        default=rules.pause,
        metavar="S",
        help="silence that ends a sentence, in seconds (%(default)s)",
    )
    command_line.add_argument(
        "--pause-unpunctuated",
        type=float,
        default=rules.pause_unpunctuated,
        metavar="S",
        help="the same where the recogniser writes no punctuation (%(default)s)",
    )
    command_line.add_argument(
        "--longest",
        type=float,
        default=rules.longest,
        metavar="S",
        help="a sentence that takes longer is cut where it pauses most (%(default)s)",
    )
    return command_line


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the stages' files and writes both forms of the transcript."""
    options = parser().parse_args(arguments)
    asr = contracts.read(options.aligned, contracts.Asr)
    second = [contracts.read(path, contracts.Asr) for path in options.second]
    for path, ear in zip(options.second, second, strict=True):
        compared = with_second_opinion(asr, ear)
        if compared is asr:
            print(
                f"{path}: differs from more than a third of the sentences, so it says nothing of them", file=sys.stderr
            )
        asr = compared
    probe = contracts.read(options.probe, contracts.Probe)
    turns = contracts.read(options.speakers, contracts.Speakers).turns if options.speakers else []
    rules = SentenceRules(
        pause=options.max_pause, pause_unpunctuated=options.pause_unpunctuated, longest=options.longest
    )
    speech = contracts.read(options.speech, contracts.Speech).segments if options.speech else None
    record = transcript(asr, start=probe.start, end=probe.end, turns=turns, speech=speech, rules=rules)
    if second and record.asr is not None:
        record.asr["second"] = ", ".join(dict.fromkeys(f"{ear.backend}, {ear.model}" for ear in second))
    if options.corrections:
        record = apply(record, read_corrections(options.corrections))
        report_unplaced(record.unplaced, options.corrections)
    contracts.write(options.output, record)
    write_text(options.text, readable(record))
    flagged = sum(bool(sentence.flags) for sentence in record.sentences)
    print(
        f"{len(record.sentences)} sentences, {flagged} flagged; {len(record.removed)} segments removed",
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    program.run(main)
