"""What files of movies begin with, for those whose name does not say what they are."""

from pathlib import Path

#: (offset, bytes) that a container begins with
#: (https://en.wikipedia.org/wiki/List_of_file_signatures, and the probes of FFmpeg's demuxers)
_SIGNATURES = (
    (0, b"\x1a\x45\xdf\xa3"),  # Matroska, WebM
    (4, b"ftyp"),  # MP4, QuickTime
    (4, b"moov"),
    (8, b"AVI "),
    (0, b"\x00\x00\x01\xba"),  # MPEG program stream
    (0, b"FLV\x01"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),  # ASF
    (0, b"\x06\x0e\x2b\x34"),  # MXF
    (0, b".RMF"),
    (0, b"OggS"),
    (0, b"fLaC"),
    (8, b"WAVE"),
    (0, b"\x0b\x77"),  # AC-3
)
#: a transport stream has a byte 0x47 every so often, from its first packet on (with a time code before it on Blu-rays)
_SYNC, _PACKETS, _COUNT = 0x47, ((188, 0), (192, 4)), 5


def looks_like_a_movie(path: Path) -> bool:
    """Whether a file begins like a container of sound or pictures; False for pipes and the like, and where it cannot be read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_COUNT * 192 + 8)
    except OSError:
        return False
    if any(head.startswith(mark, offset) for offset, mark in _SIGNATURES):
        return True
    return any(
        len(head) >= size * _COUNT and all(head[start + number * size] == _SYNC for number in range(_COUNT))
        for size, start in _PACKETS
    )
