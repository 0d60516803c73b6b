"""The command-line options that say what a cue may be."""

import argparse

from moviesubs.cues.limits import Limits, preset_limits
from moviesubs.cues.presets import presets
from moviesubs.errors import UserError

#: seconds on the command line, milliseconds inside
TIMES = {
    "min_duration": "seconds that a cue is shown at least",
    "max_duration": "seconds that a cue is shown at most",
    "chain": "a shorter pause between cues, in seconds, is closed to --gap-frames",
    "linger": "seconds that a cue may stay after its last word",
    "word_time": "seconds that a reader needs for a word at least; 0: words are not counted",
}
COUNTS = {
    "line_length": "characters in a line, as a reader sees them",
    "lines": "lines in a cue",
    "gap_frames": "frames between two cues at least",
}


def add_cue_limits(parser: argparse.ArgumentParser) -> None:
    """Adds `--preset`, and an option for each limit."""
    group = parser.add_argument_group("limits (defaults: the preset's)")
    group.add_argument(
        "--preset", choices=list(presets()), default="netflix", help="whose guide to follow (%(default)s)"
    )
    for name, description in COUNTS.items():
        group.add_argument(_option(name), type=int, metavar="N", help=description)
    for name, description in TIMES.items():
        group.add_argument(_option(name), type=float, metavar="S", help=description)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def chosen_limits(
    options: argparse.Namespace, language: str, frame_rate: float | None, reading_speed: float | None = None
) -> Limits:
    """The limits that the command line asks for.

    Args:
        language: of the text, for the reading speed.
        frame_rate: of the movie, None where it is not known.
        reading_speed: characters a second, None for the preset's.

    Raises:
        UserError: a limit that no cue can meet.
    """
    times = {name: value for name in TIMES if (value := getattr(options, name)) is not None}
    counted = {name: value for name in COUNTS if (value := getattr(options, name)) is not None}
    limits = preset_limits(
        options.preset,
        language,
        frame_rate,
        reading_speed=reading_speed or None,
        **counted,
        **{name: round(value * 1000) for name, value in times.items()},
    )
    impossible = {
        "--line-length must be at least 1": limits.line_length < 1,
        "--lines must be at least 1": limits.lines < 1,
        "--min-duration must be more than 0": limits.min_duration <= 0,
        "--max-duration must not be less than --min-duration": limits.max_duration < limits.min_duration,
        "--reading-speed must be more than 0": reading_speed is not None and reading_speed <= 0,
        "--gap-frames, --chain, --linger and --word-time must not be negative": min(
            limits.gap, limits.chain, limits.linger, limits.word_time
        )
        < 0,
    }
    for problem, is_so in impossible.items():
        if is_so:
            raise UserError(problem)
    return limits
