"""Which detected speech has text, and which has none. Pure functions of stretches of time in seconds."""

from collections.abc import Iterable, Sequence

from moviesubs.contracts import Segment

#: seconds of speech without text that are a finding
LEAST = 0.5
#: seconds between stretches without text that still are one finding: speech is detected with its smallest pauses
JOINED = 0.5


def union(stretches: Iterable[Segment], gap: float = 0.0) -> list[Segment]:
    """The same time without overlaps.

    Args:
        stretches: in any order; those without length are left out.
        gap: stretches that are no further apart become one.

    Returns:
        Stretches in order.
    """
    result: list[Segment] = []
    for one in sorted(stretches, key=lambda stretch: stretch.start):
        if one.end <= one.start:
            continue
        if result and one.start <= result[-1].end + gap:
            result[-1] = Segment(start=result[-1].start, end=max(one.end, result[-1].end))
        else:
            result.append(Segment(start=one.start, end=one.end))
    return result


def minus(stretches: Iterable[Segment], others: Iterable[Segment]) -> list[Segment]:
    """What of some stretches lies outside of others, in order."""
    result: list[Segment] = []
    taken = union(others)
    for one in union(stretches):
        at = one.start
        for other in taken:
            if other.end <= at:
                continue
            if other.start >= one.end:
                break
            if other.start > at:
                result.append(Segment(start=at, end=other.start))
            at = other.end
        if at < one.end:
            result.append(Segment(start=at, end=one.end))
    return result


def common(stretches: Iterable[Segment], others: Iterable[Segment]) -> list[Segment]:
    """What of some stretches lies inside of others, in order."""
    outside = minus(stretches, others)
    return minus(stretches, outside)


def seconds(stretches: Iterable[Segment]) -> float:
    """How long some stretches are together; what overlaps counts once."""
    return sum(one.end - one.start for one in union(stretches))


def overlap(start: float, end: float, stretches: Iterable[Segment]) -> float:
    """How much of a stretch lies inside of others, in seconds."""
    return seconds(common([Segment(start=start, end=end)], stretches))


def without_text(speech: Iterable[Segment], text: Sequence[Segment], least: float = LEAST) -> list[Segment]:
    """Speech that has no text.

    Args:
        speech: where somebody speaks.
        text: where there is text.
        least: seconds of speech that a finding has at least.

    Returns:
        Findings in order, from the first of their speech to the last; pauses of up to `JOINED` without text between them are inside.
    """
    result: list[list[Segment]] = []
    for one in minus(speech, text):
        last = result[-1][-1] if result else None
        if last and one.start - last.end <= JOINED and not overlap(last.end, one.start, text):
            result[-1].append(one)
        else:
            result.append([one])
    return [Segment(start=some[0].start, end=some[-1].end) for some in result if seconds(some) >= least - 1e-6]


def clipped(start: float, end: float, speech: Sequence[Segment], padding: float) -> Segment:
    """A stretch of text without the silence at its ends.

    Args:
        start: of the text, in seconds.
        end: of the text, in seconds.
        speech: where somebody speaks, in order.
        padding: seconds of silence that are kept at each end, for soft sounds that are not detected.

    Returns:
        The stretch, inside the given one; the given one where nobody speaks in it.
    """
    inside = common([Segment(start=start, end=end)], speech)
    if not inside:
        return Segment(start=start, end=end)
    return Segment(start=max(start, inside[0].start - padding), end=min(end, inside[-1].end + padding))
