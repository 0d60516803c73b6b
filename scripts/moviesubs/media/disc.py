"""Films on DVDs: one film in several files of at most a gigabyte, with menus beside them."""

import re
from pathlib import Path

#: a title set's files: VTS_01_0.VOB is its menu, VTS_01_1.VOB to VTS_01_9.VOB are one film
_PART = re.compile(r"(VTS_\d\d_)(\d)(\.VOB)", re.IGNORECASE)
_MENU = re.compile(r"VIDEO_TS\.VOB", re.IGNORECASE)


def is_part(path: Path) -> bool:
    """Whether a file is a menu, or a later part of a film whose first part lies beside it."""
    if _MENU.fullmatch(path.name):
        return True
    match = _PART.fullmatch(path.name)
    if match is None or match[2] == "1":
        return False
    return match[2] == "0" or path.with_name(f"{match[1]}1{match[3]}").exists()


def parts_of(path: Path) -> list[Path]:
    """The files that make up a film: itself, and for the first part of a DVD's film those that follow it."""
    match = _PART.fullmatch(path.name)
    if match is None or match[2] != "1":
        return [path]
    parts = [path]
    for number in range(2, 10):
        following = path.with_name(f"{match[1]}{number}{match[3]}")
        if not following.exists() or "|" in str(path):  # FFmpeg separates parts by "|"
            break
        parts.append(following)
    return parts
