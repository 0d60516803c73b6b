"""Placeholders for what must not be translated freely: glossary terms, markup, addresses, numbers with separators, dates.

IndicTrans2 was trained to copy `<ID1>`, `<ID2>`, ... IndicProcessor can make such placeholders itself, but it takes
part of a number for an internet address ("1,234.50" comes back as "1, 234.50"), and two words joined by a full stop too.
So all of them are made here, before it sees the text, and put back after it has finished.

The normalisers that it uses for Indian scripts (indic-nlp-library-itt 0.1.1) turn a colon and the digit, sign or Latin
capital before it into a backslash, a 1 and a visarga ("5: घर" becomes "\\1ः घर"; their pattern has a backslash too many).
Such a colon goes into the placeholder.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_MARKUP = r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}"
_HEAD = re.compile(rf"\s*(?:(?:{_MARKUP})\s*)+")
_TAIL = re.compile(rf"(?:\s*(?:{_MARKUP}))+\s*$")
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_DOMAINS = "com|org|net|edu|gov|info|biz|tv|io|in|co|me|uk|us|eu|de|fr|pk|bd|np|lk"
_URL = (
    r"(?:(?:https?|ftp)://|www\.)[^\s<>]*[A-Za-z0-9/]"
    rf"|(?<![A-Za-z0-9.@-])(?:[A-Za-z0-9-]+\.)+(?:{_DOMAINS})(?![A-Za-z0-9-])(?:/[A-Za-z0-9/_?#&=%.-]*)?"
)
_NUMBER = r"~?[0-9]+(?:[.,:'/+-][0-9]+)+(?: ?%)?|~?[0-9]+ ?%"
_HANDLE = r"[A-Za-z0-9]*[#@][A-Za-z0-9_]+"
_LOOKALIKE = r"[<\[] ?(?:ID|Id|id) ?[0-9]+ ?[>\]]"
_ENTITY = "|".join((_LOOKALIKE, _MARKUP, _EMAIL, _URL, _NUMBER, _HANDLE))

#: what the Indic normalisers would spoil together with the colon after it
_COLONS = re.compile(r"(?: ?:)+")
_BEFORE_COLON = r"[^\s:]*[0-9:;<=>?@A-Z\[\\uf] ?:"

#: whatever else IndicProcessor could make a placeholder of: tokens with a digit or with a sign of an address
_SUSPECT = r"[^\s<>]*[0-9@#|][^\s<>]*|[^\s<>]+\.[^\s<>]+"

#: a full stop without its space between two sentences ("गया.वह", "home.He") or after a title ("डॉ.शर्मा")
_TIGHT_STOP = re.compile(r"(?<=[\u0900-\u0dff])\.(?=[^\W\d_])|(?<=[a-z]{2})\.(?=[A-Z])")

_SPACED_COLON = re.compile(r"(?<=[0-9]) ?: ?(?=[0-9])")

_PLACEHOLDER = re.compile(r"<ID([0-9]+)>")
#: "ID" as models write it when they transliterate that too
_ID = r"ID|id|Id|आई\s*\.?\s*डी\s*\.?|आइ\s*\.?\s*डी\s*\.?|आय\s*\.?\s*डी\s*\.?|ऐटि|ऐडि|آی\s*ڈی|آئی\s*ڈی|ꯑꯥꯏꯗꯤ|ᱟᱭᱰᱤ\s*᱾?"
_TRANSLATED = re.compile(rf"[<\[]\s*(?:{_ID})\s*([0-9०-९]+)\s*[>\]]")


def normalise(text: str) -> str:
    """Normal form in which terms and numbers are looked for.

    Args:
        text: any text.

    Returns:
        The text in NFC, its digits as ASCII (IndicProcessor does so too), any white space as one space.
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(str(unicodedata.decimal(character, character)) for character in text)
    return " ".join(text.split())


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is not part of a longer word; marks count as letters, unlike in `re`'s \\b."""
    before = start > 0 and _in_word(text[start - 1]) and _in_word(text[start])
    after = end < len(text) and _in_word(text[end - 1]) and _in_word(text[end])
    return not before and not after


def protect(
    text: str,
    terms: Mapping[str, str] | None = None,
    *,
    english: bool = False,
    thorough: bool = False,
    sparing: bool = False,
) -> tuple[str, list[str]]:
    """Replaces what must survive by placeholders.

    Args:
        text: text in the source language.
        terms: translation of each glossary term; terms match as whole words, the longest first.
        english: the text is English, which no Indic normaliser touches.
        thorough: also protect every token with a digit, an inner full stop or one of "@#|", so that nothing is left that
            IndicProcessor would make a placeholder of.
        sparing: protect terms and markup only, for a model that does not copy placeholders reliably.

    Returns:
        The text with `<ID1>`, `<ID2>`, ..., and the value of each in the target language.
    """
    text = _SPACED_COLON.sub(":", _TIGHT_STOP.sub(". ", normalise(text)))
    translations = {normalise(term): translation for term, translation in (terms or {}).items()}
    alternatives = [re.escape(term) for term in sorted(translations, key=len, reverse=True)]
    extra = [*([] if english else [_BEFORE_COLON]), *([_SUSPECT] if thorough else [])]
    scanner = re.compile("|".join([*alternatives, *([_MARKUP] if sparing else [_ENTITY, *extra])]))
    values: list[str] = []
    parts: list[str] = []
    done = position = 0
    while match := scanner.search(text, position):
        found = match[0]
        if found in translations and not _stands_alone(text, *match.span()):
            position = match.start() + 1
            continue
        value = translations.get(found, found)
        end = match.end()
        if not english and (colons := _COLONS.match(text, end)):
            value, end = value + colons[0].replace(" ", ""), colons.end()
        if value not in values:
            values.append(value)
        parts += [text[done : match.start()], f" <ID{values.index(value) + 1}> "]
        done = position = end
    parts.append(text[done:])
    return " ".join("".join(parts).split()), values


def unwrap(text: str) -> tuple[str, str, str]:
    """Takes off the markup around a text, which is better kept away from the model than put into placeholders.

    Args:
        text: as in a subtitle: "<i>No!</i>", "{\\an8}No!".

    Returns:
        What stands before the text, the text, and what stands after it.
    """
    head = _HEAD.match(text)
    tail = _TAIL.search(text, head.end() if head else 0)
    start, end = (head.end() if head else 0), (tail.start() if tail else len(text))
    return text[:start], text[start:end], text[end:]


def is_intact(line: str, text: str) -> bool:
    """Whether pre-processing has left the placeholders as they were and added none.

    Args:
        line: from `Processor.preprocess`.
        text: from `protect`.

    Returns:
        False when IndicProcessor has made placeholders of its own; protect the text again, thoroughly.
    """
    return _TRANSLATED.findall(line) == _PLACEHOLDER.findall(text)


def tidy(text: str) -> str:
    """Brings the placeholders in a model's output to their canonical form.

    Args:
        text: from `Tokenizer.text`.

    Returns:
        The text with "<ID1>" for "< ID1 >", "[ID 1]", "< आईडी 1 >" and the like.
    """
    return _TRANSLATED.sub(lambda match: f"<ID{int(match[1])}>", text)


def restore(text: str, values: Sequence[str]) -> tuple[str, list[str]]:
    """Puts the values back.

    Args:
        text: tidied text, post-processed.
        values: from `protect`.

    Returns:
        The text, and the values whose placeholders the model has lost. Placeholders that it has invented are removed.
    """
    seen: set[int] = set()

    def value(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        if not 0 <= index < len(values):
            return ""
        seen.add(index)
        return values[index]

    text = _PLACEHOLDER.sub(value, text)
    for markup in {value for value in values if re.fullmatch(_MARKUP, value)}:
        text = text.replace(f" {markup}" if markup.startswith("</") else f"{markup} ", markup)
    return " ".join(text.split()), [value for index, value in enumerate(values) if index not in seen]
