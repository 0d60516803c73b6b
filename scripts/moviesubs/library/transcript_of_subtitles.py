"""Existing subtitles in place of what a recogniser would have written: a segment a speaker's part of a cue."""

import re
from collections.abc import Sequence

from moviesubs.contracts import AsrSegment, Cue
from moviesubs.language import text

#: what begins a line of somebody else in a cue of two speakers
_DASH = re.compile(r"^\s*[-‐‑–—]\s*(?=\S)")


def parts(lines: Sequence[str]) -> list[str]:
    """What each speaker of a cue says: lines joined, cut where a line begins with a dash."""
    said: list[str] = []
    for line in lines:
        dashed = _DASH.match(line)
        if dashed or not said:
            said.append(_DASH.sub("", line))
        else:
            said[-1] += f" {line}"
    return [one for one in map(text.clean, said) if one]


def segments(cues: Sequence[Cue], start: float, end: float) -> list[AsrSegment]:
    """Segments as a recogniser writes them.

    Args:
        cues: on the movie's clock.
        start: of the stretch that is worked on, in seconds on that clock.
        end: of it.

    Returns:
        Segments in order, in seconds from `start`; several speakers share their cue's time by how much they say. What lies outside the
        stretch is left out.
    """
    asr_segments = []
    for cue in sorted(cues, key=lambda cue: (cue.start, cue.end)):
        first, last = max(cue.start / 1000, start), min(cue.end / 1000, end)
        said = parts(cue.lines)
        if last <= first or not said:
            continue
        whole = sum(map(text.length, said))
        at = first
        for one in said:
            until = at + (last - first) * text.length(one) / whole
            asr_segments.append(AsrSegment(start=at - start, end=until - start, text=one))
            at = until
    return asr_segments
