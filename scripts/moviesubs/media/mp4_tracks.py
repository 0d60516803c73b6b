"""Flags of MP4 tracks. FFmpeg enables the first track of each kind where none is marked, so players would show subtitles unasked."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from moviesubs.errors import UserError

#: kinds of handlers whose tracks are subtitles (ISO/IEC 14496-12, 8.4.3; "sbtl" and "clcp" are QuickTime's)
_SUBTITLES = frozenset({b"text", b"sbtl", b"subt", b"clcp"})
#: the lowest bit of the flags of a track's header (`tkhd`, 8.3.2)
_ENABLED = 1


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin of the data, and end of each box that lies between two places."""
    at = start
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size, begin = int.from_bytes(head[:4], "big"), at + 8
        if size == 1:
            size, begin = int.from_bytes(head[8:16], "big"), at + 16
        stop = end if size == 0 else at + size
        if stop < begin or stop > end:
            return
        yield head[4:8], begin, stop
        at = stop


def _handler(file: BinaryIO, start: int, end: int) -> bytes:
    for kind, begin, stop in _boxes(file, start, end):
        if kind == b"mdia":
            return _handler(file, begin, stop)
        if kind == b"hdlr":
            file.seek(begin + 8)
            return file.read(4)
    return b""


def disable_subtitles(path: Path) -> int:
    """Takes the flag from all subtitle tracks of an MP4 file that makes players show them unasked. Returns how many had it.

    Raises:
        UserError: the file has no tracks.
    """
    count = 0
    with path.open("r+b") as file:
        end = path.stat().st_size
        movie = next((box for box in _boxes(file, 0, end) if box[0] == b"moov"), None)
        if movie is None:
            raise UserError(f"{path}: is no MP4 file: it has no `moov`")
        for kind, begin, stop in list(_boxes(file, *movie[1:])):
            if kind != b"trak" or _handler(file, begin, stop) not in _SUBTITLES:
                continue
            header = next((box for box in _boxes(file, begin, stop) if box[0] == b"tkhd"), None)
            if header is None:
                continue
            file.seek(header[1] + 3)  # after the version and two of three bytes of flags
            flags = file.read(1)[0]
            if flags & _ENABLED:
                file.seek(header[1] + 3)
                file.write(bytes([flags & ~_ENABLED]))
                count += 1
    return count
