"""Placeholders for what must not be translated freely: glossary terms, markup, addresses, numbers with separators, dates.

IndicTrans2 was trained to copy `<ID1>`, `<ID2>`, ... IndicProcessor can make such placeholders itself, but it takes
part of a number for an internet address ("1,234.50" comes back as "1, 234.50"), and two words joined by a full stop too.
So all of them are made here, before it sees the text, and put back after it has finished.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from moviesubs.language.endings import endings_of, stems

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

#: whatever else IndicProcessor could make a placeholder of: tokens with a digit or with a sign of an address
_SUSPECT = r"[^\s<>]*[0-9@#|][^\s<>]*|[^\s<>]+\.[^\s<>]+"

_SPARING, _USUAL, _THOROUGH = map(re.compile, (_MARKUP, _ENTITY, f"{_ENTITY}|{_SUSPECT}"))

#: a full stop without its space between two sentences ("गया.वह", "home.He") or after a title ("डॉ.शर्मा")
_TIGHT_STOP = re.compile(r"(?<=[\u0900-\u0dff])\.(?=[^\W\d_])|(?<=[a-z]{2})\.(?=[A-Z])")

_SPACED_COLON = re.compile(r"(?<=[0-9]) ?: ?(?=[0-9])")

_PLACEHOLDER = re.compile(r"<ID([0-9]+)>")
#: "ID" as models write it when they transliterate that too, in the letters of the target or in Devanagari
_ID = (
    r"ID|id|Id|(?:आ[ईइय]|ऐ|ए)\s*\.?\s*[डट][ीि]\s*\.?|આ[ઈઇ]\s*\.?\s*ડી\s*\.?|আ[ইয়]+\s*\.?\s*ডি|ਆ[ਈਇ]\s*\.?\s*ਡੀ|ଆ[ଇଈ]\s*\.?\s*ଡି|ஐ\s*\.?\s*டி|ఐ\s*\.?\s*డి"
    r"|ಐ\s*\.?\s*ಡಿ|ഐ\s*\.?\s*ഡി|آی\s*ڈی|آئی\s*ڈی|ꯑꯥꯏꯗꯤ|ꯑꯥꯢꯗꯤ|ᱟᱭᱰᱤ\s*᱾?"
)
_TRANSLATED = re.compile(rf"[<\[]\s*(?:{_ID})\s*([0-9०-९]+)\s*[>\]]")
#: what is left of a placeholder that the model has broken: "<1 rupees", "<ID"; and where there was one, "ID1" and "आइडि"
_BROKEN = rf"[<\[]\s*(?:{_ID})?\s*[0-9०-९]+\s*[>\]]?"
_DEBRIS = re.compile(rf"{_BROKEN}|[<>]")
_WORDS_OF_DEBRIS = re.compile(rf"{_BROKEN}|[<>]?\s*(?<!\w)(?:{_ID})\s*[0-9०-९]*(?!\w)\s*[>\]]?|[<>]")

#: what fonts join without a letter of its own, and the letter: eyelash ra, khanda ta, the chillus of Malayalam
_JOINED = {
    "र्\u200d": "ऱ्", "ত্\u200d": "ৎ",
    "ണ്\u200d": "ൺ", "ന്\u200d": "ൻ", "ര്\u200d": "ർ", "ല്\u200d": "ൽ", "ള്\u200d": "ൾ", "ക്\u200d": "ൿ",
}  # fmt: skip
_JOINED_PATTERN = re.compile("|".join(_JOINED))
_INVISIBLE = re.compile("[\u00ad\u2060\ufeff]")
_JOINERS = "\u200c\u200d"
_NO_JOINERS = dict.fromkeys(map(ord, _JOINERS))


def normalise(text: str) -> str:
    """Normal form in which terms and numbers are looked for.

    The text in NFC, digits in ASCII (IndicProcessor does so too), white space as one space, no soft hyphens or byte order marks, and
    letters that may be written with a joiner as one code point.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = _JOINED_PATTERN.sub(lambda match: unicodedata.normalize("NFC", _JOINED[match[0]]), text)
    text = "".join(str(unicodedata.decimal(character, character)) for character in text)
    return " ".join(text.split())


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" or character in _JOINERS


def _plain(term: str) -> str:
    return normalise(term).translate(_NO_JOINERS).casefold()


class Glossary:
    """Finds terms in texts of a language: in any case, with joiners or without, and with an ending attached (सूर्याने)."""

    def __init__(self, terms: Mapping[str, str], language: str) -> None:
        """Prepares patterns.

        Args:
            language: FLORES code, for the endings.
        """
        self._translations = {_plain(term): translation for term, translation in terms.items() if _plain(term)}
        self._endings = endings_of(language)
        forms = {form: (form, False) for form in self._translations}
        for term in self._translations:
            for stem in stems(term):
                forms.setdefault(stem, (term, True))
        self._forms = [
            (re.compile(f"[{_JOINERS}]*".join(map(re.escape, form)), re.IGNORECASE), *forms[form])
            for form in sorted(forms, key=len, reverse=True)
            if form
        ]
        self._any = re.compile("|".join(form.pattern for form, _, _ in self._forms) or r"(?!)", re.IGNORECASE)

    def find(self, text: str, position: int) -> tuple[int, int, str, str] | None:
        """The next term, the longest first.

        Args:
            text: normalised.
            position: where to begin.

        Returns:
            Start, end, translation and attached ending; None if there is none.
        """
        while match := self._any.search(text, position):
            start = match.start()
            if not (start and _in_word(text[start - 1]) and _in_word(text[start])):
                for form, term, bare_stem in self._forms:
                    if not (here := form.match(text, start)):
                        continue
                    end = here.end()
                    stop = end
                    while stop < len(text) and _in_word(text[stop]) and _in_word(text[end - 1]):
                        stop += 1
                    rest = text[end:stop].translate(_NO_JOINERS)
                    ending = self._endings.of(here[0], rest) if rest else None if bare_stem else ""
                    if ending is not None:
                        return start, stop, self._translations[term], ending
            position = start + 1
        return None


def protect(
    text: str,
    terms: Glossary | Mapping[str, str] | None = None,
    *,
    language: str = "",
    thorough: bool = False,
    sparing: bool = False,
) -> tuple[str, list[str]]:
    """Replaces what must survive by placeholders.

    Args:
        terms: translations of terms, which match as whole words, the longest first; an ending stays beside the placeholder.
        language: FLORES code, for the endings, where `terms` is no `Glossary`.
        thorough: also protect every token with a digit, an inner full stop or one of "@#|", so that nothing is left that
            IndicProcessor would make a placeholder of.
        sparing: protect terms and markup only, for a model that does not copy placeholders reliably.

    Returns:
        The text with `<ID1>`, `<ID2>`, ..., and the value of each in the target language.
    """
    text = _SPACED_COLON.sub(":", _TIGHT_STOP.sub(". ", normalise(text)))
    glossary = terms if isinstance(terms, Glossary) else Glossary(terms or {}, language)
    scanner = _SPARING if sparing else _THOROUGH if thorough else _USUAL
    values: list[str] = []
    parts: list[str] = []
    done = 0
    while True:
        entity, term = scanner.search(text, done), glossary.find(text, done)
        if term and (not entity or term[0] <= entity.start()):
            start, end, value, ending = term
        elif entity:
            start, end, value, ending = *entity.span(), entity[0], ""
        else:
            break
        if value not in values:
            values.append(value)
        parts += [text[done:start], f" <ID{values.index(value) + 1}> ", ending]
        done = end
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

    Returns:
        False when IndicProcessor has made placeholders of its own; protect the text again, thoroughly.
    """
    return _TRANSLATED.findall(line) == _PLACEHOLDER.findall(text)


def tidy(text: str) -> str:
    """Brings the placeholders in a model's output to their canonical form.

    Returns:
        The text with "<ID1>" for "< ID1 >", "[ID 1]", "< आईडी 1 >" and the like.
    """
    return _TRANSLATED.sub(lambda match: f"<ID{int(match[1])}>", text)


def restore(text: str, values: Sequence[str]) -> tuple[str, list[str]]:
    """Puts the values back.

    Returns:
        The text, and the values whose placeholders the model has lost. Placeholders that it has invented are removed; the value of the
        only lost one stands where the only broken one stood ("<1 rupees").
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
    lost = [value for index, value in enumerate(values) if index not in seen]
    broken = [match for match in re.finditer(_BROKEN, text) if match[0] not in "".join(values)]
    if len(lost) == len(broken) == 1:  # it can only have been this one
        text, lost = f"{text[: broken[0].start()]} {lost[0]} {text[broken[0].end() :]}", []
    return " ".join(text.split()), lost


def has_debris(text: str, source: str, *, protected: bool) -> bool:
    """Whether a translation holds pieces of placeholders that are not in its source.

    Args:
        text: the translation, without what was put in for placeholders.
        source: the text, which may well speak of an ID, or hold a heart (<3).
        protected: there were placeholders; without any, "ID" is a word like others.
    """
    pattern = _WORDS_OF_DEBRIS if protected else _DEBRIS
    spoken = {_bare_piece(piece) for piece in pattern.findall(source)}
    return any(_bare_piece(piece) not in spoken for piece in pattern.findall(text))


def _bare_piece(piece: str) -> str:
    return re.sub(r"[\s<>\[\].]", "", normalise(piece)) or piece.strip()
