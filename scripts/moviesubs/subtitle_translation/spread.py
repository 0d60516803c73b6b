"""Translated sentences over the cues of the file that they came from. All functions are pure."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from moviesubs.language import text
from moviesubs.subtitle_translation.sentences import Part
from moviesubs.subtitle_translation.tags import Run, marked, placed
from moviesubs.transcript.word_matching import TimedWord

#: characters in a line, and lines in a cue, as far as the text allows
LINE_LENGTH, LINES = 42, 2
#: how far, in characters, a cut moves to stand after punctuation
REACH = 10


def shares(words: Sequence[TimedWord]) -> list[tuple[int, int]]:
    """The parts that a sentence stands in, each with how many characters of it."""
    return [
        (part, sum(text.length(word.piece.text) + 1 for word in group))
        for part, group in groupby(words, key=lambda word: word.segment)
    ]


def cut(translation: str, sizes: Sequence[int]) -> list[str]:
    """A text in as many pieces as there are sizes, in their proportion.

    It is cut between words, after punctuation where that is near. Joined with spaces the pieces are the text; where it has fewer
    words than there are sizes, the last pieces are empty.
    """
    pieces = text.pieces(text.clean(translation))
    lengths = [text.length(piece.text) + 1 for piece in pieces]
    whole, total = sum(lengths), sum(sizes)
    portions, first, at = [], 0, 0.0
    for number, size in enumerate(sizes[:-1]):
        at += size * whole / total
        least = min(first + 1, len(pieces))
        most = max(least, len(pieces) - (len(sizes) - 1 - number))
        candidates = range(least, most + 1)
        best = min(candidates, key=lambda k: _cut_cost(k, pieces, lengths, at))
        portions.append(text.join(list(pieces[first:best])))
        first = best
    return [*portions, text.join(list(pieces[first:]))]


def _cut_cost(k: int, pieces: Sequence[text.Piece], lengths: Sequence[int], wanted: float) -> float:
    off = abs(sum(lengths[:k]) - wanted)
    return off - (REACH if k and text.ends_clause(pieces[k - 1].text) else 0)


def lines_of(said: str) -> list[str]:
    """A text on one line, or on lines of about the same length, broken after punctuation where that is near the middle."""
    length = text.length(said)
    if length <= LINE_LENGTH or len(text.pieces(said)) < LINES:
        return [said] if said else []
    return [line for line in cut(said, [1] * LINES) if line]


def translated_cues(
    parts: Sequence[Part], sentences: Sequence[Sequence[TimedWord]], translations: Mapping[int, str], count: int
) -> list[list[str]]:
    """The lines of each cue in the other language, with the tags and dashes of the source.

    Args:
        parts: of the file.
        sentences: of the file, as `sentences_of` gives them.
        translations: of the sentences by number, from 1.
        count: of the cues.
    """
    said: list[list[Run]] = [[] for _ in parts]
    for number, words in enumerate(sentences, start=1):
        spans = shares(words)
        pieces = cut(translations.get(number, ""), [size for _, size in spans])
        for (index, _), piece in zip(spans, pieces, strict=True):
            said[index].append(Run(sum(word.segment == index for word in words), piece))
    cues: list[list[str]] = [[] for _ in range(count)]
    for part, runs in zip(parts, said, strict=True):
        whole = " ".join(run.text for run in runs if run.text)
        lines = marked([whole] if part.dash and whole else lines_of(whole), placed(part, runs))
        if part.dash and whole:
            lines[0] = f"- {lines[0]}"
        if lines or part.before or part.after:
            lines = lines or [""]
            lines[0] = part.before + lines[0]
            lines[-1] += part.after
            cues[part.cue] += lines
    return cues
