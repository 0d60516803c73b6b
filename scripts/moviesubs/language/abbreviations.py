"""Full stops that end no sentence: titles, initials, sums (`abbreviations.toml`). One rule for sentences, lines and cues."""

import tomllib
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import regex

from moviesubs.language import text

#: full stops; Urdu has its own, and Hindi two signs of abbreviation, one of which people type as a zero ("डॉ०")
_STOPS = ".۔"  # noqa: RUF001
_SIGNS = regex.compile(r"(?<=[\p{L}\p{M}])[॰०]$")
_OPENERS = regex.compile(r"^[^\p{L}\p{M}\p{N}]+")
_DIGIT = regex.compile(r"^[^\p{L}\p{M}\p{N}]*\p{Nd}")
#: what may be an initial: a capital letter, or one of the scripts of India; "네." is a whole sentence of Korean
_INITIAL = regex.compile(
    r"[\p{Lu}\p{Arabic}\p{Bengali}\p{Devanagari}\p{Gujarati}\p{Gurmukhi}\p{Kannada}\p{Malayalam}\p{Meetei_Mayek}\p{Ol_Chiki}\p{Oriya}\p{Tamil}"
    r"\p{Telugu}]"
)
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True)
class Abbreviations:
    """The lists of all scripts together, as `text.bare` writes words; what each means stands in the file."""

    titles: frozenset[str]
    after_names: frozenset[str]
    before_numbers: frozenset[str]
    letters: frozenset[str]
    words: frozenset[str]


@cache
def abbreviations() -> Abbreviations:
    """The lists of the file."""
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        scripts = tomllib.load(file).values()
    names = Abbreviations.__dataclass_fields__
    return Abbreviations(
        **{name: frozenset(text.bare(word) for script in scripts for word in script.get(name, ())) for name in names}
    )


def before_a_number(following: str) -> bool:
    """Whether a word begins with a digit, possibly behind a sign of currency."""
    return _DIGIT.match(following) is not None


def _is_dotted(stem: str) -> bool:
    """Whether this is an abbreviation with full stops inside: "U.S", "p.m", "Ph.D", "वी.पी"."""
    parts = stem.replace("۔", ".").split(".")  # noqa: RUF001
    return len(parts) > 1 and all(part and text.length(part) <= 2 and not part.isdigit() for part in parts)


def _is_initial(stem: str, known: Abbreviations) -> bool:
    """Whether this is one letter, or two as initials have them."""
    bare = text.bare(stem)
    if not bare or not _INITIAL.match(stem):
        return False
    if len(stem) == 2 and stem.isascii():
        return stem.istitle() and not _VOWELS & set(bare)
    return bare in known.letters or text.length(stem) == 1


class FullStop(Enum):
    """What a full stop is: the end of a sentence, or part of an abbreviation that stands before another word, or after one."""

    END, BEFORE, AFTER = "end", "before", "after"


def _is_stopped_initial(word: str, known: Abbreviations) -> bool:
    stem = _OPENERS.sub("", unicodedata.normalize("NFC", word))
    return stem.endswith(tuple(_STOPS)) and _is_initial(stem[:-1], known) and text.bare(stem) not in known.words


def full_stop(word: str, following: str, previous: str = "") -> FullStop | None:
    """What the full stop of a word is.

    One letter with a full stop is an initial, and so are names of letters in other scripts ("एल.", "எம்."), dotted ones ("U.S.", "वी.पी.")
    and two letters without a vowel ("Md."). What else is abbreviated stands in the lists.

    Args:
        word: with its punctuation, as its neighbours.
        following: "" where there is none.
        previous: "" where there is none.

    Returns:
        None for a word without a full stop.
    """
    known = abbreviations()
    stem = _OPENERS.sub("", unicodedata.normalize("NFC", word))
    if _SIGNS.search(stem):
        return FullStop.BEFORE
    if not stem.endswith(tuple(_STOPS)):
        return None
    stem, after = stem[:-1], _OPENERS.sub("", following)
    if _is_dotted(stem):
        if stem.islower():
            return FullStop.END if after[:1].isupper() else FullStop.AFTER
        return FullStop.BEFORE
    bare = text.bare(stem)
    if bare in known.after_names:
        return FullStop.END if after[:1].isupper() else FullStop.AFTER
    if bare in known.words:
        chained = _is_stopped_initial(following, known) or _is_stopped_initial(previous, known)
        is_before = chained and text.length(bare) <= 2
    else:
        is_number = bare in known.before_numbers and before_a_number(following)
        is_before = is_number or bare in known.titles or _is_initial(stem, known)
    return FullStop.BEFORE if is_before else FullStop.END
