"""Languages of India in Latin letters as people type them, by tables.

`romanise_tables.toml` has the letters and what becomes of them in a word, `romanise_words.tsv` words whose usual
spelling follows no rule. Hindi has rules of its own (`romanise`).

The spellings were not checked by readers of the languages. All functions are pure.
"""

import csv
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import regex

from moviesubs.language import romanise as hindi
from moviesubs.language.languages import languages
from moviesubs.language.loanwords import read_pairs
from moviesubs.language.romanise import Syllable, without_schwas

_JOINERS = re.compile("[\u200c\u200d]")
#: consonants in the order of all scripts of India, from the letter ka on; the gaps are letters that a script may lack
_CONSONANTS = "k kh g gh ng ch chh j jh ny t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h".split()  # noqa: SIM905
_VOWELS = "a A i I u U ri l e e e ai o o o au".split()  # noqa: SIM905
#: places in a script's block, from its beginning
_FIRST_VOWEL, _KA, _NUKTA, _SIGN_AA, _VIRAMA, _AU_LENGTH = 0x05, 0x15, 0x3C, 0x3E, 0x4D, 0x57
_CANDRABINDU, _ANUSVARA = 0x01, 0x02
#: of Gurmukhi: a consonant of its own, a nasal sign, and what doubles the next consonant
_RRA, _TIPPI, _ADDAK = 0x5C, 0x70, 0x71


@dataclass(frozen=True)
class Table:
    """How a language is spelled.

    Attributes:
        first: the first character of its script's block.
        script: ISO 15924 code.
        letters: consonants and vowels whose spelling is not the usual one.
        dotted: consonants with a dot below.
        inherent: the vowel that is not written.
        silent: it falls silent as in Hindi.
        clusters_keep: but not after two consonants at a word's end.
        nasal, final_nasal: a nasal sign within a word before other letters than lip sounds, and at its end.
        end: what a consonant without a vowel at a word's end is followed by.
        vowels: the long vowels A, I, U, by place in a word: "start", "alone", "first", "last", "other".
        changes: patterns and what replaces them, in order; capital letters are sounds that are told apart until then.
        words: whole words that follow no rule.
    """

    first: int
    script: str
    letters: dict[str, str]
    dotted: dict[str, str]
    inherent: str
    silent: bool
    clusters_keep: bool
    nasal: str
    final_nasal: str
    end: str
    vowels: dict[str, dict[str, str]]
    changes: list[tuple[re.Pattern[str], str]]
    words: dict[str, str] = field(default_factory=dict)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def table(language: str) -> Table:
    """The table of a language."""
    data = _data()[language]
    with Path(__file__).with_name("romanise_words.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        words = {unicodedata.normalize("NFC", row[1]): row[2] for row in rows if row[0] == language}
    vowels = {name: {"other": name.lower(), **data.get("vowels", {}).get(name, {})} for name in "AIU"}
    return Table(
        first=ord(data["ka"]) - _KA,
        script=languages()[language].script,
        letters=read_pairs(data.get("letters", "")),
        dotted=read_pairs(data.get("dotted", "")),
        inherent=data.get("inherent", "a"),
        silent=data.get("silent", False),
        clusters_keep=data.get("clusters_keep", False),
        nasal=data.get("nasal", "n"),
        final_nasal=data.get("final_nasal", "n"),
        end=data.get("end", ""),
        vowels=vowels,
        changes=[(re.compile(pattern), written) for pattern, written in data.get("changes", [])],
        words=words,
    )


def _syllables(word: str, rules: Table) -> list[Syllable]:
    """The syllables as written; a nasal vowel has "~", other nasal signs are "n"."""
    result: list[Syllable] = []
    onset: list[str] = []
    doubled = False
    for index, letter in enumerate(word):
        place = ord(letter) - rules.first
        after = ord(word[index + 1]) - rules.first if index + 1 < len(word) else 0
        if _KA <= place < _KA + len(_CONSONANTS) or place == _RRA:
            latin = rules.letters.get(letter) or _CONSONANTS[place - _KA]
            if after == _NUKTA:
                latin = rules.dotted.get(letter, latin)
                after = ord(word[index + 2]) - rules.first if index + 2 < len(word) else 0
            onset += [latin[0], latin] if doubled else [latin]
            doubled = False
            if not (_SIGN_AA <= after <= _VIRAMA or after == _AU_LENGTH):
                result.append(Syllable(onset, "a", inherent=True))
                onset = []
        elif letter in rules.letters:  # one without a vowel, as the chillus of Malayalam
            result.append(Syllable([*onset, rules.letters[letter]], ""))
            onset = []
        elif _FIRST_VOWEL <= place < _KA or _SIGN_AA <= place < _VIRAMA or place == _AU_LENGTH:
            number = place - (_SIGN_AA - 1 if place >= _SIGN_AA else _FIRST_VOWEL)
            result.append(Syllable(onset, "au" if place == _AU_LENGTH else _VOWELS[number]))
            onset = []
        elif place in (_CANDRABINDU, _ANUSVARA, _TIPPI) and result:
            result[-1].nasal, result[-1].inherent = "~" if place == _CANDRABINDU else "n", False
        elif place == _ADDAK:
            doubled = True
    if onset:
        result.append(Syllable(onset, ""))
    return result


def _spelled(index: int, word: list[Syllable], rules: Table) -> str:
    vowel = word[index].vowel
    if vowel not in rules.vowels:
        return vowel
    forms = rules.vowels[vowel]
    last = index == len(word) - 1
    if sum(bool(one.vowel) for one in word) == 1 and "alone" in forms:
        return forms["alone"]
    if index == 0 and not word[0].onset and "start" in forms:
        return forms["start"]
    if last and not word[index].nasal and "last" in forms:
        return forms["last"]
    return forms["first"] if index == 0 and not last and "first" in forms else forms["other"]


def _nasal(index: int, word: list[Syllable], rules: Table) -> str:
    if word[index].nasal in ("", "~"):
        return "n" if word[index].nasal else ""
    if index == len(word) - 1:
        return rules.final_nasal
    return "m" if word[index + 1].onset[:1] and word[index + 1].onset[0][0] in "pbm" else rules.nasal


@lru_cache(maxsize=50_000)
def romanised_word(word: str, language: str) -> str:
    """A word of one script's letters only, in small Latin letters."""
    rules = table(language)
    plain = _JOINERS.sub("", unicodedata.normalize("NFC", word))
    if plain in rules.words:
        return rules.words[plain]
    written = _syllables(plain, rules)
    spoken = without_schwas(written) if rules.silent else written
    if rules.silent and rules.clusters_keep and written and written[-1].inherent and len(written[-1].onset) > 1:
        spoken[-1].vowel = "a"
    letters = []
    for index, one in enumerate(spoken):
        inherent = one.inherent or (written[index].inherent and one.vowel == "a")
        vowel = rules.inherent if inherent and one.vowel else _spelled(index, spoken, rules)
        letters += [*one.onset, vowel, _nasal(index, spoken, rules)]
    if written and not written[-1].vowel and plain[-1:] == chr(rules.first + _VIRAMA):
        letters.append(rules.end)
    latin = "".join(letters)
    for pattern, replacement in rules.changes:
        latin = pattern.sub(replacement, latin)
    return latin.lower()


def in_latin(text: str, language: str) -> str:
    """Text in Latin letters: the same words between the same white space; what is in another script stays; sentences get capitals."""
    return hindi.romanised(text) if language == "hi" else hindi.with_capitals(romanised(text, language))


def romanised(text: str, language: str) -> str:
    """The same by tables, in small letters."""
    rules = table(language)
    letter = rf"[[\p{{L}}\p{{M}}]&&\p{{sc={rules.script}}}]"
    words = regex.compile(rf"{letter}(?:{letter}|[\u200c\u200d])*", regex.V1)
    text = words.sub(lambda match: romanised_word(match[0], language), unicodedata.normalize("NFC", text))
    own = range(rules.first, rules.first + 0x80)
    digits = "".join(str(unicodedata.digit(one)) if ord(one) in own and one.isdecimal() else one for one in text)
    return digits.replace("।", ".").replace("॥", ".")
