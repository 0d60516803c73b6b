"""A transcript, or its translation, to subtitle cues: JSON with what each cue breaks of the limits, and subtitle files of any format."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts, program
from moviesubs.contracts import Cues, Probe, Transcript
from moviesubs.cues import cues
from moviesubs.errors import UserError
from moviesubs.files import write_text
from moviesubs.limits import Limits, frames
from moviesubs.line_breaks import reading_speed
from moviesubs.subtitle_formats import FORMATS, to_text


def parser() -> argparse.ArgumentParser:
    """The command line."""
    usual = Limits()
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--transcript", type=Path, required=True, help="transcript.json or transcript.<language>.json")
    made.add_argument("--probe", type=Path, help="probe.json, for the frame rate (24 without it) and the movie's end")
    made.add_argument("--cues", type=Path, required=True, help="JSON to write")
    for form in FORMATS:
        made.add_argument(f"--{form}", type=Path, metavar="FILE", help=f"{form.upper()} file to write")
    made.add_argument("--byte-order-mark", action="store_true", help="begin these files with U+FEFF, for old players")
    limits = made.add_argument_group("limits (defaults: Netflix timed text style guides)")
    limits.add_argument(
        "--line-length",
        type=int,
        default=usual.line_length,
        metavar="N",
        help="characters in a line, as a reader sees them (%(default)s)",
    )
    limits.add_argument("--lines", type=int, default=usual.lines, metavar="N", help="lines in a cue (%(default)s)")
    limits.add_argument(
        "--min-duration",
        type=float,
        default=usual.min_duration / 1000,
        metavar="S",
        help="seconds that a cue is shown at least (%(default)s)",
    )
    limits.add_argument(
        "--max-duration",
        type=float,
        default=usual.max_duration / 1000,
        metavar="S",
        help="seconds that a cue is shown at most (%(default)s)",
    )
    limits.add_argument(
        "--reading-speed",
        type=float,
        metavar="CPS",
        help=f"characters a second at most (en {reading_speed('en'):g}, others {reading_speed(''):g})",
    )
    limits.add_argument(
        "--gap-frames", type=int, default=2, metavar="N", help="frames between two cues at least (%(default)s)"
    )
    limits.add_argument(
        "--chain",
        type=float,
        default=usual.chain / 1000,
        metavar="S",
        help="a shorter pause between cues, in seconds, is closed to --gap-frames (%(default)s)",
    )
    limits.add_argument(
        "--linger",
        type=float,
        default=usual.linger / 1000,
        metavar="S",
        help="seconds that a cue may stay after its last word (%(default)s)",
    )
    return made


def chosen_limits(given: argparse.Namespace, language: str, frame_rate: float | None) -> Limits:
    """The limits that the command line asks for.

    Args:
        given: parsed arguments.
        language: of the transcript, for the reading speed.
        frame_rate: of the movie, None where it is not known.

    Returns:
        The limits in milliseconds.

    Raises:
        UserError: a limit that no cue can meet.
    """
    impossible = {
        "--line-length must be at least 1": given.line_length < 1,
        "--lines must be at least 1": given.lines < 1,
        "--min-duration must be more than 0": given.min_duration <= 0,
        "--max-duration must not be less than --min-duration": given.max_duration < given.min_duration,
        "--reading-speed must be more than 0": given.reading_speed is not None and given.reading_speed <= 0,
        "--gap-frames, --chain and --linger must not be negative": min(given.gap_frames, given.chain, given.linger) < 0,
    }
    for problem, found in impossible.items():
        if found:
            raise UserError(problem)
    return Limits(
        line_length=given.line_length,
        lines=given.lines,
        min_duration=round(given.min_duration * 1000),
        max_duration=round(given.max_duration * 1000),
        reading_speed=given.reading_speed or reading_speed(language),
        gap=frames(given.gap_frames, frame_rate),
        chain=round(given.chain * 1000),
        linger=round(given.linger * 1000),
    )


def frame_rate(probe: Probe | None) -> float | None:
    """Frames a second of the movie's picture.

    Args:
        probe: the movie's probe, None where there is none.

    Returns:
        The rate; None where it is not known or there is no picture.
    """
    if probe is None or probe.video is None:
        return None
    return next((stream.frame_rate for stream in probe.streams if stream.index == probe.video), None)


def summary(made: Cues) -> str:
    """What a person wants to know of the cues, in one line.

    Args:
        made: the cues.
    """
    counts = Counter(flag for cue in made.cues for flag in cue.flags)
    told = ", ".join(f"{count} {flag}" for flag, count in sorted(counts.items())) or "all within the limits"
    return f"{len(made.cues)} cues ({made.language}): {told}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the transcript and writes the files."""
    given = parser().parse_args(arguments)
    transcript = contracts.read(given.transcript, Transcript)
    probe = contracts.read(given.probe, Probe) if given.probe else None
    limits = chosen_limits(given, transcript.language, frame_rate(probe))
    made = cues(transcript, limits, until=probe.end if probe else None)
    contracts.write(given.cues, made)
    for form in FORMATS:
        if path := getattr(given, form):
            mark = "\ufeff" if given.byte_order_mark else ""
            write_text(path, mark + to_text(made.cues, made.language, form))
    print(summary(made), file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
