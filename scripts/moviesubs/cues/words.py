"""The words that cues are made of, each with its time: those of a transcript, or of a translation in step with the speech it translates."""

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from moviesubs.contracts import Sentence
from moviesubs.cues.costs import Costs, break_cost
from moviesubs.cues.limits import READING_TIME, Limits
from moviesubs.language import text
from moviesubs.language.line_breaks import LineBreaks
from moviesubs.transcript.word_matching import TimedWord, match, spread

#: seconds of silence that part the phrases of a sentence, for its translation to keep step with
PHRASE_PAUSE = 0.3
#: a sentence is taken for this many phrases at most
MOST_PHRASES = 12
#: what it costs, against `Costs.plain`, that text is shown before or after its phrase: the whole sentence too early ...
MISPLACED = 80.0
#: ... and that the translation does not pause where the speech does
UNPAUSED = 10.0


class CueWord(NamedTuple):
    """A word as cues see it. Times are milliseconds.

    `start` and `end` are in order and free of overlaps; `spoken_from` and `spoken_until` are as the transcript says; `sentence` is the
    index of its sentence there; `turn`: another person begins to speak with it.
    """

    piece: text.Piece
    start: int
    end: int
    sentence: int
    speaker: str | None
    spoken_from: int
    spoken_until: int
    turn: bool = False


def phrases(sentence: Sentence) -> list[tuple[float, float]]:
    """Start and end of the stretches of a sentence between which its speaker pauses, in seconds; its own where its words have no times."""
    stretches: list[tuple[float, float]] = []
    for word in sentence.words or ():
        if stretches and word.start - stretches[-1][1] < PHRASE_PAUSE:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], word.end))
        else:
            stretches.append((word.start, word.end))
    if not stretches or len(stretches) > MOST_PHRASES or any(b < a for a, b in stretches):
        return [(sentence.start, sentence.end)]
    return stretches


def spread_over_phrases(
    parts: Sequence[text.Piece], spoken: Sequence[tuple[float, float]], words: LineBreaks, costs: Costs | None = None
) -> list[TimedWord]:
    """Spreads a translation over the phrases of the speech: it pauses where the speech pauses, at a clause end near there if there is one.

    The best place for each pause is found by dynamic programming: it costs how far the text before it is from the share of the speech
    before it, and how bad a break the place is; a pause may be left out where no place is good.

    Args:
        parts: the words of the translation.
        spoken: start and end of each phrase, in seconds and in order.
        words: lists of the translation's language.
    """
    costs = costs or Costs()
    if len(spoken) < 2 or len(parts) < 2:
        return spread(parts, spoken[0][0], spoken[-1][1])
    elapsed = list(accumulate(end - start for start, end in spoken))
    written = list(accumulate(text.length(part.text) + 1 for part in parts))
    shown = ["", *(part.for_breaks for part in parts)]
    prices = [
        break_cost(before, after, words, costs, previous)
        for previous, before, after in zip(shown, shown[1:], shown[2:], strict=False)
    ]
    # best[cut]: the cheapest way to place the pauses so far with the last of them before word `cut`, and which places those are
    best: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {0: (0.0, ())}
    for pause in range(1, len(spoken)):
        share = elapsed[pause - 1] / max(1e-9, elapsed[-1])
        after = {cut: (cost + UNPAUSED, places) for cut, (cost, places) in best.items()}
        cheapest: tuple[float, tuple[tuple[int, int], ...]] = (math.inf, ())
        for cut in range(1, len(parts)):
            if cut - 1 in best:
                cheapest = min(cheapest, best[cut - 1])
            cost = cheapest[0] + prices[cut - 1] + MISPLACED * abs(written[cut - 1] / written[-1] - share)
            if cost < after.get(cut, (math.inf,))[0]:
                after[cut] = (cost, (*cheapest[1], (pause, cut)))
        best = after
    _, places = min(best.values())
    edges = [(0, 0), *places, (len(spoken), len(parts))]
    timed: list[TimedWord] = []
    for (phrase, cut), (next_phrase, next_cut) in pairwise(edges):
        timed += spread(parts[cut:next_cut], spoken[phrase][0], spoken[next_phrase - 1][1])
    return timed


def cue_words(
    sentences: Sequence[Sentence],
    *,
    source: Mapping[int, Sentence] | None = None,
    names: Mapping[str, str] | None = None,
    words: LineBreaks | None = None,
    limits: Limits | None = None,
) -> list[CueWord]:
    """The words of all sentences with their times in milliseconds.

    A sentence without words (a translation) is spread over its own time, in step with the sentence that it translates; where it cannot be
    read in that time, it goes on into the silence after it. Where times run backwards or overlap, a word starts no earlier than the one
    before it, and the one before ends when it starts.

    Args:
        source: the sentences of the spoken language by their ids, for the pauses of a translation.
        names: speakers whose first word of each turn is given their name: "[Jai] Where were you?".
        limits: for the reading speed of a translation.
    """
    timed_words: list[CueWord] = []
    originals = source or {}
    latest = 0
    for index, sentence in enumerate(sentences):
        parts = text.pieces(text.clean(sentence.text))
        own = text.pieces(text.clean(sentence.own_script or ""))
        if len(own) == len(parts):
            parts = [part._replace(own=other.text) for part, other in zip(parts, own, strict=True)]
        if sentence.words:
            timed = match(parts, sentence.words, sentence.start, sentence.end)
        else:
            after = sentences[index + 1].start if index + 1 < len(sentences) else math.inf
            spoken = phrases(originals.get(sentence.id, sentence))
            timed = spread_over_phrases(parts, _readable(parts, spoken, after, limits), words or LineBreaks())
        for place, (piece, start, end, *_) in enumerate(timed):
            spoken_from, spoken_until = round(start * 1000), round(end * 1000)
            latest = max(latest, spoken_from)
            turn = place == 0 and (sentence.turn or (sentence.id in originals and originals[sentence.id].turn))
            name = (names or {}).get(sentence.speaker or "")
            if name and place == 0 and (not timed_words or timed_words[-1].speaker != sentence.speaker):
                piece = piece._replace(text=f"[{name}] {piece.text}")
            timed_words.append(
                CueWord(
                    piece, latest, max(latest, spoken_until), index, sentence.speaker, spoken_from, spoken_until, turn
                )
            )
    return [word._replace(end=min(word.end, after.start)) for word, after in pairwise(timed_words)] + timed_words[-1:]


def _readable(
    parts: Sequence[text.Piece], spoken: list[tuple[float, float]], after: float, limits: Limits | None
) -> list[tuple[float, float]]:
    """The phrases; the last one goes on into the silence after it where the text needs more time to be read."""
    if limits is None or not parts:
        return spoken
    need = limits.reading_time(text.length(text.join(list(parts))), len(parts)) / 1000
    start, end = spoken[-1]
    latest = min(end + READING_TIME / 1000, after - limits.gap / 1000)
    return [*spoken[:-1], (start, max(end, min(latest, spoken[0][0] + need)))]
