"""Puts a subtitle file in step with its movie: offset, drift and cuts are found, and only its times are changed."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.contracts import Asr, Cue, Probe, Retimed, Segment, Speech, Word
from moviesubs.errors import UserError
from moviesubs.formats.read import plain_line
from moviesubs.retime.retime import find_fit, record, retimed_spans
from moviesubs.retime.stamps import read_texts, rewrite
from moviesubs.stage import program
from moviesubs.stage.progress import clock
from moviesubs.stage.terminal import tell


def heard_words(asr: Asr, start: float) -> list[Word]:
    """The words of aligned segments on the movie's clock, which is `start` seconds ahead of the sound's."""
    return [
        replace(word, start=word.start + start, end=word.end + start)
        for segment in asr.segments
        for word in segment.words or ()
    ]


def summary(made: Retimed, count: int) -> str:
    """What was done, in one line."""
    offsets = ", ".join(f"{piece.offset:+.2f} s from {clock(piece.start)} on" for piece in made.pieces)
    matched = f"{count - len(made.unmatched)} of {count} cues were found in the sound by their {made.method}"
    return f"{matched}; drift {made.drift:.5f}; {offsets}"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--subtitles", type=Path, required=True, help="SRT, VTT or ASS file")
    made.add_argument("--probe", type=Path, required=True, help="probe.json of the movie")
    made.add_argument(
        "--aligned", nargs="?", type=Path, help="aligned.json, where it is in the language of the subtitles"
    )
    made.add_argument("--speech", type=Path, required=True, help="speech.json")
    made.add_argument("--output", type=Path, required=True, help="subtitle file to write, of the same kind")
    made.add_argument(
        "--record", type=Path, required=True, help="JSON to write: what was done, and which cues were not found"
    )
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Retimes one file."""
    options = parser().parse_args(arguments)
    whole, read = read_texts(options.subtitles)
    cues = [Cue(start=start, end=end, lines=[plain_line(line) for line in lines]) for start, end, lines in read]
    probe = contracts.read(options.probe, Probe)
    start = probe.start + probe.lead  # players count a subtitle file's times from the container's start
    speech = [
        Segment(start=one.start + start, end=one.end + start) for one in contracts.read(options.speech, Speech).segments
    ]
    words = heard_words(contracts.read(options.aligned, Asr), start) if options.aligned else []
    fit, method = find_fit(cues, words, speech)
    if fit is None:
        raise UserError(f"{options.subtitles}: nothing in it fits the sound; is it for this movie?")
    moved = retimed_spans([(cue.start, cue.end) for cue in cues], fit)
    made = record(cues, fit, method)
    write_text(options.output, rewrite(whole, options.subtitles, moved))
    contracts.write(options.record, made)
    for cue in made.unmatched:
        print(f"not found in the sound: {clock(cue.start / 1000)} {' / '.join(cue.lines)}", file=sys.stderr)
    tell(f"{options.subtitles}: {summary(made, len(cues))}")


if __name__ == "__main__":
    program.run(main)
