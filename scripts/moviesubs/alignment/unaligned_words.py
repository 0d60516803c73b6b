"""Words and their times: what is said aloud of a written word, and times for the words that an aligner left without."""

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from moviesubs.contracts import Word

if TYPE_CHECKING:
    import numpy as np

#: languages written without spaces between words; their characters are aligned one by one (as in whisperx.alignment)
WITHOUT_SPACES = ("ja", "zh")
#: seconds that a letter may take at most at the edge of a segment, where no neighbour bounds it: slow speech
SLOWEST_LETTER = 0.15


class Aligned(NamedTuple):
    """Each word with its time in seconds, None where it was not found; `difference`: share of letters heard otherwise."""

    words: list[Word | None]
    difference: float | None = None


#: given the samples of a stretch and its words, their times in seconds from the first sample
Aligner = Callable[["np.ndarray", list[str]], Aligned]


def words_of(text: str, language: str) -> list[str]:
    """The written words of a text.

    Args:
        text: a segment's text.
        language: its short code.

    Returns:
        Its words with their punctuation, single characters in languages without spaces.
    """
    return [character for character in text if not character.isspace()] if language in WITHOUT_SPACES else text.split()


@cache
def _composed(known: frozenset[str]) -> dict[str, str]:
    """The letters of a model that Unicode also writes in parts: parts to letter."""
    parts = {unicodedata.normalize("NFD", letter): letter for letter in known}
    return {part: letter for part, letter in parts.items() if part != letter}


def spoken(word: str, known: frozenset[str]) -> str:
    """What an aligner should look for in the audio: the word without punctuation and invisible characters.

    WhisperX looks for any character that its model does not know as "whatever was said"; a comma or a danda would
    take audio away from the words beside it. Digits and symbols are said aloud, so they stay. Letters that Unicode
    writes in two ways (those with a nukta, two-part vowels) are written as the model knows them.

    Args:
        word: a written word.
        known: the characters of the aligner's model, in lower case.

    Returns:
        The word to look for; empty if nothing of it is said.
    """
    text = unicodedata.normalize("NFC", word)
    for parts, letter in _composed(known).items():
        text = text.replace(parts, letter)
    result = []
    for character in text:
        parts = unicodedata.normalize("NFD", character)
        if character.lower() not in known and all(part.lower() in known for part in parts):
            result.append(parts)
        elif character.lower() in known or unicodedata.category(character)[0] not in "PZC":
            result.append(character)
    return "".join(result)


def fill(words: Sequence[str], times: Sequence[Word | None], start: float, end: float) -> list[Word]:
    """Gives every word a time, in order and inside its segment.

    Words without a time share the gap between their neighbours by their number of characters; at the edges of the
    segment they take no more than slow speech would.

    Args:
        words: the written words.
        times: what the aligner found for each, in seconds.
        start: of the segment, in seconds.
        end: of the segment, in seconds.

    Returns:
        The words with times; those that were filled in have no score.
    """
    bounded: list[Word | None] = []
    at = start
    for written, time in zip(words, times, strict=True):
        if time:
            first = min(max(time.start, at), end)
            at = min(max(time.end, first), end)
            bounded.append(Word(word=written, start=first, end=at, score=time.score))
        else:
            bounded.append(None)
    result: list[Word] = []
    index = 0
    while index < len(words):
        span = bounded[index]
        if span:
            result.append(span)
            index += 1
            continue
        after = next((k for k in range(index, len(words)) if bounded[k]), len(words))
        following = bounded[after] if after < len(words) else None
        low, high = result[-1].end if result else start, following.start if following else end
        result += _share(words[index:after], low, high, at_start=index == 0, at_end=following is None)
        index = after
    return result


def _share(words: Sequence[str], low: float, high: float, *, at_start: bool, at_end: bool) -> list[Word]:
    """Shares a stretch of time among words by their number of characters."""
    letters = [max(1, len(word)) for word in words]
    if at_start != at_end:
        most = SLOWEST_LETTER * sum(letters)
        low, high = (max(low, high - most), high) if at_start else (low, min(high, low + most))
    result, done = [], 0
    for word, count in zip(words, letters, strict=True):
        first, done = done, done + count
        times = [low + (high - low) * part / sum(letters) for part in (first, done)]
        result.append(Word(word=word, start=min(times[0], high), end=min(times[1], high)))
    return result
