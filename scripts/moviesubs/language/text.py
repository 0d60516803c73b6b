"""Text as a reader sees it: clean text, grapheme clusters, the pieces between which a line may break, what punctuation means."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex

#: scripts that are written without spaces between words
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]")
_BLANK = regex.compile(r"[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+")
#: signs that nobody sees: zero-width spaces, soft hyphens, byte order marks, directions; and joiners that join nothing
_INVISIBLE = regex.compile(
    r"[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB]"
    r"|(?<![\p{L}\p{M}\p{Extended_Pictographic}\u200C\u200D])[\u200C\u200D]+"
)
#: what subtitles mark up their text with, and recognisers learnt from them; `<v Jai>` and "{laughs}" say something and stay
_MARKUP = regex.compile(r"\{\\[^{}]*\}|</?(?:[ibus]|em|strong|c(?:\.[\w.]+)?|font\b[^<>]*)>", regex.IGNORECASE)
_MARKED_BREAK = regex.compile(r"\\N|\\[nh](?!\p{Ll})|<(?i:br)\s*/?>")
_UNREADABLE = regex.compile(r"\p{Cs}")
#: a sentence end that the recogniser glued to the next word, as in "गया।वह"
_GLUED_END = regex.compile(r"(?<=[\p{L}\p{M}])([।॥۔?!؟]+)(?=\p{L})")
_CLOSERS = r"[\p{Pe}\p{Pf}\"'”’]*$"
_SENTENCE_END = regex.compile(r"[\p{STerm}…]" + _CLOSERS)
_CLAUSE_END = regex.compile(r"(?:[\p{Terminal_Punctuation}…–—]|(?<=\w)-|--)" + _CLOSERS)
_EDGES = regex.compile(r"^[^\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+$")
_WORDLIKE = regex.compile(r"[\p{L}\p{N}\p{S}]")
_CLUSTER = regex.compile(r"\X")


class Piece(NamedTuple):
    """A part of a text that never breaks: a word with its punctuation. `spaced`: a space goes before it.

    `own`: the same in its own script, where the text is romanised.
    """

    text: str
    spaced: bool
    own: str = ""

    @property
    def for_breaks(self) -> str:
        """The word as the rules of line breaks know it."""
        return self.own or self.text


def clean(text: str) -> str:
    """Text on one line: control characters and every kind of white space become single spaces, no space at the ends.

    Invisible signs go, but for the joiners of letters, and so does the markup of subtitle formats. A sentence end glued to the next word is
    set apart from it. "-->" becomes an arrow, as it would end a cue in WebVTT. Cleaning clean text changes nothing.
    """
    text = _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    text = _INVISIBLE.sub("", text)
    before = ""
    while before != text:  # what stood within a tag may be one
        before, text = text, _MARKED_BREAK.sub(" ", _MARKUP.sub("", text))
    text = _BLANK.sub(" ", text).replace("-->", "\N{RIGHTWARDS ARROW}")
    return str(_GLUED_END.sub(r"\1 ", text)).strip(" ")


@lru_cache(maxsize=65536)
def length(text: str) -> int:
    """How many characters a reader sees.

    Counted are extended grapheme clusters, with the rule for Indic conjuncts (GB9c of Unicode Standard Annex 29, since Unicode 15.1):
    "क्षत्रिय" has three.
    """
    return len(text) if text.isascii() else len(_CLUSTER.findall(text))


def pieces(text: str) -> list[Piece]:
    """Splits clean text where a line may break: at spaces, and within words of scripts that have none (Unicode Annex 14)."""
    parts = []
    for word in text.split():
        if _UNSPACED.search(word):
            from uniseg.linebreak import line_break_units  # slow to import, needed for few languages

            parts += [Piece(unit, index == 0) for index, unit in enumerate(line_break_units(word))]
        else:
            parts.append(Piece(word, True))
    return parts


def join(parts: list[Piece]) -> str:
    """A text from its pieces: one line, without a space at its start."""
    return "".join(" " + part.text if part.spaced else part.text for part in parts).strip(" ")


@lru_cache(maxsize=65536)
def bare(word: str) -> str:
    """A word as it stands in a word list: no punctuation around it ("" for punctuation alone), case folded, in NFC."""
    return str(_EDGES.sub("", unicodedata.normalize("NFC", word))).casefold()


def has_words(text: str) -> bool:
    """Whether there is anything to read: a letter, digit or symbol (♪), not punctuation alone."""
    return _WORDLIKE.search(text) is not None


def ends_sentence(word: str) -> bool:
    """Whether a word carries a sentence's final punctuation (`.`, `?`, `!`, `।`, `۔`, ...), possibly within closing quotes."""
    return _SENTENCE_END.search(word) is not None


def ends_clause(word: str) -> bool:
    """Whether a word carries punctuation after which a person would breathe (`,`, `;`, `:`, a dash, or a sentence end)."""
    return _CLAUSE_END.search(word) is not None
