"""Loops of a recogniser: the same words again and again, where nobody says them so often."""

import unicodedata
import zlib
from collections.abc import Sequence

#: a phrase of so many words counts as a loop when it comes this often in a row; longer phrases: the last number
REPEATS = {1: 8, 2: 6, 3: 5}
REPEATS_OF_PHRASES = 4
#: words of the longest phrase that is looked for
LONGEST_PHRASE = 30
#: how often a looped phrase is kept: people do say things twice
KEPT = 2
#: a word with more letters than this may itself be a loop ("हाहाहा...")
LONGEST_WORD = 40


def compression_ratio(text: str) -> float:
    """How well a text can be compressed: Whisper's measure of loops, made fair to all scripts.

    Whisper compresses UTF-8, where a Devanagari letter has three bytes, two of them nearly always the same: ordinary Hindi of
    400 characters reaches 2.6 and would fail the limit of 2.4, which was found on English (1.7). Here a letter of any alphabet counts
    as one byte, its place within its block of 128 code points.

    Args:
        text: what was recognised.

    Returns:
        Characters divided by compressed bytes; 0 for an empty text.
    """
    letters = bytes(ord(letter) & 0x7F | (0x80 if ord(letter) > 0x7F else 0) for letter in text)
    return len(letters) / len(zlib.compress(letters)) if letters else 0.0


def _bare(word: str) -> str:
    """A word without punctuation and case, for comparison; the word itself where nothing is left."""
    return "".join(letter for letter in word.casefold() if unicodedata.category(letter)[0] in "LMN") or word


def _repeats(words: Sequence[str], at: int, size: int) -> int:
    """How often the phrase of `size` words at a place comes in a row."""
    phrase, count = words[at : at + size], 1
    while words[at + count * size : at + (count + 1) * size] == phrase:
        count += 1
    return count


def cut_loops(text: str) -> tuple[str, str]:
    """Sets apart what a recogniser repeated without end.

    Args:
        text: one segment's text.

    Returns:
        The text with each looped phrase said twice, and what was taken out of it ("" for a text without a loop).
    """
    words = [part for word in text.split() for part in _long_word(word)]
    bare = [_bare(word) for word in words]
    kept: list[str] = []
    removed: list[str] = []
    at = 0
    while at < len(words):
        for size in range(1, min(LONGEST_PHRASE, (len(words) - at) // 2) + 1):
            count = _repeats(bare, at, size)
            if count >= REPEATS.get(size, REPEATS_OF_PHRASES):
                kept += words[at : at + KEPT * size]
                at += count * size
                partial = 0  # a loop that the end of the window cut off
                while partial < size and bare[at + partial : at + partial + 1] == [bare[at - size + partial]]:
                    partial += 1
                partial = partial if at + partial == len(words) else 0
                removed += words[at - (count - KEPT) * size : at + partial]
                at += partial
                break
        else:
            kept.append(words[at])
            at += 1
    return (" ".join(kept), " ".join(removed)) if removed else (text, "")


def _long_word(word: str) -> list[str]:
    """The repeated units of an endless word, else the word."""
    if len(word) <= LONGEST_WORD:
        return [word]
    for size in range(1, len(word) // 4 + 1):
        whole = len(word) // size
        if word == (word[:size] * (whole + 1))[: len(word)]:
            return [word[k : k + size] for k in range(0, len(word), size)]
    return [word]
