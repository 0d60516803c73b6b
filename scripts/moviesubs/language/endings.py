"""Names with an ending attached, as ரஜினியை and सूर्याने: which endings a language has (`endings.toml` beside this file)."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

#: from the signs of vowels to the letters, in every block of Unicode's Indic scripts: what is behind a consonant, and by itself
_SIGNS = {0x3E: 0x06, 0x3F: 0x07, 0x40: 0x08, 0x41: 0x09, 0x42: 0x0A, 0x43: 0x0B, 0x45: 0x0D, 0x46: 0x0E, 0x47: 0x0F}
_SIGNS |= {0x48: 0x10, 0x49: 0x11, 0x4A: 0x12, 0x4B: 0x13, 0x4C: 0x14}
#: letters of Malayalam without a vowel, and what they become before one
_CHILLUS = {"ൺ": "ണ", "ൻ": "ന", "ർ": "ര", "ൽ": "ല", "ൾ": "ള"}
#: the short u at a word's end, which falls before a vowel
_FINAL_U = "\u0bc1\u0c41\u0cc1"


@dataclass(frozen=True)
class Endings:
    """The endings of one language; see `endings.toml`."""

    junction: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    clitics: tuple[str, ...] = ()
    least: int = 0
    _pattern: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Makes one pattern of the lists."""
        junction, endings, clitics = (
            "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)"
            for words in (self.junction, self.endings, self.clitics)
        )
        pattern = rf"(?:{junction})?((?:{endings})(?:(?:{clitics}))?|{clitics})"
        object.__setattr__(self, "_pattern", re.compile(pattern))

    def of(self, name: str, rest: str) -> str | None:
        """The ending in what follows a name up to the end of the word, written as by itself: no glide, a letter for its first vowel (ஐ, ने).

        None where this is no ending, but another, longer word.
        """
        match = self._pattern.fullmatch(rest) if len(name) >= self.least else None
        if not match:
            return None
        first = ord(match[1][0])
        block, sign = first & ~0x7F, first & 0x7F
        return chr(block + _SIGNS[sign]) + match[1][1:] if 0x900 <= first < 0xD80 and sign in _SIGNS else match[1]


@cache
def endings_of(flores: str) -> Endings:
    """The endings of a language; none where it has no list, or writes them apart."""
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        lists = tomllib.load(file).get(flores, {})
    words = {
        name: tuple(unicodedata.normalize("NFC", word) for word in lists.get(name, ()))
        for name in ("junction", "endings", "clitics")
    }
    return Endings(**words, least=lists.get("least", 0))


def stems(name: str) -> list[str]:
    """What may stand before an ending instead of a name: without its virama or final u, and with a consonant for a chillu."""
    last = name[-1:]
    if last in _CHILLUS:
        return [name[:-1] + _CHILLUS[last]]
    if last and (unicodedata.name(last, "").endswith("SIGN VIRAMA") or last in _FINAL_U):
        return [name[:-1]]
    return []
