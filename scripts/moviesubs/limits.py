"""What a cue may be: length of lines, durations, gaps, reading speed. Times are whole milliseconds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from moviesubs import text
from moviesubs.line_breaks import reading_speed


@dataclass(frozen=True)
class Limits:
    """What a cue may be. The defaults are those of the Netflix timed text style guides, for 24 frames a second.

    Attributes:
        line_length: characters (grapheme clusters) in a line.
        lines: lines in a cue.
        min_duration: milliseconds that a cue is shown at least.
        max_duration: milliseconds that it is shown at most.
        reading_speed: characters a second at most.
        gap: milliseconds between two cues at least (2 frames).
        chain: a shorter pause between two cues, in milliseconds, is closed to `gap`.
        linger: milliseconds that a cue may stay after its last word.
    """

    line_length: int = 42
    lines: int = 2
    min_duration: int = 833
    max_duration: int = 7000
    reading_speed: float = 20.0
    gap: int = 84
    chain: int = 500
    linger: int = 500


def frames(count: float, frame_rate: float | None) -> int:
    """A number of frames as milliseconds.

    Args:
        count: how many frames.
        frame_rate: frames a second; 24 is taken for None and for what no movie has (a variable rate may be reported as 1,000).

    Returns:
        Milliseconds, rounded up.
    """
    rate = frame_rate if frame_rate and 10 <= frame_rate <= 120 else 24.0
    return math.ceil(count * 1000 / rate - 1e-6)


def default_limits(language: str, frame_rate: float | None = None) -> Limits:
    """The limits for a language.

    Args:
        language: its code, for the reading speed.
        frame_rate: of the movie, for the gap of two frames; None where it is not known.

    Returns:
        The limits.
    """
    return Limits(reading_speed=reading_speed(language), gap=frames(2, frame_rate))


def out_time(start: int, spoken: int, following: int | None, limits: Limits, until: int | None = None) -> int:
    """When a cue that appears at `start` goes.

    It lingers after its last word, stays its minimum duration, is chained to the next cue where little would be left between
    them, and never touches it nor outstays its maximum duration.

    Args:
        start: its in-time, in milliseconds.
        spoken: when its last word ends.
        following: when the next cue appears; None for the last one.
        limits: what it may be.
        until: where the movie ends; a cue stays longer only for its words.

    Returns:
        Its out-time in milliseconds; not after `start` where the next cue comes too early.
    """
    end = max(spoken + limits.linger, start + limits.min_duration)
    if following is not None and following - end < limits.chain:
        end = following - limits.gap
    if until is not None:
        end = min(end, max(spoken, until))
    last = start + limits.max_duration
    if following is not None and end > last > following - limits.chain >= spoken:
        last = following - limits.chain
    return min(end, last)


def blemishes(start: int, end: int, lines: Sequence[str], limits: Limits) -> list[str]:
    """Which limits a cue breaks, as far as the cue alone can tell.

    Args:
        start: in-time in milliseconds.
        end: out-time in milliseconds.
        lines: its text.
        limits: what it may be.

    Returns:
        Flags out of "too-fast", "too-short", "too-long" (in time), "too-long-line", "too-many-lines".
    """
    lengths = [text.length(line) for line in lines]
    tests = {
        "too-fast": sum(lengths) * 1000 > limits.reading_speed * (end - start),
        "too-short": end - start < limits.min_duration,
        "too-long": end - start > limits.max_duration,
        "too-long-line": max(lengths, default=0) > limits.line_length,
        "too-many-lines": len(lines) > limits.lines,
    }
    return [flag for flag, broken in tests.items() if broken]
