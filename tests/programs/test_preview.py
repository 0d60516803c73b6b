"""The small copy for the report: what is seen and heard in it is where the subtitles' clock says."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from support import media

from moviesubs import contracts
from moviesubs.contracts import Probe

#: a white box on black from second 3 to second 4
FLASH = "color=black:size=128x96:rate=25:duration=6,drawbox=color=white:t=fill:enable='between(t,3,3.99)'"


def made(folder: Path, movie: Path, *options: object, height: int = 48) -> Path:
    """Probes, demuxes and makes the preview."""
    probe, audio, preview = folder / "probe.json", folder / "audio.wav", folder / "preview.mp4"
    for name, arguments in (
        ("probe", ["--movie", movie, "--output", probe, *options]),
        ("demux", ["--movie", movie, "--probe", probe, "--output", audio]),
        ("preview", ["--movie", movie, "--probe", probe, "--audio", audio, "--height", height, "--output", preview]),
    ):
        done = media.run(name, *arguments)
        assert done.returncode == 0, done.stderr
    return preview


def bright(path: Path) -> list[float]:
    """Times of the frames that are mostly white."""
    import av

    times = []
    container: Any = av.open(str(path))
    with container:
        for frame in container.decode(video=0):
            plane = bytes(frame.reformat(format="gray").planes[0])
            if sum(plane) / len(plane) > 100:
                times.append(frame.time)
    return times


def size(path: Path) -> tuple[int, int]:
    import av

    container: Any = av.open(str(path))
    with container:
        return container.streams.video[0].width, container.streams.video[0].height


@pytest.mark.parametrize("name", ["m.mkv", "m.mp4", "m.ts", "it's $(a) -%d.mkv"])
def test_picture_and_sound_stay_together(tmp_path: Path, name: str) -> None:
    movie = media.make(tmp_path / name, "-f", "lavfi", "-i", FLASH, *media.beeps([3], 6), codec="libx264")
    preview = made(tmp_path, movie)
    assert bright(preview)[0] == pytest.approx(3, abs=0.05)
    assert bright(preview)[-1] == pytest.approx(4, abs=0.08)
    media.ffmpeg("-i", preview, "-ar", "16000", "-ac", "1", tmp_path / "heard.wav")
    assert media.beeps_in(tmp_path / "heard.wav")[0] == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize("start", [1, 20])
def test_a_clip_starts_where_the_stretch_starts(tmp_path: Path, start: int) -> None:
    black = f"color=black:size=128x96:rate=25:duration={start}[a];{FLASH}[b];[a][b]concat"
    movie = media.make(
        tmp_path / "m.mkv", "-f", "lavfi", "-i", black, *media.beeps([start + 3], start + 6), codec="libx264"
    )
    preview = made(tmp_path, movie, "--start", start, "--end", start + 5)
    assert bright(preview)[0] == pytest.approx(3, abs=0.05)
    media.ffmpeg("-i", preview, "-ar", "16000", "-ac", "1", tmp_path / "heard.wav")
    assert media.beeps_in(tmp_path / "heard.wav")[0] == pytest.approx(3, abs=0.05)
    assert len(media.samples(tmp_path / "heard.wav")) == pytest.approx(5 * 16_000, abs=0.15 * 16_000)


@pytest.mark.parametrize(
    ("picture", "wanted"),
    [("128x96", (64, 48)), ("66x201", (16, 48)), ("31x21", (30, 20)), ("128x96,setsar=2", (128, 48))],
)
def test_the_picture_is_small_and_keeps_its_shape(tmp_path: Path, picture: str, wanted: tuple[int, int]) -> None:
    source = ["-f", "lavfi", "-i", f"testsrc=duration=1:size={picture}"]
    movie = media.make(tmp_path / "m.mkv", *source, *media.beeps([0.5], 1), "-pix_fmt", "yuv444p", codec="ffv1")
    width, height = size(made(tmp_path, movie))
    assert (width, height) == (pytest.approx(wanted[0], abs=2), wanted[1])


def test_a_movie_without_picture_has_a_preview_to_listen_to(tmp_path: Path) -> None:
    movie = tmp_path / "m.mka"
    media.ffmpeg(*media.beeps([1], 2), "-c:a", "aac", movie)
    streams = media.look(made(tmp_path, movie))["streams"]
    assert [(stream["type"], stream["codec"]) for stream in streams] == [("audio", "aac")]


def test_a_picture_that_cannot_be_had_leaves_the_sound_and_a_warning(tmp_path: Path) -> None:
    movie = media.make(tmp_path / "m.mkv", *media.picture(2), *media.beeps([1], 2))
    preview = made(tmp_path, movie)
    probe = contracts.read(tmp_path / "probe.json", Probe)
    streams = [
        msgspec.structs.replace(stream, index=9) if stream.type == "video" else stream for stream in probe.streams
    ]
    contracts.write(tmp_path / "probe.json", msgspec.structs.replace(probe, video=9, streams=streams))
    files = ["--probe", tmp_path / "probe.json", "--audio", tmp_path / "audio.wav", "--output", preview]
    done = media.run("preview", "--movie", movie, *files)
    assert done.returncode == 0 and "its picture cannot be shown in the report" in done.stderr
    assert [stream["type"] for stream in media.look(preview)["streams"]] == ["audio"]


def test_picture_and_sound_stay_together_where_the_size_of_the_picture_changes(tmp_path: Path) -> None:
    parts = []
    for number, size in enumerate(("64x48", "128x96")):
        source = FLASH.replace("128x96", size)
        part = media.make(
            tmp_path / f"{number}.ts", "-f", "lavfi", "-i", source, *media.beeps([3], 6), "-output_ts_offset", 6 * number,
            codec="mpeg2video", sound="mp2",
        )  # fmt: skip
        parts.append(part.read_bytes())
    (tmp_path / "joined.ts").write_bytes(b"".join(parts))
    preview = made(tmp_path, tmp_path / "joined.ts")
    white = bright(preview)
    assert white[0] == pytest.approx(3, abs=0.05)
    assert next(time for time in white if time > 5) == pytest.approx(9, abs=0.05)
    media.ffmpeg("-i", preview, "-ar", "16000", "-ac", "1", tmp_path / "heard.wav")
    assert media.beeps_in(tmp_path / "heard.wav") == pytest.approx([3, 9], abs=0.05)


@pytest.mark.parametrize("threads", [1, 2])
def test_ffmpeg_takes_as_many_threads_as_the_stage_has(tmp_path: Path, threads: int) -> None:
    movie = media.make(tmp_path / "m.mkv", "-f", "lavfi", "-i", FLASH, *media.beeps([3], 6), codec="libx264")
    probe, audio = made(tmp_path, movie).with_name("probe.json"), tmp_path / "audio.wav"
    words = ["--movie", movie, "--probe", probe, "--audio", audio, "--threads", threads]
    done = media.run("preview", *words, "--output", tmp_path / "again.mp4")
    assert done.returncode == 0, done.stderr
    settings = (tmp_path / "again.mp4").read_bytes()  # x264 writes them into the first picture
    assert f" threads={threads} ".encode() in settings
