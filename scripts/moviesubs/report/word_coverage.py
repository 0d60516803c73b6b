"""Share of the recognised text that could be aligned. All functions are pure."""

from dataclasses import dataclass

from moviesubs.contracts import Asr, AsrSegment

#: bars of the picture
BINS = 60


@dataclass(frozen=True)
class Stretch:
    """A stretch of the movie, in seconds on its clock; `share` of its text was aligned, None where nothing was said."""

    start: float
    end: float
    share: float | None


def letters(segment: AsrSegment) -> tuple[int, int]:
    """Characters of a segment that were aligned, and that were recognised."""
    recognised = len("".join(segment.text.split()))
    words = segment.words or ()
    scored = any(word.score is not None for word in words)  # then a word without a score has an estimated time
    aligned = sum(len("".join(word.word.split())) for word in words if word.score is not None or not scored)
    return min(recognised, aligned), recognised


def coverage(asr: Asr) -> float | None:
    """Share of the recognised characters that were aligned, 0 to 1; None where nothing was recognised."""
    counts = [letters(segment) for segment in asr.segments]
    recognised = sum(total for _, total in counts)
    return sum(aligned for aligned, _ in counts) / recognised if recognised else None


def stretches(asr: Asr, start: float, end: float, most: int = BINS) -> list[Stretch]:
    """The coverage over time.

    Args:
        asr: the aligned recognition; its times count from `start`.
        start: of what was worked on, in seconds on the movie's clock.
        most: so many stretches at most; none is shorter than ten seconds.

    Returns:
        Stretches of equal length; a segment counts where it starts.
    """
    count = max(1, min(most, int((end - start) // 10)))
    length = (end - start) / count
    counts = [[0, 0] for _ in range(count)]
    for segment in asr.segments:
        aligned, recognised = letters(segment)
        place = counts[min(count - 1, max(0, int(segment.start / length))) if length > 0 else 0]
        place[0] += aligned
        place[1] += recognised
    return [
        Stretch(start + number * length, start + (number + 1) * length, aligned / recognised if recognised else None)
        for number, (aligned, recognised) in enumerate(counts)
    ]
