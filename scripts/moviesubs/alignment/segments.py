"""Aligns segments: together where a cut between them lies in speech, since Whisper's times are not exact."""

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from moviesubs.alignment.second_ear import DISAGREEMENT, FEWEST_LETTERS, is_poor_ear
from moviesubs.alignment.unaligned_words import SLOWEST_LETTER, Aligned, Aligner, fill, words_of
from moviesubs.contracts import AsrSegment, Segment, Word
from moviesubs.flags import Flag, removal
from moviesubs.recognition.chunks import WHISPER_WINDOW
from moviesubs.recognition.coverage import common

if TYPE_CHECKING:
    import numpy as np

#: seconds between segments that may belong to one stretch of speech
TOUCHING = 0.05
#: seconds that a word may take besides those of its letters
LONGEST_WORD = 0.5
#: what ends a clause: after it a pause is likely
PAUSING = ".,;:?!।॥۔؟،。，、！？…"


def together(segments: Sequence[AsrSegment], speech: Sequence[Segment]) -> list[list[AsrSegment]]:
    """Which segments are aligned at once.

    Args:
        segments: in order.
        speech: where somebody speaks, in seconds.

    Returns:
        The segments in groups of up to 30 s; one that was removed is a group of its own.
    """
    groups: list[list[AsrSegment]] = []
    for one in segments:
        last = groups[-1] if groups else None
        if last and _cut_in_speech(last[-1], one, speech) and one.end - last[0].start <= WHISPER_WINDOW:
            last.append(one)
        else:
            groups.append([one])
    return groups


def _cut_in_speech(before: AsrSegment, after: AsrSegment, speech: Sequence[Segment]) -> bool:
    if removal(before.flags) or removal(after.flags) or after.start - before.end > TOUCHING:
        return False
    low, high = sorted((before.end, after.start))
    return any(one.start < low and high < one.end for one in speech)


def align_together(
    aligner: Aligner, sound: Callable[[float, float], "np.ndarray"], group: Sequence[AsrSegment], language: str
) -> list[AsrSegment]:
    """Segments with the times of their words.

    Args:
        aligner: finds them.
        sound: the samples between two times in seconds.
        group: segments of one stretch of speech, in order.
        language: the spoken language.

    Returns:
        Copies with `words`, or flagged as not aligned where they could not be. What was removed stays as it is.
    """
    if removal(group[0].flags):
        return list(group)
    written = [words_of(segment.text, language) for segment in group]
    words = [word for some in written for word in some]
    start, end = group[0].start, max(segment.end for segment in group)
    samples = sound(start, end)
    nothing: list[Word | None] = [None] * len(words)
    try:
        times, difference = aligner(samples, words) if len(samples) else Aligned(nothing)
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # noqa: BLE001
        if "out of memory" in str(error).lower():
            raise
        print(f"{start:.1f} to {end:.1f} s not aligned: {type(error).__name__}: {error}", file=sys.stderr)
        times, difference = Aligned(nothing)
    if not any(times):
        return [replace(segment, flags=[*segment.flags, Flag.NOT_ALIGNED]) for segment in group]
    moved = [time and replace(time, start=start + time.start, end=start + time.end) for time in times]
    filled = iter(fill(words, moved, start, end))
    result = [
        replace(segment, words=[next(filled) for _ in some]) for segment, some in zip(group, written, strict=True)
    ]
    return _recut([_judged(segment, difference) for segment in result])


def _judged(segment: AsrSegment, difference: float | None) -> AsrSegment:
    """A segment, flagged where the aligner by itself hears something else."""
    letters = sum(map(len, segment.text.split()))
    if difference is None or difference < DISAGREEMENT or letters < FEWEST_LETTERS:
        return segment
    flag = Flag.HEARD_OTHERWISE
    return replace(
        segment, flags=[*segment.flags, flag], reasons={**segment.reasons, flag: f"{difference:.0%} of letters"}
    )


def without_a_poor_ear(segments: Sequence[AsrSegment]) -> list[AsrSegment]:
    """The segments without the flag of disagreement where most have it: then the aligner hears badly, which says nothing of the text."""
    judged = [one for one in segments if one.words]
    if not is_poor_ear(sum(Flag.HEARD_OTHERWISE in one.flags for one in judged), len(judged)):
        return list(segments)
    return [
        replace(
            one,
            flags=[flag for flag in one.flags if flag != Flag.HEARD_OTHERWISE],
            reasons={flag: why for flag, why in one.reasons.items() if flag != Flag.HEARD_OTHERWISE},
        )
        for one in segments
    ]


def _recut(group: list[AsrSegment]) -> list[AsrSegment]:
    """Segments cut between their words, where they were cut in speech before."""
    for index, (before, after) in enumerate(pairwise(group)):
        if before.words and after.words:
            at = (before.words[-1].end + after.words[0].start) / 2
            group[index], group[index + 1] = replace(before, end=at), replace(after, start=at)
    return group


def in_speech(words: Sequence[Word], speech: Sequence[Segment]) -> list[Word]:
    """Words without the silence, and without the speech of others, that attention spreads them over.

    Attention has no blank: between two words it stays on one of them, on the last one before a pause or on the first one after it.

    Args:
        words: in order, in seconds.
        speech: where somebody speaks; none where that is not known.

    Returns:
        Copies, none longer than slow speech would be, each within the longest stretch of speech that it touches.
    """
    result: list[Word] = []
    for index, word in enumerate(words):
        start, end = word.start, word.end
        parts = common([Segment(start=start, end=end)], speech)
        if len(parts) == 1:
            start, end = parts[0].start, parts[0].end
        longest = LONGEST_WORD + SLOWEST_LETTER * len(word.word)
        if end - start > longest:
            begins = index == 0 or words[index - 1].word[-1:] in PAUSING
            start, end = (end - longest, end) if begins else (start, start + longest)
        best = max(
            common([Segment(start=start, end=end)], speech), key=lambda part: part.end - part.start, default=None
        )
        start, end = (best.start, best.end) if best else (start, end)
        result.append(replace(word, start=start, end=end))
    return result
