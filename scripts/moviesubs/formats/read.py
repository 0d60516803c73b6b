"""Subtitle files from anywhere, read for checking: SubRip by pysrt, WebVTT by webvtt-py, ASS and SSA by pysubs2."""

import html
import re
from pathlib import Path

from moviesubs.contracts import Cue
from moviesubs.errors import UserError
from moviesubs.language import text
from moviesubs.language.languages import languages
from moviesubs.language.scripts import share_in_script

#: tags of SubRip and WebVTT, and the positions that SubRip borrows from ASS
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<[0-9:.]+>|\{\\[^{}]*\}")
#: languages that are taken for a script which several are written in
_USUAL = {"Deva": "hi", "Beng": "bn", "Latn": "en", "Arab": "ur", "Cyrl": "ru"}


def plain(line: str) -> str:
    """A line as a reader sees it.

    Args:
        line: with markup.
    """
    return text.clean(_MARKUP.sub("", line))


def read_cues(path: Path) -> tuple[list[Cue], list[str]]:
    """The cues of a subtitle file.

    Args:
        path: an `.srt`, `.vtt`, `.ass` or `.ssa` file in UTF-8, with or without a byte order mark.

    Returns:
        The cues in the order of the file, their lines without markup; and what in the file is no cue, in words.

    Raises:
        UserError: there is no such file, it is not UTF-8, or of another kind.
    """
    try:
        whole = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: is not UTF-8; convert it, with iconv for instance") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    if path.suffix.lower() == ".srt":
        return _srt(whole)
    if path.suffix.lower() == ".vtt":
        return _vtt(whole, path)
    if path.suffix.lower() in (".ass", ".ssa"):
        return _ass(whole, path)
    raise UserError(f"{path}: is neither SubRip (.srt) nor WebVTT (.vtt) nor ASS (.ass, .ssa); convert it first")


def _srt(whole: str) -> tuple[list[Cue], list[str]]:
    import pysrt

    problems = []
    try:
        pysrt.from_string(whole, error_handling=pysrt.ERROR_RAISE)
    except pysrt.Error as error:
        first = next((line for line in str(error).splitlines() if line.strip()), "")
        problems.append(f"not SubRip: {first.strip()[:80]}")
    read = pysrt.from_string(whole)
    arrows = sum("-->" in line for line in whole.splitlines())
    if arrows > len(read):
        problems.append(f"{arrows - len(read)} of {arrows} cues cannot be read")
    cues = [
        Cue(start=one.start.ordinal, end=one.end.ordinal, lines=[plain(line) for line in one.text.splitlines()])
        for one in read
    ]
    return cues, problems


def _vtt(whole: str, path: Path) -> tuple[list[Cue], list[str]]:
    import webvtt
    from webvtt.errors import MalformedFileError

    try:
        read = webvtt.from_string(whole)
    except MalformedFileError as error:
        raise UserError(f"{path}: is not WebVTT: {error}") from None
    cues = [
        Cue(
            start=milliseconds(one.start),
            end=milliseconds(one.end),
            lines=[html.unescape(plain(line)) for line in one.raw_text.splitlines()],
        )
        for one in read.captions
    ]
    arrows = sum("-->" in line for line in whole.splitlines())
    problems = [f"{arrows - len(cues)} of {arrows} cues cannot be read"] if arrows > len(cues) else []
    return cues, problems


def _ass(whole: str, path: Path) -> tuple[list[Cue], list[str]]:
    import pysubs2

    try:
        read = pysubs2.SSAFile.from_string(whole, format_=path.suffix[1:].lower())
    except (pysubs2.Pysubs2Error, ValueError) as error:
        raise UserError(f"{path}: is not ASS: {error}") from None
    events = sorted(
        (one for one in read.events if not one.is_comment and not one.is_drawing), key=lambda one: one.start
    )
    cues = [
        Cue(start=one.start, end=one.end, lines=[text.clean(line) for line in one.plaintext.splitlines()])
        for one in events
    ]
    return cues, [] if cues or "Dialogue:" not in whole else ["its events cannot be read"]


def milliseconds(stamp: str) -> int:
    """A WebVTT time.

    Args:
        stamp: "00:01:02.345", or without the hours.
    """
    total = 0.0
    for part in stamp.split(":"):
        total = total * 60 + float(part)
    return round(total * 1000)


def language_of(path: Path, cues: list[Cue]) -> str:
    """The language of a subtitle file: as its name says ("Movie.hi.srt", "Movie.hi.sdh.vtt"), else by its script.

    Args:
        path: the file.
        cues: what is in it.

    Returns:
        A code; "en" where nothing tells.
    """
    for suffix in reversed(path.suffixes[:-1]):
        code = suffix[1:]
        if code.split("-")[0] in languages():
            return code
    said = " ".join(line for cue in cues[:200] for line in cue.lines)
    scripts = {language.script for language in languages().values()} - {"Latn"}
    for script in sorted(scripts):
        if any(character.isalpha() for character in said) and share_in_script(said, script) > 0.5:
            written = [code for code, language in languages().items() if language.script == script]
            return _USUAL.get(script, written[0])
    return "en"
