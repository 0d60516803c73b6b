"""Subtitle files from anywhere, read for checking: SubRip by pysrt, ASS and SSA by pysubs2, WebVTT and TTML by ttconv."""

import codecs
import io
import logging
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from moviesubs.contracts import Cue
from moviesubs.errors import UserError
from moviesubs.language import text
from moviesubs.language.languages import languages
from moviesubs.language.line_breaks import line_breaks
from moviesubs.language.scripts import share_in_script
from moviesubs.library.existing import KINDS, language_of_token

if TYPE_CHECKING:
    from ttconv.model import ContentDocument, ContentElement

#: tags of SubRip, and the positions that it borrows from ASS
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}")
#: what files begin with that say in which Unicode they are; the longest first, as UTF-32 begins like UTF-16
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: the share of a text's words that a language's lists must hold for the text to be taken for that language
LEAST_KNOWN = 0.2
_TTML = (".ttml", ".dfxp", ".xml", ".imsc")


def plain_line(line: str) -> str:
    """A line as a reader sees it: without markup and invisible characters."""
    return text.clean(_MARKUP.sub("", line))


def read_cues(path: Path) -> tuple[list[Cue], list[str]]:
    """The cues of a subtitle file.

    Args:
        path: an `.srt`, `.vtt`, `.ass`, `.ssa` or TTML file (`.ttml`, `.dfxp`, `.xml`) in UTF-8, or in UTF-16 or UTF-32 with a byte
            order mark.

    Returns:
        The cues in the order of the file, their lines without markup; and what in the file is no cue, in words.

    Raises:
        UserError: there is no such file, it is in none of these encodings, or of another kind.
    """
    whole = _decoded(path)
    kind = path.suffix.lower()
    if kind == ".srt":
        return _srt(whole)
    if kind == ".vtt":
        return _vtt(whole, path)
    if kind in (".ass", ".ssa"):
        return _ass(whole, path)
    if kind in _TTML:
        return _ttml(whole, path)
    raise UserError(
        f"{path}: is neither SubRip (.srt), WebVTT (.vtt), ASS (.ass, .ssa) nor TTML (.ttml); convert it first"
    )


def _decoded(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        name = encoding.removesuffix("-sig").upper()
        raise UserError(f"{path}: is not {name}; convert it to UTF-8, with iconv for instance") from None


def _srt(whole: str) -> tuple[list[Cue], list[str]]:
    import pysrt

    problems = []
    try:
        pysrt.from_string(whole, error_handling=pysrt.ERROR_RAISE)
    except pysrt.Error as error:
        first = next((line for line in str(error).splitlines() if line.strip()), "")
        problems.append(f"not SubRip: {first.strip()[:80]}")
    read = pysrt.from_string(whole)
    problems += _unread(whole, len(read))
    if not read and not problems and whole.strip():
        problems.append("no cue in it can be read")
    cues = [
        Cue(start=item.start.ordinal, end=item.end.ordinal, lines=[plain_line(line) for line in item.text.splitlines()])
        for item in read
    ]
    return cues, problems


def _unread(whole: str, count: int) -> list[str]:
    """The cues of SubRip or WebVTT that cannot be read, in words."""
    arrows = sum("-->" in line for line in whole.splitlines())
    return [f"{arrows - count} of {arrows} cues cannot be read"] if arrows > count else []


def _vtt(whole: str, path: Path) -> tuple[list[Cue], list[str]]:
    from ttconv.vtt import reader

    logging.getLogger("ttconv").setLevel(logging.CRITICAL)
    if not re.match(r"WEBVTT(\s|$)", whole):
        raise UserError(f"{path}: is not WebVTT: it does not begin with WEBVTT")
    try:
        seen = re.sub("&(lrm|rlm);", "", whole)  # signs of direction, which the reader does not know and nobody sees
        cues = _cues(reader.to_model(io.StringIO(seen)))
    except Exception as error:  # the reader has no error of its own
        raise UserError(f"{path}: is not WebVTT: {error}") from None
    return cues, _unread(whole, len(cues))


def _ttml(whole: str, path: Path) -> tuple[list[Cue], list[str]]:
    from ttconv.imsc import reader

    logging.getLogger("ttconv").setLevel(logging.CRITICAL)
    try:
        tree = ElementTree.ElementTree(ElementTree.fromstring(whole))
        document = reader.to_model(tree)
    except Exception as error:  # the reader has no error of its own
        raise UserError(f"{path}: is not TTML: {error}") from None
    if document is None:
        raise UserError(f"{path}: is not TTML: its root is no `tt` element")
    cues = _cues(document)
    paragraphs = sum(bool("".join(element.itertext()).strip()) for element in tree.iter() if element.tag.endswith("}p"))
    return cues, [f"{paragraphs - len(cues)} of {paragraphs} cues cannot be read"] if paragraphs > len(cues) else []


def _cues(document: "ContentDocument") -> list[Cue]:
    """The paragraphs of a document that are shown at some time, in its order."""
    from ttconv.model import P

    cues: list[Cue] = []

    def walk(element: "ContentElement", start: Fraction, end: Fraction | None) -> None:
        begin = start + (element.get_begin() or 0)
        until = element.get_end()
        stop = end if until is None else start + until
        if isinstance(element, P):
            lines = [text.clean(line) for line in _paragraph_text(element).split("\n")]
            if stop is not None:
                cues.append(Cue(start=round(begin * 1000), end=round(stop * 1000), lines=lines))
            return
        for child in element:
            walk(child, begin, stop)

    if body := document.get_body():
        walk(body, Fraction(0), None)
    return cues


def _paragraph_text(element: "ContentElement") -> str:
    """The text of a paragraph; line feeds stand for its line breaks alone."""
    from ttconv.model import Br, Text

    if isinstance(element, Br):
        return "\n"
    if isinstance(element, Text):
        return " ".join(element.get_text().split("\n"))
    return "".join(_paragraph_text(child) for child in element)


def _ass(whole: str, path: Path) -> tuple[list[Cue], list[str]]:
    import pysubs2

    if "[Events]" not in whole:
        raise UserError(f"{path}: is not ASS: it has no [Events]")
    try:
        read = pysubs2.SSAFile.from_string(whole, format_=path.suffix[1:].lower())
    except (pysubs2.Pysubs2Error, ValueError) as error:
        raise UserError(f"{path}: is not ASS: {error}") from None
    events = sorted(
        (event for event in read.events if not event.is_comment and not event.is_drawing), key=lambda event: event.start
    )
    cues = [
        Cue(start=event.start, end=event.end, lines=[text.clean(line) for line in event.plaintext.splitlines()])
        for event in events
    ]
    return cues, [] if cues or "Dialogue:" not in whole else ["its events cannot be read"]


#: what stands in file names behind the language, besides the kinds that the library knows
_MARKS = frozenset({*KINDS, "hi", "hoh", "default", "full", "utf8", "utf-8"})


def language_of_file(path: Path, cues: list[Cue]) -> str:
    """The language of a subtitle file: as its name says, else by its script and words.

    "Movie.hi.srt" is Hindi; "Movie.en.hi.srt" is English for the hearing impaired, as players read it. The code is "und" where
    neither tells.
    """
    return _language_in_name(path) or _guess_language(" ".join(line for cue in cues[:300] for line in cue.lines))


def _language_in_name(path: Path) -> str | None:
    """The language in a file's name: before its end and the words that say what kind it is, in the spellings of codes and of names."""
    language = None
    for part in reversed([suffix[1:] for suffix in path.suffixes[:-1]]):
        code = language_of_token(part)
        if code and part.istitle() and len(part) <= 3:
            code = None  # "Say.It.srt" is not Italian
        is_mark = part.casefold() in _MARKS or part.isdigit()
        if code is None and not is_mark:
            break
        language = code or language
        if code and not is_mark:
            break
    return language


def _guess_language(content: str) -> str:
    """The language whose words are the most frequent ones among those that are written in the text's script."""
    words = [text.bare(word) for word in content.split()]
    scripts = {language.script for language in languages().values()}
    best = (LEAST_KNOWN, "und")
    for script in sorted(scripts):
        if not any(letter.isalpha() for letter in content) or share_in_script(content, script) <= 0.5:
            continue
        written = [code for code, language in languages().items() if language.script == script]
        if len(written) == 1:
            return written[0]
        for code in written:
            lists = line_breaks(code)
            known = lists.before | lists.before_soft | lists.never_before | lists.never_after
            best = max(best, (sum(word in known for word in words) / len(words), code))
    return best[1]
