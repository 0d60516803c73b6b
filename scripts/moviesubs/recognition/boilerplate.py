"""What Whisper learnt from the ends of internet videos (`boilerplate.tsv` beside this file).

Its rows are regular expressions and words: a `credit` is what no film says in earnest, a `filler` a word that stands beside one ("please
like, share and ..."), a `phrase` what people do say as well. Both sides are compared without case, punctuation, nuktas and joiners.
"""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

#: spellings that differ by habit: no nukta, one sign for a nasal vowel, no joiners
_SAME = {0x093C: None, 0x0901: 0x0902, 0x200C: None, 0x200D: None, 0x200B: None, 0xFEFF: None}
#: signs that are kept: they tell an address, a heading ("Subtitles: ...") and "don't"
_SIGNS = "'.-:"
#: ends of sentences, for a segment of which one sentence is boilerplate
_ENDS = re.compile(r"(?<=[.!?।॥۔؟。!?])\s+")  # noqa: RUF001


def _spelt(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().translate(_SAME)


def _plain(text: str) -> str:
    kept = (sign if unicodedata.category(sign)[0] in "LMN" or sign in _SIGNS else " " for sign in _spelt(text))
    return " ".join("".join(kept).split()).strip(".- ")


@cache
def _rows(kind: str) -> tuple[str, ...]:
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(_spelt(row["pattern"]) for row in rows if row["kind"] == kind)


@cache
def _credits() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _rows("credit"))


@cache
def _phrases() -> re.Pattern[str]:
    one = "|".join(f"(?:{pattern})" for pattern in _rows("phrase"))
    return re.compile(f"(?:{one})(?: (?:{one}))*")


@cache
def _fillers() -> frozenset[str]:
    return frozenset(word for row in _rows("filler") for word in row.split())


def boilerplate(text: str) -> str | None:
    """Whether a whole text is what Whisper learnt from the ends of internet videos.

    Args:
        text: one segment's text.

    Returns:
        "credit" for thanks to viewers, appeals to subscribe, names of subtitlers, with nothing beside them but the words that come with
        them; "phrase" for a word of thanks, a yes, a "music", which people do say; None for anything else.
    """
    plain = _plain(text)
    rest = plain
    for pattern in _credits():
        rest = pattern.sub(" ", rest)
    if rest != plain and all(word.strip(_SIGNS) in _fillers() for word in rest.split() if word.strip(_SIGNS)):
        return "credit"
    words = plain.translate(dict.fromkeys(map(ord, ".:"), " "))
    return "phrase" if _phrases().fullmatch(" ".join(words.split())) else None


def holds_credit(text: str) -> bool:
    """Whether at least one whole sentence of a text is a credit, as in "Let us go. Please subscribe."."""
    return any(boilerplate(sentence) == "credit" for sentence in _ENDS.split(text))
