"""Where a line breaks well, by language: word lists in `line_breaks.toml` beside this file."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from moviesubs.language import text
from moviesubs.language.abbreviations import FullStop, before_a_number, full_stop
from moviesubs.language.languages import languages, romanised_from
from moviesubs.language.romanise_tables import in_latin

#: sums are written after these, with or without a full stop
CURRENCIES = frozenset({"rs", "inr", "usd", "रु", "रू", "রু", "રૂ", "ரூ", "రూ", "ರೂ", "രൂ", "ਰੁ"})


@dataclass(frozen=True)
class LineBreaks:
    """Word lists of one language, as `text.bare` writes words."""

    before: frozenset[str] = frozenset()  # a break before these is good (conjunctions)
    before_soft: frozenset[str] = frozenset()  # a break before these is better than anywhere
    never_before: frozenset[str] = frozenset()  # these stay with the word before them (postpositions, auxiliaries)
    never_after: frozenset[str] = frozenset()  # these stay with the word after them (articles, titles)
    after_number: frozenset[str] = frozenset()  # these stay with a number before them (units, "lakh", "o'clock")
    names: bool = False  # whether two capitalised words in a row are taken for a name


@cache
def _data() -> dict[str, Any]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)


@cache
def line_breaks(language: str) -> LineBreaks:
    """The word lists of a language.

    Args:
        language: a code ("hi"); the words of a romanised one ("hi-Latn") are those of its language in both scripts. What is spelled like
            a word that a break goes well before ("ki") says nothing in Latin letters.

    Returns:
        Empty lists for a language without data. Names are known by capitals in English and in the languages of India,
        not in those that capitalise nouns.
    """
    code = language.split("-")[0]
    lists = _data().get(code, {})
    names = bool(lists) or (code in languages() and bool(languages()[code].flores))
    words = {name: frozenset(map(text.bare, words)) for name, words in lists.items()}
    if romanised_from(language):
        latin = {name: {text.bare(in_latin(word, code)) for word in words} for name, words in lists.items()}
        latin["never_before"] -= latin["before"]
        words = {name: words[name] | latin[name] for name in words}
    return LineBreaks(**words, names=names)


def glued(before: str, after: str, words: LineBreaks, previous: str = "") -> bool:
    """Whether two neighbouring words of one sentence belong together: by the language's lists, or as parts of a number or name.

    Words come with their punctuation; `previous` stands before `before`.
    """
    first, second = text.bare(before), text.bare(after)
    stop = full_stop(before, after, previous) if words.names else None
    if stop is FullStop.BEFORE:
        return True
    if stop is not FullStop.AFTER and text.ends_clause(before):
        return False
    if first in words.never_after or second in words.never_before:
        return True
    if first in words.after_number and second in words.after_number:
        return True  # "five lakh rupees"
    if before_a_number(after) and (first in CURRENCIES or is_symbol(before)):
        return True
    if any(map(str.isdigit, first)) and (
        any(map(str.isdigit, second)) or is_symbol(after) or second in words.after_number
    ):
        return True
    if not words.names or stop is FullStop.AFTER:
        return False
    return _capitalised(before) and _capitalised(after) and first not in words.before and second not in words.before


def is_symbol(word: str) -> bool:
    """Whether a word is a sign that belongs to a number: "₹", "$", "%", "°"."""
    signs = word.strip(".,!?।")
    return bool(signs) and all(sign == "%" or unicodedata.category(sign) in ("Sc", "So") for sign in signs)


def _capitalised(word: str) -> bool:
    letters = word.lstrip("\"'“‘([")
    return letters[:1].isupper() and (letters[1:2].islower() or letters[1:] == ".")
