"""Beeps come out where they went in, whatever the container, codec, start, change in the middle and hole: a matrix that can grow."""

import itertools
from pathlib import Path
from typing import NamedTuple

import pytest
from support import media

from moviesubs import contracts
from moviesubs.contracts import Probe, Sound

#: seconds at which the movies beep; the sound changes at CHANGE
BEEPS, CHANGE, SECONDS = (1.0, 3.0, 5.2, 7.1), 4.0, 9.0
#: seconds without sound packets
HOLE = (5.6, 6.6)
#: seconds by which a cue may be off without anybody seeing it
CLOSE = 0.05


class Kind(NamedTuple):
    """The sound of a part of a movie: channel layout and samples a second."""

    layout: str
    rate: int


CHANGES = {
    "none": [Kind("stereo", 48_000)],
    "layout": [Kind("stereo", 48_000), Kind("5.1", 48_000)],
    "fewer": [Kind("5.1", 48_000), Kind("mono", 48_000)],
    "rate": [Kind("stereo", 48_000), Kind("stereo", 32_000)],
    "both": [Kind("mono", 44_100), Kind("stereo", 48_000)],
}
CODECS = {"ac3": "ac3", "eac3": "eac3", "aac": "aac", "mp2": "mp2", "mp3": "libmp3lame", "dts": "dca"}
CONTAINERS = ("ts", "m2ts", "mkv", "mp4", "mov")


class Case(NamedTuple):
    """One movie: seconds by which its sound and the whole of it start late, and whether there is a hole in its sound."""

    container: str
    codec: str
    change: str
    late: float = 0.0
    offset: float = 0.0
    hole: bool = False


def possible(case: Case) -> bool:
    """Whether FFmpeg can write such a movie at all."""
    kinds = CHANGES[case.change]
    if any(kind.layout == "5.1" for kind in kinds) and case.codec in ("mp2", "mp3"):
        return False
    if case.codec in ("aac", "dts") and case.change != "none" and case.container not in ("ts", "m2ts"):
        return False  # the header holds one kind of AAC
    if case.codec == "dts" and any(kind.layout == "mono" for kind in kinds):
        return False
    return not (case.codec == "dts" and case.container in ("mp4", "mov"))


FAST = [
    Case("ts", "ac3", "layout"),
    Case("mkv", "ac3", "layout", late=1.3),
    Case("mp4", "ac3", "rate"),
    Case("ts", "aac", "rate", hole=True),
    Case("ts", "mp2", "both", offset=95_440.0),  # the clock of transport streams wraps after 95,443.7 s
    Case("mkv", "eac3", "fewer", offset=3600.0, hole=True),
    Case("m2ts", "ac3", "fewer"),
    Case("m2ts", "aac", "none", late=1.3),  # most frames have neither time nor length
    Case("mov", "aac", "none", late=0.4),
    Case("mkv", "dts", "none"),
]
SLOW = [
    case
    for case in itertools.starmap(
        Case, itertools.product(CONTAINERS, CODECS, CHANGES, (0.0, 1.3), (0.0, 100.0), (False, True))
    )
    if possible(case) and case not in FAST and (case.offset == 0 or case.container in ("ts", "m2ts", "mkv"))
]


def beeping(kind: Kind, times: list[float], seconds: float) -> list[str]:
    """Input arguments: silence with beeps in the front or centre channel."""
    channel = 2 if kind.layout == "5.1" else 0
    return media.beeps(times, seconds, layout=kind.layout, channel=channel, rate=kind.rate)


def made(case: Case, folder: Path) -> Path:
    """Makes the movie of a case: its parts are joined as recordings are, then put into its container as they are."""
    kinds = CHANGES[case.change]
    length = CHANGE if len(kinds) > 1 else SECONDS
    joined = folder / "joined.ts"
    with joined.open("wb") as file:
        for number, kind in enumerate(kinds):
            begin = number * CHANGE
            end = min(begin + length, SECONDS) if number + 1 < len(kinds) else SECONDS
            times = [time - begin for time in BEEPS if begin <= time < end]
            part = folder / f"part{number}.ts"
            hole = (
                [
                    f"-bsf:a=noise=drop='between(tb*pts,{HOLE[0] + case.late - begin:.3f},{HOLE[1] + case.late - begin:.3f})'"
                ]
                if case.hole
                else []
            )
            media.ffmpeg(
                *media.picture(end - begin),
                *["-itsoffset", case.late] * bool(case.late),
                *beeping(kind, times, end - begin),
                *["-c:v", "mpeg2video", "-g", 12, "-strict", "-2", "-c:a", CODECS[case.codec], "-ac", channels(kind)],
                *(word for option in hole for word in option.split("=", 1)),
                *["-output_ts_offset", case.offset + begin, "-muxdelay", 0, part],
            )
            file.write(part.read_bytes())
    if case.container == "ts":
        return joined
    movie = folder / f"movie.{case.container}"
    media.ffmpeg("-copyts", "-i", joined, "-c", "copy", movie)
    return movie


def channels(kind: Kind) -> int:
    """Number of channels of a layout."""
    return {"mono": 1, "stereo": 2, "5.1": 6}[kind.layout]


def hears(case: Case, folder: Path) -> None:
    movie, probe, audio, sound = made(case, folder), folder / "p.json", folder / "a.wav", folder / "s.json"
    done = media.run("probe", "--movie", movie, "--output", probe)
    assert done.returncode == 0, done.stderr
    done = media.run("demux", "--movie", movie, "--probe", probe, "--output", audio, "--sound", sound)
    assert done.returncode == 0, done.stderr
    shown = [time + case.late for time in BEEPS]
    assert media.beeps_in(audio) == pytest.approx(shown, abs=CLOSE), done.stderr
    length = contracts.read(probe, Probe).duration
    assert length == pytest.approx(SECONDS + case.late, abs=0.3)
    assert len(media.samples(audio)) / 16_000 < length + 1
    holes = contracts.read(sound, Sound).holes
    assert bool(holes) == case.hole, holes


@pytest.mark.parametrize("case", FAST, ids=lambda case: "-".join(map(str, case)))
def test_beeps_come_out_where_they_went_in(case: Case, tmp_path: Path) -> None:
    hears(case, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW, ids=lambda case: "-".join(map(str, case)))
def test_beeps_come_out_where_they_went_in_everywhere(case: Case, tmp_path: Path) -> None:
    hears(case, tmp_path)
