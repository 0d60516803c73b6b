"""What is wrong with a translation, as far as a program can tell without knowing the languages."""

import re
from collections.abc import Sequence

from moviesubs.flags import Flag
from moviesubs.language.scripts import UNSPACED, count_in_script, share_in_script
from moviesubs.translation import placeholders

#: a translation is absurdly long if it has more characters than this many times the source, and this many more
LENGTH_RATIO, LENGTH_SLACK = 3.0, 40
#: and absurdly short with fewer than this share of the source, if the source has so many characters; Chinese needs a third of them
SHORT_RATIO, SHORT_SOURCE, UNSPACED_RATIO = 0.3, 30, 0.1
#: so many words do not become one
WORDS_FOR_ONE = 5
#: a phrase this often in a row is a loop, unless the source has it half as often
REPEATS = 3
#: words of the longest phrase looked for
LONGEST_PHRASE = 12
#: in a text of so many words, fewer different ones than this share are a loop that comes with variations
LOOPED_WORDS, DIFFERENT_WORDS = 12, 0.34
#: words in common order from which a translation is the source itself; fewer may be names, or the same in both languages
SAME_WORDS = 3

_WORD = re.compile(r"[^\W_]+(?:[^\s.,:;!?\"“”।॥…()\[\]-]*)")
_LOOPED_LETTERS = re.compile(r"(\S{2,30}?)\1{5,}")
_UNKNOWN = re.compile(r"<\s*unk\s*>|⁇")


def numbers(text: str) -> set[str]:
    """Numbers that a translation must keep: those of two digits and more, in ASCII digits; smaller ones may well become words."""
    return set(re.findall(r"[0-9]{2,}", placeholders.normalise(text)))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(placeholders.normalise(text))]


def _in_a_row(words: Sequence[str]) -> int:
    """How often the most repeated phrase comes in a row."""
    most = 1
    for size in range(1, min(LONGEST_PHRASE, len(words) // 2) + 1):
        same = 0
        for at in range(size, len(words)):
            same = same + 1 if words[at] == words[at - size] else 0
            most = max(most, same // size + 1)
    return most


def repeats(source: str, translation: str) -> bool:
    """Whether a translation says something again and again that the source does not."""
    before, after = _words(source), _words(translation)
    if _in_a_row(after) >= max(REPEATS, 2 * _in_a_row(before)):
        return True
    if _LOOPED_LETTERS.search("".join(translation.casefold().split())) and not _LOOPED_LETTERS.search(
        "".join(source.split())
    ):
        return len(after) < 2 or _in_a_row(before) < REPEATS
    varied = len(set(before)) >= DIFFERENT_WORDS * len(before)
    return varied and len(after) >= LOOPED_WORDS and len(set(after)) < DIFFERENT_WORDS * len(after)


def untranslated(source: str, translation: str, scripts: tuple[str, str]) -> bool:
    """Whether a translation is the source, or still in its script.

    Args:
        translation: without what was meant to stay as it is.
        scripts: ISO 15924 codes of the source's and the target's language.
    """
    source_script, target_script = scripts
    if source_script == target_script:
        words = _words(source)
        return len(words) >= SAME_WORDS and words == _words(translation)
    if source_script == "Latn":  # names and abbreviations may stay in Latin letters
        left = [
            word for word in _WORD.findall(translation) if count_in_script(word, source_script) and not word.isupper()
        ]
        return bool(left) and share_in_script(" ".join(_WORD.findall(translation)), target_script) < 0.5
    return any(count_in_script(word, source_script) > 1 for word in _WORD.findall(translation))


def too_short(source: str, translation: str, script: str = "") -> bool:
    """Whether most of the source must be missing; `script` is the ISO 15924 code of the translation."""
    if script in UNSPACED:
        return len(source) >= SHORT_SOURCE and len(translation) < UNSPACED_RATIO * len(source)
    words = len(_words(source)), len(_words(translation))
    few = words[0] >= WORDS_FOR_ONE and words[1] < 2
    return few or (len(source) >= SHORT_SOURCE and len(translation) < SHORT_RATIO * len(source))


def problems(
    source: str,
    translation: str,
    lost: Sequence[str] = (),
    *,
    preserved: Sequence[str] = (),
    scripts: tuple[str, str] | None = None,
    unknown: bool = False,
) -> tuple[Flag, ...]:
    """What is wrong with a translation.

    Args:
        lost: values whose placeholders the model has lost.
        preserved: values that stand in the translation as they were meant to.
        scripts: ISO 15924 codes of the source's and the target's language; None: not looked at.
        unknown: the model has answered with a token that stands for no text.
    """
    own = translation
    for value in preserved:
        own = own.replace(value, " ")
    empty = not any(character.isalnum() for character in translation)
    checks = {
        Flag.TRANSLATION_EMPTY: empty,
        Flag.TRANSLATION_UNTRANSLATED: scripts is not None and untranslated(source, own, scripts),
        Flag.TRANSLATION_TOO_SHORT: not empty and too_short(source, translation, scripts[1] if scripts else ""),
        Flag.TRANSLATION_TOO_LONG: len(translation) > max(LENGTH_RATIO * len(source), len(source) + LENGTH_SLACK),
        Flag.TRANSLATION_REPEATS: repeats(source, translation),
        Flag.TRANSLATION_DEBRIS: (unknown or bool(_UNKNOWN.search(translation))) and not _UNKNOWN.search(source)
        or placeholders.has_debris(own, source, protected=bool(lost or preserved)),
        Flag.TRANSLATION_TERM_LOST: bool(lost),
        Flag.TRANSLATION_NUMBER_LOST: not numbers(source) <= numbers(translation),
    }  # fmt: skip
    return tuple(flag for flag, wrong in checks.items() if wrong)
