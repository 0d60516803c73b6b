"""Which limits cues break: the same judgement for cues that are made here and for files from elsewhere."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from moviesubs.contracts import Cue
from moviesubs.cues.limits import Limits, broken
from moviesubs.flags import Flag
from moviesubs.language import text
from moviesubs.language.line_breaks import LineBreaks, glued, line_breaks

#: what may stand before a speaker's line where a cue holds two of them
DASHES = ("-", "–", "—", "‐", "‑")  # noqa: RUF001
#: what begins and ends remarks, labels and songs: "[Jai]", "(laughs)", ">> Jai"
_OPENERS, _CLOSERS = ("[", "(", "（", "【", "♪", "♫", "#", "*", ">>"), ("]", ")", "）", "】", "♪", "♫")
#: words of the longest label of a speaker: "Inspector Rao:"
_LONGEST_LABEL = 3
#: milliseconds by which a gap may miss its limit: formats and editors round frames to milliseconds in different ways
ROUNDING = 1
#: the same where the frame rate is not known: two frames are 67 ms at 30 a second, 84 ms at 24
UNKNOWN_RATE = 18
#: milliseconds: a gap of two frames looks closed, whatever the limit is
CLOSED = 84


class Finding(NamedTuple):
    """A limit that a cue breaks: its flag, and the figures."""

    flag: Flag
    detail: str


def torn(before: str, after: str, lists: LineBreaks) -> bool:
    """Whether a line ends between words that belong together; `after` is the next line, of the same cue or of the next one."""
    first, second = before.split(), after.split()
    if not first or not second or second[0].startswith((*DASHES, *_OPENERS)) or first[-1].endswith(_CLOSERS):
        return False
    if any(word.endswith(":") for word in second[:_LONGEST_LABEL]):
        return False
    return glued(first[-1], second[0], lists, previous=first[-2] if len(first) > 1 else "")


def findings(cues: Sequence[Cue], language: str, limits: Limits, tolerance: int = ROUNDING) -> list[list[Finding]]:
    """Finds the limits that each cue breaks.

    Args:
        cues: in the order of the file; their lines without markup.
        language: code, for the words that belong together.
        tolerance: milliseconds by which a gap may miss its limit.

    Returns:
        The findings of each cue. Flags are those of `limits.broken`, and "empty", "out-of-order", "overlap" (with the next cue),
        "small-gap", "open-gap" (both: before the next cue), "bad-break" (a line, or the cue, ends between words that belong together).
    """
    lists = line_breaks(language)
    by_cue = []
    for cue, following in zip(cues, [*cues[1:], None], strict=False):
        of_cue = [Finding(*item) for item in broken(cue.start, cue.end, cue.lines, limits).items()]
        if not any(line.strip() for line in cue.lines):
            of_cue.append(Finding(Flag.EMPTY, "no text"))
        of_cue += _next(cue, following, limits, tolerance)
        edges = list(pairwise(cue.lines))
        if following and cue.lines and following.lines and 0 <= following.start - cue.end < max(limits.chain, 500):
            edges.append((cue.lines[-1], following.lines[0]))
        of_cue += [
            Finding(Flag.BAD_BREAK, f"{before.split()[-1]} | {after.split()[0]}")
            for before, after in edges
            if torn(before, after, lists)
        ][:1]
        by_cue.append(of_cue)
    return by_cue


def _next(cue: Cue, following: Cue | None, limits: Limits, tolerance: int) -> list[Finding]:
    """What is wrong between a cue and the next one."""
    if following is None:
        return []
    gap = following.start - cue.end
    distance = f"{gap / 1000:.3f} s to the next cue"
    if following.start < cue.start:
        return [Finding(Flag.OUT_OF_ORDER, "the next cue starts before it")]
    if gap < 0:
        return [Finding(Flag.OVERLAP, f"the next cue starts {-gap / 1000:.3f} s before it ends")]
    if gap < limits.gap - tolerance:
        return [Finding(Flag.SMALL_GAP, f"{distance}, at least {limits.gap / 1000:g}")]
    if max(limits.gap, CLOSED) + tolerance < gap < limits.chain:
        return [
            Finding(Flag.OPEN_GAP, f"{distance}: close it to {limits.gap / 1000:g}, or leave {limits.chain / 1000:g}")
        ]
    return []


def is_dialogue(lines: Sequence[str]) -> bool:
    """Whether every line of a cue is another person's, as their dashes say."""
    return len(lines) > 1 and all(text.clean(line).startswith(DASHES) for line in lines)
