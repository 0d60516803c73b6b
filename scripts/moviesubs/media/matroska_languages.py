"""Languages of Matroska tracks as BCP 47 has them ("hi-Latn", "pt-BR"), which FFmpeg neither writes nor copies.

An element LanguageBCP47 (https://www.rfc-editor.org/rfc/rfc9559, 5.1.4.1.20) is put into a finished file without moving anything in it:
FFmpeg is given a track name that is longer by as much as the element takes, and that room is then used for it.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from moviesubs.errors import UserError

_SEGMENT, _TRACKS, _TRACK_ENTRY = 0x18538067, 0x1654AE6B, 0xAE
_NAME, _LANGUAGE_BCP47, _CRC, _VOID = 0x536E, 0x22B59D, 0xBF, 0xEC
#: bytes; the description of all tracks is far smaller, codec data included
_MOST = 1 << 26


class Element(NamedTuple):
    """An EBML element: its ID, where it begins, and where its data begins and ends, in bytes."""

    id: int
    start: int
    data: int
    end: int


def _number(data: bytes, at: int, *, marked: bool) -> tuple[int, int]:
    """A number of variable length and where it ends; IDs keep their `marked` first bit."""
    first = data[at]
    length = 9 - first.bit_length()
    if first == 0 or at + length > len(data):
        raise ValueError("not EBML")
    value = int.from_bytes(data[at : at + length], "big")
    return (value if marked else value & ((1 << 7 * length) - 1)), at + length


def elements(data: bytes, start: int, end: int) -> Iterator[Element]:
    """The elements that lie one behind the other; an unknown size reaches to the end.

    Raises:
        ValueError: this is no EBML.
    """
    at = start
    while at < min(end, len(data)):
        number, after = _number(data, at, marked=True)
        size, begin = _number(data, after, marked=False)
        unknown = size == (1 << 7 * (begin - after)) - 1
        stop = end if unknown else begin + size
        yield Element(number, at, begin, stop)
        at = stop


def _tracks(path: Path) -> tuple[bytes, int, Element] | None:
    """The element of the tracks with its bytes, and where those lie in the file; None where it is not before the clusters."""
    with path.open("rb") as file:
        head = file.read(64)
        try:
            ebml = next(elements(head, 0, len(head)))
            file.seek(ebml.end)
            head = file.read(16)
            segment = next(elements(head, 0, 1 << 62))
            if segment.id != _SEGMENT:
                return None
            at = ebml.end + segment.data
            while True:
                file.seek(at)
                head = file.read(16)
                one = next(elements(head, 0, 1 << 62))
                if one.id == _TRACKS and one.end <= _MOST:
                    file.seek(at)
                    return file.read(one.end), at, one
                at += one.end
        except (ValueError, IndexError, StopIteration):
            return None


def languages(path: Path) -> dict[int, str]:
    """The BCP 47 languages that the tracks of a Matroska file name, by the track's index; nothing for other files."""
    header = _tracks(path)
    if header is None:
        return {}
    data, _, tracks = header
    entries = [one for one in elements(data, tracks.data, tracks.end) if one.id == _TRACK_ENTRY]
    return {
        index: data[one.data : one.end].rstrip(b"\0").decode("ascii", "replace")
        for index, entry in enumerate(entries)
        for one in elements(data, entry.data, entry.end)
        if one.id == _LANGUAGE_BCP47
    }


def with_room(name: str, language: str) -> str:
    """A track's name that has room for an element with its language."""
    return f"{name}|{language}|::"


def _element(language: str) -> bytes:
    text = language.encode("ascii")
    return _LANGUAGE_BCP47.to_bytes(3, "big") + bytes([0x80 | len(text)]) + text


def write_languages(path: Path, tracks: dict[int, str]) -> None:
    """Writes the languages of tracks whose names were made by `with_room`; the names become what they were.

    Args:
        path: the Matroska file, changed in place.
        tracks: index of each track, and its language.

    Raises:
        UserError: a track or its name is not as expected.
    """
    header = _tracks(path)
    if header is None:
        raise UserError(f"{path}: its tracks cannot be found, so their languages cannot be written")
    data, at, whole = header
    changed = bytearray(data)
    entries = [one for one in elements(data, whole.data, whole.end) if one.id == _TRACK_ENTRY]
    for index, language in tracks.items():
        room, element = with_room("", language).encode(), _element(language)
        entry = entries[index] if index < len(entries) else None
        names = [one for one in elements(data, entry.data, entry.end) if one.id == _NAME] if entry else []
        if len(names) != 1 or not data[names[0].data : names[0].end].endswith(room) or len(room) != len(element):
            raise UserError(f"{path}: track {index} has no room for its language, {language}")
        name = names[0]
        kept = data[name.data : name.end - len(room)]
        before = name.data - name.start  # bytes of its ID and size
        width = before - 2
        if kept:
            shorter = data[name.start : name.start + 2] + (len(kept) | (1 << 7 * width)).to_bytes(width, "big") + kept
        else:  # there was no name, so an element goes there that says nothing
            shorter = bytes([_VOID, 0x80 | (before - 2)]) + bytes(before - 2)
        changed[name.start : name.end] = shorter + element
    first = next(elements(data, whole.data, whole.end), None)
    if first and first.id == _CRC:
        changed[first.data : first.end] = zlib.crc32(changed[first.end : whole.end]).to_bytes(4, "little")
    with path.open("r+b") as file:
        file.seek(at)
        file.write(changed)
