"""Ends of sentences without punctuation: at pauses, and in speech that runs on, at the best place there is."""

from collections.abc import Sequence

from moviesubs.language import text
from moviesubs.language.line_breaks import LineBreaks, glued
from moviesubs.transcript.word_matching import TimedWord

#: seconds of silence that end an unpunctuated sentence where the recogniser begins a new segment too
PAUSE_BETWEEN_SEGMENTS = 0.3
#: the same in scripts without spaces, whose recognised text hardly ever has punctuation
PAUSE_UNSPACED = 0.5
#: seconds after which even a recogniser that mostly punctuates has forgotten to
FORGOTTEN = 8.0
#: parts of a sentence that is cut are no shorter than this (seconds)
SHORTEST_PART = 2.0
#: what a place to cut is worth, in seconds of silence: a clause ends, a conjunction follows, a word that may begin a part, a new segment
CLAUSE, CONJUNCTION, SOFT, SEGMENT = 0.5, 0.4, 0.2, 0.2
#: a sentence that is too long is cut at places that are worth this; only one of twice that length, anywhere between words
WORTH_A_CUT = 0.35
#: what a place in the middle is worth more than one at an end
MIDDLE = 0.2


def at_pauses(sentence: Sequence[TimedWord], pause: float, *, punctuated: bool) -> list[list[TimedWord]]:
    """Cuts a sentence that no punctuation ends at its pauses; one that punctuation ends stays whole.

    Args:
        sentence: words that no speaker change and no long pause divides.
        pause: silence that ends a sentence without punctuation, in seconds.
        punctuated: whether the transcript has punctuation elsewhere: short text that just trails off is left whole.
    """
    if text.ends_sentence(sentence[-1].piece.text):
        return [list(sentence)]
    if sum(not word.piece.spaced for word in sentence[1:]) * 2 > len(sentence):
        pause = min(pause, PAUSE_UNSPACED)
    elif punctuated and sentence[-1].end - sentence[0].start < FORGOTTEN:
        return [list(sentence)]
    parts = [[sentence[0]]]
    for word in sentence[1:]:
        last = parts[-1][-1]
        enough = PAUSE_BETWEEN_SEGMENTS if word.segment != last.segment else pause
        if word.start - last.end >= min(enough, pause):
            parts.append([])
        parts[-1].append(word)
    return parts


def shortened(sentence: list[TimedWord], longest: float, words: LineBreaks) -> list[list[TimedWord]]:
    """Cuts a sentence that takes too long at its best place: a pause, a clause, a conjunction; never within what belongs together.

    A sentence of more than `longest` seconds is cut where it can be cut well; without such a place it stays whole up to twice that length.
    """
    start, end = sentence[0].start, sentence[-1].end
    if end - start <= longest:
        return [sentence]
    best, cut = 0.0, 0
    for index in range(1, len(sentence)):
        before, after = sentence[index - 1], sentence[index]
        if min(after.start - start, end - before.end) < SHORTEST_PART:
            continue
        worth = cut_value(before, after, words)
        if worth is None or (worth < WORTH_A_CUT and end - start <= 2 * longest):
            continue
        middle = 1.0 - abs((before.end + after.start) - (start + end)) / (end - start)
        if 0.01 + worth + MIDDLE * middle > best:
            best, cut = 0.01 + worth + MIDDLE * middle, index
    if not cut:
        return [sentence]
    return shortened(sentence[:cut], longest, words) + shortened(sentence[cut:], longest, words)


def cut_value(before: TimedWord, after: TimedWord, words: LineBreaks) -> float | None:
    """What a cut between two words is worth, in seconds of silence; None where they belong together."""
    if glued(before.piece.text, after.piece.text, words):
        return None
    first = text.bare(after.piece.text)
    conjunction = CONJUNCTION if first in words.before else SOFT if first in words.before_soft else 0.0
    clause = CLAUSE if text.ends_clause(before.piece.text) else 0.0
    segment = SEGMENT if before.segment != after.segment else 0.0
    return max(0.0, after.start - before.end) + clause + conjunction + segment
