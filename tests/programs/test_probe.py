"""Probe finds the right sound, clock and length in whatever FFmpeg reads, and says in one line what is wrong with the rest."""

import os
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support import media

from moviesubs import contracts
from moviesubs.contracts import Probe
from moviesubs.errors import UserError
from probe import stretch

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ODD_NAMES = [
    "two  spaces .mkv",
    'it\'s "quoted".mkv',
    "$(touch hacked) `touch hacked`.mkv",
    "-leading dash.mkv",
    "शोले (१९७५).mkv",
    "100%d [x] {a} 50%.mkv",
    "http:a:b?c#d&e.mkv",
    "concat:a|b.mkv",
    "back\\slash,comma;semi*.mkv",
    "n" * 196 + ".mkv",
]


@pytest.fixture
def probe(tmp_path: Path) -> Callable[..., Probe]:
    def run(movie: Path, *arguments: object) -> Probe:
        output = tmp_path / "probe.json"
        done = media.run("probe", "--movie", movie, "--output", output, *arguments)
        assert done.returncode == 0, done.stderr
        return contracts.read(output, Probe)

    return run


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """Runs probe on something that it must refuse; returns its one line."""

    def run(movie: Path | str, *arguments: object) -> str:
        output = tmp_path / "refused.json"
        done = media.run("probe", "--movie", movie, "--output", output, *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
        assert not output.exists() and not list(tmp_path.glob(".part-*"))
        return done.stderr

    return run


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A movie with four audio streams: 1 Tamil by default, 2 Hindi commentary, 3 Hindi, 4 English."""
    tones = [word for frequency in (300, 400, 500, 600) for word in media.beeps([0.1], 0.3)]
    maps = [word for number in range(5) for word in ("-map", number)]
    tags = [f"-metadata:s:a:{number}=" for number in range(4)]
    languages = zip(tags, ("tam", "hin", "hi-IN", "eng"), strict=True)
    return media.make(
        tmp_path_factory.mktemp("several") / "several.mkv",
        *media.picture(0.3),
        *tones,
        *maps,
        *[word for tag, code in languages for word in (tag.rstrip("="), f"language={code}")],
        *("-metadata:s:a:1", "title=The director", "-metadata:s:a:3", "title=Dubbed"),
        *("-disposition:a", "0", "-disposition:a:0", "default", "-disposition:a:1", "comment"),
        sound="pcm_s16le",
    )


def test_streams_are_described(probe: Callable[..., Probe], several: Path) -> None:
    record = probe(several)
    video, tamil, comment, _, english = record.streams
    assert (video.type, video.codec, video.width, video.height, video.frame_rate) == ("video", "mpeg4", 64, 48, 25.0)
    assert (tamil.language, tamil.default, tamil.channels, tamil.sample_rate) == ("tam", True, 1, 48_000)
    assert (comment.commentary, comment.title, tamil.commentary) == (True, "The director", False)
    assert (english.title, english.codec) == ("Dubbed", "pcm_s16le")
    assert (record.video, record.clock, record.start) == (0, 0.0, 0.0)
    assert record.duration == record.end == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize(
    ("arguments", "index"),
    [
        ([], 1),  # the default one
        (["--audio-language", "hi"], 3),  # not the commentary, though it comes first
        (["--audio-language", "en"], 4),
        (["--audio-language", "bn"], 1),  # there is none: the default one
        (["--audio-stream", "2"], 2),
        (["--audio-stream", "4", "--audio-language", "hi"], 4),
    ],
)
def test_audio_is_chosen_by_index_then_language_then_default(
    probe: Callable[..., Probe], several: Path, arguments: list[str], index: int
) -> None:
    assert probe(several, *arguments).audio == index


def test_a_language_that_is_not_there_is_a_warning(several: Path, tmp_path: Path) -> None:
    done = media.run("probe", "--movie", several, "--output", tmp_path / "p.json", "--audio-language", "bn")
    assert f"warning: {several}: the sound chosen, stream 1, is tagged tam, not bn" in done.stderr


def test_an_audio_stream_that_is_not_there_is_refused_and_the_others_named(
    refused: Callable[..., str], several: Path
) -> None:
    assert "no audio stream with index 0; its audio streams are 1 (tam), 2 (hin)" in refused(
        several, "--audio-stream", 0
    )


@pytest.mark.parametrize("container", ["mkv", "mp4", "ts"])
def test_the_clock_is_the_pictures_when_sound_starts_late(
    probe: Callable[..., Probe], tmp_path: Path, container: str
) -> None:
    arguments = [*media.picture(2), "-itsoffset", "1.2", *media.beeps([0.5], 1)]
    record = probe(media.make(tmp_path / f"late.{container}", *arguments))
    sound = record.streams[record.audio]
    assert sound.start is not None and sound.start - record.clock == pytest.approx(1.2, abs=0.03)
    assert record.duration == pytest.approx(2.2, abs=0.25)  # transport streams do not say it exactly


def test_matroska_that_starts_late_is_not_longer_for_it(probe: Callable[..., Probe], tmp_path: Path) -> None:
    late = ["-itsoffset", "10"]
    record = probe(media.make(tmp_path / "late.mkv", *late, *media.picture(2), *late, *media.beeps([0.5], 2)))
    assert record.clock == pytest.approx(10.0, abs=0.03)
    assert record.duration == pytest.approx(2.0, abs=0.05)


def test_frame_rate_of_a_variable_rate_is_the_average(probe: Callable[..., Probe], tmp_path: Path) -> None:
    halved = ["-vf", "select='if(lt(t,1),not(mod(n,2)),1)'", "-fps_mode", "vfr"]  # 12.5 frames a second, then 25
    record = probe(media.make(tmp_path / "vfr.mp4", *media.picture(2), *media.beeps([0.5], 2), *halved))
    assert record.streams[0].frame_rate == pytest.approx(18.75, abs=0.8)
    assert record.duration == pytest.approx(2.0, abs=0.05)


def test_a_cover_is_not_the_picture(probe: Callable[..., Probe], tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    media.ffmpeg(*media.picture(1), "-frames:v", 1, cover)
    attached = ["-disposition:v:0", "attached_pic"]
    song = media.make(
        tmp_path / "song.m4a", *media.beeps([0.5], 1), "-i", cover, "-map", 0, "-map", 1, *attached, codec="copy"
    )
    record = probe(song)
    assert (record.video, record.clock) == (None, 0.0)
    assert record.duration == pytest.approx(1.0, abs=0.05)
    assert [stream.attached_picture for stream in record.streams] == [False, True]


def test_a_recording_that_does_not_say_its_length_is_read_through(probe: Callable[..., Probe], tmp_path: Path) -> None:
    live = ["-f", "matroska", "-live", "1", "-c:v", "mpeg4", "-c:a", "aac"]
    media.ffmpeg(*media.picture(2), *media.beeps([0.5], 2), *live, tmp_path / "live.mkv")
    assert probe(tmp_path / "live.mkv").duration == pytest.approx(2.0, abs=0.05)


def test_matroska_whose_beginning_is_destroyed_is_read_from_where_it_can_be(
    probe: Callable[..., Probe], tmp_path: Path
) -> None:
    path = tmp_path / "hole.mkv"
    short = ["-c:v", "mpeg4", "-g", "1000", "-c:a", "aac", "-cluster_time_limit", "1000"]
    media.ffmpeg(*media.picture(6), *media.beeps([0.5], 6), *short, path)
    content = path.read_bytes()
    first = content.index(b"\x1f\x43\xb6\x75")  # Cluster: https://www.matroska.org/technical/elements.html
    second = content.index(b"\x1f\x43\xb6\x75", first + 4)
    third = content.index(b"\x1f\x43\xb6\x75", second + 4)
    path.write_bytes(content[:first] + bytes(third - first) + content[third:])
    record = probe(path)
    assert 1.5 < record.clock < 4.5
    assert record.clock + record.duration == pytest.approx(6.0, abs=0.3)


def test_a_length_below_zero_in_a_damaged_header_is_none(probe: Callable[..., Probe], tmp_path: Path) -> None:
    path = tmp_path / "negative.mkv"
    media.ffmpeg(*media.picture(2), *media.beeps([0.5], 2), "-c:v", "mpeg4", "-c:a", "aac", path)
    content = bytearray(path.read_bytes())
    at = content.index(b"\x44\x89\x88")  # Duration, 8 bytes: https://www.matroska.org/technical/elements.html
    content[at + 3 : at + 11] = struct.pack(">d", -5000.0)
    path.write_bytes(content)
    assert probe(path).duration == pytest.approx(2.0, abs=0.05)


def test_a_clip_is_kept_and_one_outside_refused(
    probe: Callable[..., Probe], refused: Callable[..., str], several: Path
) -> None:
    clip = probe(several, "--start", 0.1, "--end", 0.25)
    assert (clip.start, clip.end) == (0.1, 0.25)
    rounded_up = probe(several, "--end", 1)
    assert rounded_up.end == rounded_up.duration
    for start, end in ((-1, 0.2), (0.2, 0.1), (0.35, 0.5), (0, 60)):
        assert "is not within the movie, which lasts 0.3" in refused(several, "--start", start, "--end", end)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_names(several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / name).write_bytes(several.read_bytes())
    monkeypatch.chdir(tmp_path)
    done = media.run("probe", f"--movie={name}", "--output", "probe.json")
    assert done.returncode == 0, done.stderr
    assert contracts.read(tmp_path / "probe.json", Probe).path == name
    assert not (tmp_path / "hacked").exists()


def test_as_a_program_it_works_and_fails_in_its_own_environment(program: Run, several: Path, tmp_path: Path) -> None:
    output = tmp_path / "probe.json"
    done = program("common", "probe", "--movie", tmp_path / "missing.mkv", "--output", output)
    assert (done.returncode, done.stderr) == (1, f"error: {tmp_path / 'missing.mkv'}: no such file\n")
    assert program("common", "probe", "--movie", several, "--output", output).returncode == 0
    assert contracts.read(output, Probe).audio == 1


def test_what_is_no_movie_is_refused_in_one_line(refused: Callable[..., str], several: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.mkv").touch()
    (tmp_path / "text.mkv").write_text("There is nothing to see here.\n" * 100)
    (tmp_path / "noise.mp4").write_bytes(bytes((number * number * 31) % 251 for number in range(50_000)))
    (tmp_path / "head.mkv").write_bytes(several.read_bytes()[:700])
    assert "no such file" in refused(tmp_path / "missing.mkv")
    assert "no such file" in refused("concat:" + str(several) + "|" + str(several))
    assert "folder" in refused(tmp_path)
    assert "empty (0 bytes)" in refused(tmp_path / "empty.mkv")
    assert "not a movie" in refused(tmp_path / "text.mkv")
    assert "not a movie" in refused(tmp_path / "noise.mp4")
    assert "cut off" in refused(tmp_path / "head.mkv")


def test_a_pipe_is_refused_and_not_waited_for(refused: Callable[..., str], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mkv")
    assert "is a pipe, a socket or a device, not a movie file" in refused(tmp_path / "pipe.mkv")


def test_a_movie_that_ends_before_it_begins_is_refused_for_that() -> None:
    with pytest.raises(
        UserError, match=r"x.mkv: ends -3.000 s after it begins, by its own clock; it is empty, cut off"
    ):
        stretch("x.mkv", -3.0, None, None)


def test_an_mp4_cut_off_before_its_index_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    whole = media.make(tmp_path / "whole.mp4", *media.picture(1), *media.beeps([0.5], 1)).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    assert "cut off or damaged" in refused(tmp_path / "cut.mp4")


def test_a_movie_without_sound_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "no audio stream" in refused(media.make(tmp_path / "silent.mkv", *media.picture(0.3)))


def test_playlists_are_not_followed(refused: Callable[..., str], several: Path, tmp_path: Path) -> None:
    segment = media.make(tmp_path / "segment.ts", *media.picture(0.5), *media.beeps([0.1], 0.5))
    (tmp_path / "list.mkv").write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:0.5,\n{segment.name}\n#EXT-X-ENDLIST\n"
    )
    (tmp_path / "script.mkv").write_text(f"ffconcat version 1.0\nfile {several.name}\n")
    for name in ("list.mkv", "script.mkv"):
        assert "playlist" in refused(tmp_path / name) or "not a movie" in refused(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(refused: Callable[..., str], several: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.mkv"
    secret.write_bytes(several.read_bytes())
    secret.chmod(0)
    assert "may not be read" in refused(secret)
