"""Word times that cannot be right, put right where detected speech says how: a first word dragged over silence, one far from the rest."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from moviesubs.contracts import Segment
from moviesubs.language import text
from moviesubs.transcript.word_matching import TimedWord

#: a word takes no longer than this (seconds); the aligner stretched it over silence or music
LONGEST_WORD = 4.0
#: words of one segment between which no sentence ends do not lie farther apart than this (seconds) ...
LONGEST_PAUSE = 5.0
#: ... unless somebody speaks there; and never farther than Whisper's window
WINDOW = 30.0
#: words at an edge of a segment that may have been placed far from the rest
MOST_STRAY = 2
#: seconds that a word is given whose own time is of no use: slow speech has 5 characters a second
SECONDS_A_CHARACTER = 0.2


class SpeechIndex:
    """Detected speech, for quick answers about any stretch."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Takes stretches in order that do not overlap, in seconds."""
        self.segments = segments
        self.starts = [segment.start for segment in segments]
        self.ends = [segment.end for segment in segments]

    def within(self, start: float, end: float) -> list[tuple[float, float]]:
        """The speech between two times."""
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        return [(max(start, segment.start), min(end, segment.end)) for segment in self.segments[first:last]]

    def share(self, start: float, end: float) -> float:
        """How much of a stretch is speech; of a moment, whether it lies in speech."""
        if end <= start:
            return float(bool(self.within(start, start + 1e-3)))
        return sum(b - a for a, b in self.within(start, end)) / (end - start)


def repair(words: Sequence[TimedWord], speech: SpeechIndex | None) -> list[TimedWord]:
    """Corrects the times of a segment's words, and marks those it changes as `repaired`; a word that stays too long is for others to flag.

    Args:
        words: of one segment, in the order of its text.
        speech: where somebody speaks; None where that is not known: only what is impossible is then changed.
    """
    repaired = _gathered(_in_order(words), speech)
    following = [*(word.start for word in repaired[1:]), None][: len(repaired)]
    return [
        _shortened(word, place == 0, after, speech)
        for place, (word, after) in enumerate(zip(repaired, following, strict=True))
    ]


def _moved(word: TimedWord, start: float, end: float) -> TimedWord:
    return word._replace(start=start, end=max(start, end), repaired=True)


def _usual(word: TimedWord) -> float:
    """Seconds for a word whose own time is of no use, or its own time where that is shorter."""
    return min(max(0.0, word.end - word.start), SECONDS_A_CHARACTER * max(1, text.length(word.piece.text)))


def _in_order(words: Sequence[TimedWord]) -> list[TimedWord]:
    """Times that run backwards are replaced, as few as possible: one word placed too late must not push all words after it."""
    chain: list[int] = []  # places that end the increasing runs of each length with the least start (patience sorting)
    before: list[int] = []
    for place, word in enumerate(words):
        at = bisect_right([words[index].start for index in chain], word.start)
        before.append(chain[at - 1] if at else -1)
        chain[at : at + 1] = [place]
    reliable, place = set(), chain[-1] if chain else -1
    while place >= 0:
        reliable.add(place)
        place = before[place]
    ordered: list[TimedWord] = []
    for place, word in enumerate(words):
        if place in reliable:
            ordered.append(word)
            continue
        after = next((words[index].start for index in range(place + 1, len(words)) if index in reliable), None)
        start = ordered[-1].end if ordered else max(0.0, (after or 0.0) - _usual(word))
        end = start + _usual(word)
        if after is not None:
            start, end = min(start, after), min(end, after)
        ordered.append(_moved(word, start, end))
    return ordered


def _gathered(words: list[TimedWord], speech: SpeechIndex | None) -> list[TimedWord]:
    """Brings a word or two at an edge of the segment, far from the rest and where nobody speaks, beside the rest."""
    count = len(words)
    for size in range(min(MOST_STRAY, count // 2), 0, -1):
        gap = words[size].start - words[size - 1].end
        ended = text.ends_sentence(words[size - 1].piece.text)
        if _is_stray(words[:size], words[size], gap, ended, speech):
            at = words[size].start
            for place in reversed(range(size)):
                start = max(0.0, at - _usual(words[place]))
                words[place], at = _moved(words[place], start, at), start
            break
    for size in range(min(MOST_STRAY, count // 2), 0, -1):
        gap = words[-size].start - words[-size - 1].end
        ended = text.ends_sentence(words[-size - 1].piece.text)
        if _is_stray(words[-size:], words[-size - 1], gap, ended, speech):
            at = words[-size - 1].end
            for place in range(count - size, count):
                end = at + _usual(words[place])
                words[place], at = _moved(words[place], at, end), end
            break
    return words


def _is_stray(
    words: Sequence[TimedWord], beside: TimedWord, gap: float, ended: bool, speech: SpeechIndex | None
) -> bool:
    """Whether words at an edge lie far from the rest by mistake: `gap` seconds from the word `beside`, `ended` if a sentence ends there."""
    if gap <= LONGEST_PAUSE:
        return False
    if speech is None:
        return gap > WINDOW
    unspoken = all(speech.share(word.start, word.end) < 0.5 for word in words)
    if gap > WINDOW:
        return unspoken or speech.share(beside.start, beside.end) >= 0.5
    return unspoken and not ended


def _shortened(word: TimedWord, is_first: bool, after: float | None, speech: SpeechIndex | None) -> TimedWord:
    """A word that takes too long, cut down to the speech in its time: the first word's lies at its end, the last word's at its start.

    `after` is when the next word starts, None for the last.
    """
    stop = word.end if after is None else min(word.end, after)
    if stop - word.start <= (WINDOW if speech is None else LONGEST_WORD) or not word.known:
        return word
    at_its_end = is_first and after is not None
    spoken = speech.within(word.start, stop) if speech else []
    if spoken:
        start, end = (
            spoken[-1]
            if at_its_end
            else spoken[0]
            if after is None
            else max(spoken, key=lambda stretch: stretch[1] - stretch[0])
        )
        return word if (start, end) == (word.start, stop) else _moved(word, start, end)
    usual = SECONDS_A_CHARACTER * max(1, text.length(word.piece.text))
    return _moved(word, stop - usual, stop) if at_its_end else _moved(word, word.start, word.start + usual)
