"""Shots are found where the demo movie was cut, on the movie's clock, and nowhere in a movie without cuts or without a picture."""

import json
from pathlib import Path
from typing import Any

import pytest
from support import media
from support.demo_movie import DEMO

from detect_shots import parse_output, shots
from moviesubs import contracts
from moviesubs.contracts import Shots

#: where the demo movie was cut, in seconds
CUTS = [shot["start"] for shot in json.loads((DEMO / "demo.truth.json").read_text())["shots"]][1:]


def detected(program: Any, movie: Path, folder: Path, *options: str) -> list[float]:
    for name, *arguments in (
        ("probe", "--movie", movie, *options, "--output", folder / "probe.json"),
        ("detect_shots", "--movie", movie, "--probe", folder / "probe.json", "--output", folder / "shots.json"),
    ):
        done = program("common", str(name), *arguments)
        assert done.returncode == 0, done.stderr
    return contracts.read(folder / "shots.json", Shots).changes


def test_every_cut_of_the_demo_is_found_to_the_frame(program: Any, tmp_path: Path) -> None:
    assert detected(program, DEMO / "demo.mkv", tmp_path) == pytest.approx(CUTS, abs=0.001)


def test_a_stretch_has_the_cuts_within_it_on_the_clock_of_the_movie(program: Any, tmp_path: Path) -> None:
    changes = detected(program, DEMO / "demo.mkv", tmp_path, "--start", "30", "--end", "48")
    assert changes == pytest.approx([cut for cut in CUTS if 30 < cut < 48], abs=0.001)


def test_sound_alone_has_no_shots(program: Any, tmp_path: Path) -> None:
    sound = tmp_path / "sound.mka"
    media.make(sound, "-f", "lavfi", "-i", "anoisesrc=duration=2")
    assert detected(program, sound, tmp_path) == []


def test_what_ffmpeg_says_is_read() -> None:
    lines = [
        b"frame:12 pts:1 pts_time:4.32\n",
        b"lavfi.scd.time=4.32\n",
        b"out_time_us=5000000\n",
        b"out_time_us=N/A\n",
    ]
    assert list(parse_output(lines)) == [("change", 4.32), ("position", 5.0)]


def test_a_flash_is_one_change_and_the_edges_are_none() -> None:
    assert shots([0.0, 3.0, 3.04, 9.5, 3.5], 0.0, 9.5) == [3.0, 3.5]


def coloured(path: Path, size: str, colours: str, offset: float) -> bytes:
    """A transport stream with a shot of a second in each colour."""
    shots = ";".join(f"color={colour}:size={size}:rate=25:duration=1[{colour}]" for colour in colours.split())
    joined = "".join(f"[{colour}]" for colour in colours.split()) + f"concat=n={len(colours.split())}"
    source = ["-f", "lavfi", "-i", f"{shots};{joined}", *media.beeps([0.5], len(colours.split()))]
    return media.make(path, *source, "-output_ts_offset", offset, codec="mpeg2video", sound="mp2").read_bytes()


@pytest.mark.parametrize(("size", "offset"), [("128x96", 3), ("64x48", 7000), ("128x96", 0)])
def test_shots_go_on_where_the_size_or_the_clock_of_the_picture_changes(
    program: Any, tmp_path: Path, size: str, offset: float
) -> None:
    parts = [("64x48", "red blue white", 0.0), (size, "green black yellow", offset)]
    movie = tmp_path / "joined.ts"
    movie.write_bytes(
        b"".join(coloured(tmp_path / f"{number}.ts", *part) for number, part in enumerate(parts))  # type: ignore[arg-type]
    )
    assert detected(program, movie, tmp_path) == pytest.approx([1, 2, 3, 4, 5], abs=0.05)
