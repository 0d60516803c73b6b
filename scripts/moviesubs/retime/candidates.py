"""Where the cues of a file may be heard: by their words, or by where speech begins. All functions are pure; times are seconds."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence

from moviesubs.contracts import Cue, Segment, Word
from moviesubs.language import text
from moviesubs.retime.fit import Candidate
from moviesubs.transcript.word_matching import spread

#: seconds by which a file may be early or late, besides its drift
REACH = 110.0
#: the words that must be the same in a row for a match, the longest first; the last one may be a single word that is said once only
LENGTHS = (4, 3, 2)


def _keys(words: Sequence[str], length: int) -> dict[tuple[str, ...], list[int]]:
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index in range(len(words) - length + 1):
        places[tuple(words[index : index + length])].append(index)
    return places


def by_words(cues: Sequence[Cue], words: Sequence[Word]) -> list[Candidate]:
    """Candidates from words that were recognised in the sound, in the language of the subtitles.

    Args:
        cues: of the file.
        words: heard, in order, with their times on the movie's clock.

    Returns:
        For every cue that shares a row of words with the sound, when it would begin: where its first word is heard, or a later one less
        the time that the cue gives to the words before it.
    """
    own: list[tuple[str, int, float]] = []
    for number, cue in enumerate(cues):
        start, end = cue.start / 1000, cue.end / 1000
        for piece in spread(text.pieces(text.clean(" ".join(cue.lines))), start, end):
            if bare := text.bare(piece.piece.text):
                own.append((bare, number, piece.start - start))
    heard = [(text.bare(word.word), word.start) for word in words if text.bare(word.word)]
    estimates: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for length in LENGTHS:
        places = _keys([word for word, _ in heard], length)
        mine = _keys([word for word, _, _ in own], length)
        for key, indices in mine.items():
            for index in indices:
                for place in places.get(key, ()) if len(places.get(key, ())) <= 6 else ():
                    for step in range(length):
                        _, number, inside = own[index + step]
                        estimates[number][place + step] = heard[place + step][1] - inside
    return [
        Candidate(number, cues[number].start / 1000, estimate)
        for number, places in sorted(estimates.items())
        for estimate in _first_of_each(places)
    ]


def _first_of_each(places: dict[int, float]) -> list[float]:
    """Of matches in one row the earliest in the cue, whose time is the surest."""
    kept: list[float] = []
    last = None
    for place in sorted(places):
        if last is None or place != last + 1:
            kept.append(places[place])
        last = place
    return kept


def by_speech(cues: Sequence[Cue], speech: Sequence[Segment], drift: float = 1.0) -> list[Candidate]:
    """Candidates from where speech begins, for subtitles in any language.

    Args:
        cues: of the file.
        speech: detected, in order, on the movie's clock.
        drift: of the file, by which it is searched at the right distance.

    Returns:
        For every cue each start of speech within REACH of it.
    """
    starts = [one.start for one in speech]
    candidates = []
    for number, cue in enumerate(cues):
        own = cue.start / 1000
        first, last = bisect_left(starts, drift * own - REACH), bisect_right(starts, drift * own + REACH)
        candidates += [Candidate(number, own, start) for start in starts[first:last]]
    return candidates
