"""The times in a subtitle file, read and rewritten where they stand: styles, positions and comments stay as they are."""

import re
from collections.abc import Sequence
from pathlib import Path

from moviesubs.errors import UserError

_TIME = r"(?:\d+:)?\d+:\d+[.,]\d+"
#: a cue of SubRip or WebVTT: the times, what else is on their line, the text up to an empty line
_CUE = re.compile(rf"^([ \t]*)({_TIME})([ \t]*-->[ \t]*)({_TIME})([^\n]*\n?)((?:[^\n]*\S[^\n]*\n?)*)", re.MULTILINE)
#: an event of ASS: layer, times, seven fields, the text
_EVENT = re.compile(
    rf"^(Dialogue:[^,\n]*,[ \t]*)({_TIME})([ \t]*,[ \t]*)({_TIME})((?:,[^,\n]*){{6}},)([^\n]*)", re.MULTILINE
)
_ASS = (".ass", ".ssa")
SUFFIXES = (".srt", ".vtt", *_ASS)


def _pattern(path: Path) -> re.Pattern[str]:
    if path.suffix.lower() not in SUFFIXES:
        raise UserError(f"{path}: is neither SubRip (.srt) nor WebVTT (.vtt) nor ASS (.ass, .ssa); convert it first")
    return _EVENT if path.suffix.lower() in _ASS else _CUE


def milliseconds(stamp: str) -> int:
    """A time of any of these formats: "00:01:02,345", "01:02.345", "0:01:02.34"."""
    clock, fraction = re.split(r"[.,]", stamp)
    whole = 0
    for part in clock.split(":"):
        whole = whole * 60 + int(part)
    return whole * 1000 + int(fraction.ljust(3, "0")[:3])


def written_like(time: int, model: str) -> str:
    """A time as another one is written: with hours or without, with comma or point, with thousandths or hundredths."""
    clock, mark, fraction = re.split(r"([.,])", model)
    digits = min(3, len(fraction))
    unit = 10 ** (3 - digits)
    units = max(0, round(time / unit))
    seconds, rest = divmod(units, 1000 // unit)
    hours, minutes = seconds // 3600, seconds // 60 % 60
    parts = clock.split(":")
    width = len(parts[0]) if len(parts) == 3 else 2
    head = f"{hours:0{width}d}:" if len(parts) == 3 or hours else ""
    return f"{head}{minutes:02d}:{seconds % 60:02d}{mark}{rest:0{digits}d}"


def texts(whole: str, path: Path) -> list[tuple[int, int, list[str]]]:
    """In and out time in milliseconds, and the lines with their markup, of every cue or event in the order of the file.

    Raises:
        UserError: the file is of another kind.
    """
    cues = []
    for match in _pattern(path).finditer(whole):
        lines = re.split(r"\\[Nn]", match[6]) if path.suffix.lower() in _ASS else match[6].splitlines()
        cues.append((milliseconds(match[2]), milliseconds(match[4]), lines))
    return cues


def read_texts(path: Path) -> tuple[str, list[tuple[int, int, list[str]]]]:
    """The text of a subtitle file, and its cues as `texts` gives them.

    Raises:
        UserError: there is no such file, it is not UTF-8, of another kind, or holds no cues.
    """
    try:
        whole = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: is not UTF-8; convert it, with iconv for instance") from None
    cues = texts(whole, path)
    if not cues:
        raise UserError(f"{path}: holds no cues")
    return whole, cues


def rewrite(
    whole: str, path: Path, spans: Sequence[tuple[int, int]], lines: Sequence[Sequence[str]] | None = None
) -> str:
    """The file with other times, and maybe other texts.

    Args:
        whole: text of the file.
        path: of it, for its kind.
        spans: in and out time of every cue, in milliseconds, as many as `texts` finds.
        lines: of every cue; None leaves the texts.
    """
    index = -1
    ass = path.suffix.lower() in _ASS

    def replaced(match: re.Match[str]) -> str:
        nonlocal index
        index += 1
        (start, end), said = spans[index], match[6]
        if lines is not None:
            said = r"\N".join(lines[index]) if ass else "".join(f"{line}\n" for line in lines[index])
        return f"{match[1]}{written_like(start, match[2])}{match[3]}{written_like(end, match[4])}{match[5]}{said}"

    return _pattern(path).sub(replaced, whole)
