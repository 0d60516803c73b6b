"""Cuts a text that is too long for a model, at places where a reader would pause."""

import re
from collections.abc import Callable, Iterator

from moviesubs.language.abbreviations import FullStop, full_stop

_CONJUNCTIONS = (
    "और|तथा|एवं|लेकिन|मगर|परंतु|पर|किंतु|या|कि|क्योंकि|इसलिए|ताकि|जबकि|अगर|तो|जब|फिर|आणि|पण|किंवा|અને|પણ|કે|કારણ કે|এবং|আর|কিন্তু|"
    "and|but|or|so|because|that|which|who|when|while|if|although|though|then"
)

#: a sentence ends here; a full stop may also end an abbreviation
_SENTENCE_END = re.compile(r"(?<=[।॥?!؟۔])\s+")

#: places to cut, best first; each pattern matches the white space to cut at
_BOUNDARIES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<=[।॥.?!؟۔…])\s+",
        r"(?<=[;:—–])\s+|\s+(?=[—–-]\s)",
        r"(?<=[,،])\s+",
        rf"\s+(?=(?:{_CONJUNCTIONS})\s)",
        r"\s+",
    )
)
#: neither side of a cut may be shorter than this share of the text, unless nothing but single words is left to cut between
SMALLEST_SHARE = 0.15


def _places(boundary: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Where a text can be cut at a boundary without tearing initials, titles and sums."""
    for match in boundary.finditer(text):
        before = ["", *text[: match.start()].rsplit(maxsplit=2)[-2:]]
        following = text[match.end() :].split(maxsplit=1)
        if full_stop(before[-1], following[0] if following else "", before[-2]) in (None, FullStop.END):
            yield match


def sentences(text: str) -> list[str]:
    """Cuts a text into sentences: a model that was trained on single sentences tends to drop some of several.

    Returns:
        Parts that join with spaces to the text; cuts are at dandas, question marks and exclamation marks only.
    """
    text = text.strip()
    edges = [0, *(edge for match in _places(_SENTENCE_END, text) for edge in match.span()), len(text)]
    return [text[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True) if first < last]


def with_other_end(text: str) -> str:
    """A text without the punctuation at its end, or with a full stop of its script where it has none."""
    bare = text.rstrip(" .।॥?!؟۔…,;:")
    if bare != text and bare:
        return bare
    last = text[-1:]
    return text + ("۔" if "\u0600" <= last <= "\u06ff" else "।" if "\u0900" <= last <= "\u0b7f" else ".")


def parts(text: str) -> list[str]:
    """Cuts a text at every comma, dash or conjunction that leaves two words or more on both sides."""
    pieces = [text]
    for boundary in _BOUNDARIES[:-1]:
        pieces = [piece for part in pieces for piece in _pieces(part, boundary)]
    return pieces


def _pieces(text: str, boundary: re.Pattern[str]) -> list[str]:
    for match in _places(boundary, text):
        left, right = text[: match.start()], text[match.end() :]
        if len(left.split()) > 1 and len(right.split()) > 1:
            return [left, *_pieces(right, boundary)]
    return [text]


def split(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Cuts a text into parts that fit.

    Args:
        fits: whether a part is short enough.

    Returns:
        Parts that join with spaces to the text; `[text]` if it fits. Cuts lie at sentence ends if possible, else at dashes and colons, else
        at commas, else before conjunctions, else between words, near the middle. A single word that does not fit is cut between letters.
    """
    text = text.strip()
    if fits(text) or len(text) < 2:
        return [text]
    middle = len(text) / 2
    for boundary in _BOUNDARIES:
        anywhere = boundary is _BOUNDARIES[-1]
        margin = 1 if anywhere else SMALLEST_SHARE * len(text)
        places = list(_places(boundary, text)) or (list(boundary.finditer(text)) if anywhere else [])
        cuts = [match for match in places if margin <= match.start() and match.end() <= len(text) - margin]
        if cuts:
            cut = min(cuts, key=lambda match: abs(match.start() - middle))
            return split(text[: cut.start()], fits) + split(text[cut.end() :], fits)
    half = len(text) // 2
    return split(text[:half], fits) + split(text[half:], fits)
