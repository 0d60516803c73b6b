"""Speech that has no word although the segment around it has text: what a second look at it is worth."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from msgspec.structs import replace

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import Flag, removal
from moviesubs.recognition.coverage import common, minus, overlap, without_text
from moviesubs.recognition.listening import SAME_TEXT, unheard
from moviesubs.recognition.script_prompts import bare_words
from moviesubs.recognition.temperature_fallback import is_believed

#: seconds before and after an aligned word that are taken for a part of it: aligners leave out soft first and last sounds
EDGE = 0.2
#: seconds between words of one run
RUN = 0.5
#: share of the time of the same words before that a text takes at least where it is said once more
AS_LONG = 0.6


def runs(segments: Sequence[AsrSegment]) -> list[AsrSegment]:
    """Text where it is said: runs of words without a gap between them as segments of their own, segments without words as they are."""
    result: list[AsrSegment] = []
    for segment in segments:
        if not segment.text or removal(segment.flags):
            continue
        if not segment.words:
            result.append(segment)
            continue
        for number, word in enumerate(segment.words):
            start, end = word.start - EDGE, word.end + EDGE
            last = result[-1] if number else None
            if last and start - last.end <= RUN - 2 * EDGE:
                result[-1] = replace(last, end=max(last.end, end), text=f"{last.text} {word.word}")
            else:
                result.append(AsrSegment(start=start, end=end, text=word.word))
    return result


def gaps(segments: Sequence[AsrSegment], speech: Sequence[Segment]) -> list[Segment]:
    """Speech without words, by the times of words; what could not be recognised at all is known already."""
    lost = [one for one in segments if Flag.REMOVED_NOT_RECOGNISED in one.flags]
    said = [Segment(start=one.start, end=one.end) for one in [*runs(segments), *lost]]
    return without_text(speech, said)


def not_looked_at(silent: Sequence[Segment], segments: Sequence[AsrSegment]) -> list[Segment]:
    """The gaps that recognition did not know of: those it knew it has looked at."""
    known = [Segment(start=one.start, end=one.end) for one in segments if Flag.SPEECH_WITHOUT_TEXT in one.flags]
    return [gap for gap in silent if overlap(gap.start, gap.end, known) < (gap.end - gap.start) / 2]


def with_what_was_heard(
    segments: Sequence[AsrSegment], heard: Sequence[AsrSegment], speech: Sequence[Segment]
) -> list[AsrSegment]:
    """What a second look adds to the segments.

    Args:
        segments: aligned, in order.
        heard: by the second look, in order.
        speech: where somebody speaks.

    Returns:
        New segments only: believed, and without words that their neighbours have.
    """
    believed = [one for one in heard if one.text and not removal(one.flags) and is_believed(one)]
    before = runs(segments)
    said = [Segment(start=one.start, end=one.end) for one in before]
    new = []
    for one in believed:
        free = minus(common([Segment(start=one.start, end=one.end)], speech), said)
        if free:
            at = replace(one, start=free[0].start, end=free[-1].end)
            text, again = unheard(at, before, speech)
            if any(said_once_more(at, before[index]) for index in again):
                text = one.text
            new += [replace(at, text=text)] if text else []
    return new


def said_once_more(new: AsrSegment, before: AsrSegment) -> bool:
    """Whether a text is another's whole text, said again: it takes about as long, so it is no echo of the other's last words."""
    text, other = (" ".join(bare_words(one.text)) for one in (new, before))
    alike = SequenceMatcher(None, text, other, autojunk=False).ratio() >= SAME_TEXT
    return alike and new.end - new.start >= AS_LONG * (before.end - before.start)
