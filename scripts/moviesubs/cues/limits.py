"""What a cue may be: length of lines, durations, gaps, reading speed. Times are whole milliseconds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from moviesubs.cues.presets import presets
from moviesubs.flags import Flag
from moviesubs.language import text

#: milliseconds that a cue may stay beyond `Limits.linger` where it could not be read otherwise (1.5 s after the last word in all,
#: as the BBC's guide allows; Netflix: out-times "can be extended well past the end of speech")
READING_TIME = 1000


@dataclass(frozen=True)
class Limits:
    """What a cue may be. The defaults are those of the Netflix timed text style guides, for 24 frames a second."""

    line_length: int = 42  # characters (grapheme clusters) in a line
    lines: int = 2  # lines in a cue
    min_duration: int = 833  # milliseconds that a cue is shown at least
    max_duration: int = 7000  # milliseconds that a cue is shown at most
    reading_speed: float = 20.0  # characters a second at most
    gap: int = 84  # milliseconds between two cues at least (2 frames)
    chain: int = 500  # a shorter pause between two cues, in milliseconds, is closed to `gap`
    linger: int = 500  # milliseconds that a cue may stay after its last word
    word_time: int = 0  # milliseconds that a reader needs for a word at least; 0 where words are not counted

    def reading_time(self, characters: int, words: int) -> float:
        """Milliseconds that a reader needs for a text of so many characters (grapheme clusters) and words."""
        return max(characters * 1000 / self.reading_speed, words * self.word_time)


def frames(count: float, frame_rate: float | None) -> int:
    """A number of frames in milliseconds, rounded up.

    Args:
        frame_rate: frames a second; 24 is taken for None and for what no movie has (a variable rate may be reported as 1,000).
    """
    rate = frame_rate if frame_rate and 10 <= frame_rate <= 120 else 24.0
    return math.ceil(count * 1000 / rate - 1e-6)


def preset_limits(preset: str, language: str, frame_rate: float | None = None, **changes: float | None) -> Limits:
    """The limits of a preset for a language.

    Args:
        language: a code, for what differs by language; what follows a hyphen is ignored.
        frame_rate: of the movie, for gaps that are counted in frames; None where it is not known.
        **changes: other values for fields of `Limits`, or for `gap_frames`; None leaves the preset's.
    """
    code = language.split("-")[0]
    values: dict[str, Any] = {
        name: value.get(code, value["default"]) if isinstance(value, dict) else value
        for name, value in presets()[preset].items()
    }
    values |= {name: value for name, value in changes.items() if value is not None}
    known = {field.name: values[field.name] for field in fields(Limits) if field.name in values}
    limits = replace(Limits(**known), reading_speed=float(values["reading_speed"]))
    return replace(limits, gap=values.get("gap", frames(values["gap_frames"], frame_rate)))


def default_limits(language: str, frame_rate: float | None = None) -> Limits:
    """The limits for a language that Netflix asks for; see `preset_limits`."""
    return preset_limits("netflix", language, frame_rate)


def broken(start: int, end: int, lines: Sequence[str], limits: Limits) -> dict[Flag, str]:
    """Finds the limits that a cue breaks by itself, whatever its neighbours are.

    Args:
        start: in milliseconds.
        end: in milliseconds.
        lines: without markup.

    Returns:
        Flags (TOO_FAST, TOO_SHORT, TOO_LONG, TOO_LONG_LINE, TOO_MANY_LINES), each with the figure and the limit.
    """
    lengths = [text.length(line) for line in lines]
    words = sum(len(line.split()) for line in lines)
    shown, length = end - start, sum(lengths)
    flags: dict[Flag, str] = {}
    if length * 1000 > limits.reading_speed * shown:
        speed = f"{length * 1000 / shown:.1f}" if shown > 0 else "endless"
        flags[Flag.TOO_FAST] = f"{speed} characters a second, at most {limits.reading_speed:g}"
    elif words * limits.word_time > shown:
        flags[Flag.TOO_FAST] = f"{words * 60_000 / shown:.0f} words a minute, at most {60_000 / limits.word_time:.0f}"
    if shown < limits.min_duration:
        flags[Flag.TOO_SHORT] = f"{shown / 1000:.3f} s, at least {limits.min_duration / 1000:g}"
    if shown > limits.max_duration:
        flags[Flag.TOO_LONG] = f"{shown / 1000:.3f} s, at most {limits.max_duration / 1000:g}"
    if max(lengths, default=0) > limits.line_length:
        flags[Flag.TOO_LONG_LINE] = f"{max(lengths)} characters, at most {limits.line_length}"
    if len(lines) > limits.lines:
        flags[Flag.TOO_MANY_LINES] = f"{len(lines)} lines, at most {limits.lines}"
    return flags
