"""When a cue appears and goes: with its words, in step with shot changes, at a distance from the next one. Times are whole milliseconds.

After Netflix' Subtitle Timing Guidelines, which count frames at 24 a second: a cue moves to a shot change seven frames away or fewer,
and keeps half a second from one that is farther; https://partnerhelp.netflixstudios.com/hc/en-us/articles/360051554394
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from moviesubs.cues.limits import READING_TIME, Limits

#: seven frames: a cue that begins or ends this close to a shot change begins or ends with the shot
NEAR = 292
#: twelve frames: a cue that cannot end or begin with a shot is seen this long on its other side
APART = 500


def in_time(spoken: int, free: int, shots: Sequence[int]) -> int:
    """When a cue appears.

    Args:
        spoken: when its first word begins.
        free: when the word before it has ended, with the gap between cues: it never appears earlier than that on account of a shot.
        shots: shot changes in order.

    Returns:
        The shot change, where it is near; half a second before it, where speech begins a little earlier than that; else `spoken`.
    """
    index = bisect_left(shots, spoken)
    if index < len(shots):
        ahead = shots[index] - spoken
        if ahead <= NEAR:
            return shots[index]
        if ahead < APART and free <= shots[index] - APART:
            return shots[index] - APART
    if index and spoken - shots[index - 1] <= NEAR and free <= shots[index - 1]:
        return shots[index - 1]
    return spoken


def _with_shots(end: int, least: int, spoken: int, gap: int, shots: Sequence[int]) -> int:
    """The out-time `end`, moved where it would cross a shot change for a moment; `least` or later, `spoken` being the last word's end."""
    index = bisect_right(shots, spoken)
    if index and spoken - shots[index - 1] <= NEAR and shots[index - 1] - gap >= least:
        return shots[index - 1] - gap
    if index < len(shots) and shots[index] - gap < end:
        if shots[index] - gap >= least:
            return shots[index] - gap
        return max(end, shots[index] + APART)
    return end


def out_time(
    start: int,
    spoken: int,
    following: int | None,
    limits: Limits,
    until: int | None = None,
    *,
    reading: float = 0.0,
    shots: Sequence[int] = (),
) -> int:
    """When a cue that appears at `start` goes.

    It lingers after its last word (longer, where it could not be read otherwise), stays its minimum duration, ends with a shot that ends
    near, is chained to the next cue where little would be left between them, and never touches it or outstays its maximum duration.

    Args:
        spoken: when its last word ends.
        following: when the next cue appears; None for the last one.
        until: where the movie ends, None where that is not known; a cue stays longer only for its words.
        reading: milliseconds that a reader needs for it.
        shots: shot changes in order.

    Returns:
        The out-time; not after `start` where the next cue comes too early.
    """
    least_end = max(start + limits.min_duration, min(start + math.ceil(reading), spoken + limits.linger + READING_TIME))
    end = max(spoken + limits.linger, least_end)
    if shots:
        end = _with_shots(end, least_end, spoken, limits.gap, shots)
    if following is not None and following - end < limits.chain:
        end = following - limits.gap
    if until is not None:
        end = min(end, max(spoken, until))
    last = start + limits.max_duration
    if following is not None and end > last > following - limits.chain >= spoken:
        last = following - limits.chain
    return min(end, last)
