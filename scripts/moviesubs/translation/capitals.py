"""Capitals at the beginnings of translations from scripts that have none: models leave them out where a sentence has no punctuation."""

from collections.abc import Collection, Sequence

import regex

from moviesubs.language.text import ends_sentence

#: scripts with capitals (ISO 15924 codes)
CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
#: HTML's and ASS's
_MARKUP = regex.compile(r"<[^>]*>|\{[^}]*\}")
#: a small letter that begins a text, behind signs and markup that may stand there; not that of "iPhone"
_SMALL = regex.compile(rf"^((?:{_MARKUP.pattern}|[^\w<{{])*+)(\p{{Ll}})(?!\p{{L}}*\p{{Lu}})")


def with_capitals(texts: Sequence[str], translated: Collection[int]) -> list[str]:
    """The texts of a transcript, where translated ones begin with a capital unless the text before goes on.

    Args:
        texts: in order.
        translated: places of those that may be changed; a target in a script without capitals stays as it is.
    """
    result = list(texts)
    for place in translated:
        before = _MARKUP.sub("", texts[place - 1]).split() if place else []
        if not before or ends_sentence(before[-1]):
            result[place] = _SMALL.sub(lambda match: match[1] + match[2].upper(), texts[place])
    return result
