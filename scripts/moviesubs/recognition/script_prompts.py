"""A natural sentence in each language (`script_prompts.tsv` beside this file), to show Whisper which letters to write."""

import csv
import unicodedata
from functools import cache
from pathlib import Path

#: Unicode names of letters that are written without spaces between words
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
#: a text that has so many letters of its prompt in a row, and little else, was copied from it; so is one that has nothing else
COPIED_LETTERS = 9


@cache
def _prompts() -> dict[str, str]:
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["prompt"] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}


def script_prompt(code: str) -> str | None:
    """A sentence in a language and its own script.

    Args:
        code: the short code of the language.

    Returns:
        The sentence; None for a language that has none here.
    """
    return _prompts().get(code)


def bare_words(text: str) -> list[str]:
    """The words of a text without punctuation and case; single characters where no spaces stand between words."""
    result: list[str] = []
    for word in "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text.casefold()).split():
        unspaced = unicodedata.name(word[0], "").startswith(_UNSPACED)
        result += list(word) if unspaced else [word]
    return result


def copied(text: str, prompt: str | None) -> bool:
    """Whether a text is its prompt said again, which Whisper does where it hears nothing.

    Args:
        text: what was recognised.
        prompt: what it was told beforehand.

    Returns:
        True where all of the text stands in the prompt in a row, or half of it and `COPIED_LETTERS` letters.
    """
    if not prompt:
        return False
    words, known = bare_words(text), bare_words(prompt)
    longest = 0
    lengths = [0] * (len(known) + 1)
    for word in words:  # the longest run of words that both have, in letters
        lengths = [0, *(lengths[k] + len(word) if word == known[k] else 0 for k in range(len(known)))]
        longest = max(longest, *lengths)
    letters = sum(map(len, words))
    return longest == letters or (longest >= COPIED_LETTERS and 2 * longest >= letters)
