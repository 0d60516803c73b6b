"""Times for every word of a text, from the times of those that an aligner could place."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from moviesubs.contracts import Segment, Word
from moviesubs.language import text
from moviesubs.recognition.coverage import common, seconds

#: how many characters a pause at a clause or sentence end counts for, where time is shared out by characters
CLAUSE_WEIGHT = 3.0


class TimedWord(NamedTuple):
    """A word of a text with its time in seconds.

    `known`: an aligner placed it; else its time is an estimate and `score` None. `repaired`: what the aligner said could not be right.
    `segment`: index of its segment. `turn`: another person begins to speak with it.
    """

    piece: text.Piece
    start: float
    end: float
    score: float | None = None
    known: bool = False
    segment: int = 0
    speaker: str | None = None
    repaired: bool = False
    turn: bool = False


def spread(pieces: Sequence[text.Piece], start: float, end: float) -> list[TimedWord]:
    """Shares a stretch of time among the pieces of a text by their length; a clause end gets time for a breath.

    Args:
        pieces: what is said in the stretch.
        start: in seconds.
        end: in seconds; not before `start`.
    """
    spans = [text.length(piece.text) + (1.0 if piece.spaced else 0.0) for piece in pieces]
    breaths = [CLAUSE_WEIGHT if text.ends_clause(piece.text) else 0.0 for piece in pieces]
    if breaths:
        breaths[-1] = 0.0
    second = max(0.0, end - start) / max(1.0, sum(spans) + sum(breaths))
    timed, at = [], start
    for piece, span, breath in zip(pieces, spans, breaths, strict=True):
        until = min(at + span * second, max(start, end))
        timed.append(TimedWord(piece, at, until))
        at = min(until + breath * second, max(start, end))
    return timed


def estimate(
    pieces: Sequence[text.Piece], start: float, end: float, speech: Sequence[Segment] | None = None
) -> list[TimedWord]:
    """Shares a stretch of time (seconds) among the pieces of a text, leaving out its silence.

    Args:
        pieces: what is said in the stretch.
        speech: where somebody speaks; None where that is not known.
    """
    inside = common([Segment(start=start, end=end)], speech or [])
    if not inside:
        return spread(pieces, start, end)

    def at(spoken: float, *, last: bool) -> float:
        for stretch in inside:
            length = stretch.end - stretch.start
            if spoken < length or (last and spoken <= length):
                return stretch.start + spoken
            spoken -= length
        return inside[-1].end

    timed = spread(pieces, 0.0, seconds(inside))
    return [word._replace(start=at(word.start, last=False), end=at(word.end, last=True)) for word in timed]


def _matches(written: str, aligned: str) -> list[tuple[int, int, int]]:
    if written == aligned:
        return [(0, 0, len(written))]
    return [tuple(block) for block in SequenceMatcher(None, written, aligned, autojunk=False).get_matching_blocks()]  # type: ignore[misc]


def match(pieces: Sequence[text.Piece], words: Sequence[Word], start: float, end: float) -> list[TimedWord]:
    """Gives each piece of a text the time of the aligned words that it consists of.

    Text and words are compared character by character, so a word that was not aligned (digits, another script), and aligners
    that cut words otherwise (single characters in Chinese), do no harm. What no word covers is interpolated between its neighbours.

    Args:
        pieces: the whole text of a stretch.
        words: aligned words in order; a subset is enough. Where some have a score, those without one are estimates of the aligner.
        start: of the stretch, in seconds; bounds estimates only.
        end: of the stretch, in seconds.
    """
    scored = any(word.score is not None for word in words)
    aligned, times = [], []
    for word in words:
        characters = "".join(text.clean(word.word).split())
        edges = [
            word.start + (max(word.end, word.start) - word.start) * k / len(characters) for k in range(len(characters))
        ]
        aligned.append(characters)
        times += [(first, last, word.score) for first, last in zip(edges, [*edges[1:], word.end], strict=False)]
    owners = [index for index, piece in enumerate(pieces) for _ in piece.text]
    placed: list[TimedWord | None] = [None] * len(pieces)
    for mine, theirs, size in _matches("".join(piece.text for piece in pieces), "".join(aligned)):
        for k in range(size):
            index, (first, last, score) = owners[mine + k], times[theirs + k]
            old, known = placed[index], score is not None or not scored
            start_of, end_of = (old.start, max(last, old.end)) if old else (first, last)
            placed[index] = TimedWord(pieces[index], start_of, end_of, score, known)
    return _interpolate(pieces, placed, start, end)


def _interpolate(
    pieces: Sequence[text.Piece], placed: list[TimedWord | None], start: float, end: float
) -> list[TimedWord]:
    timed: list[TimedWord] = []
    index = 0
    while index < len(pieces):
        known = placed[index]
        if known:
            timed.append(known)
            index += 1
            continue
        stop = index
        while stop < len(pieces) and not placed[stop]:
            stop += 1
        after = placed[stop] if stop < len(pieces) else None
        left = timed[-1].end if timed else min(start, after.start) if after else start
        right = after.start if after else max(left, end)
        timed += spread(pieces[index:stop], left, max(left, right))
        index = stop
    return timed
