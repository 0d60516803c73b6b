"""Subtitle tracks are added in time with the picture, and everything that was in the movie stays."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import media

from moviesubs.language.languages import language
from moviesubs.media.matroska_languages import languages
from mux import CONTAINERS, failure, flags_of, track_tags, tracks_by_name

Program = Callable[..., "subprocess.CompletedProcess[str]"]
Run = Callable[..., media.Finished]
HINDI = '1\n00:00:00,500 --> 00:00:00,900\nनमस्ते, "दुनिया"\n\n2\n00:00:01,200 --> 00:00:01,800\nदूसरा\nवाक्य\n\n'
ENGLISH = "1\n00:00:00,400 --> 00:00:01,000\nHello <i>world</i>\n\n"
HINDI_TIMES, ENGLISH_TIMES = [[0.5, 0.9], [1.2, 1.8]], [[0.4, 1.0]]
#: a stream of Blu-ray picture subtitles with one empty picture: header "PG", times, a composition segment, an end segment
PICTURES = (
    bytes.fromhex("5047 00015f90 00000000 16 000b 0040 0030 10 0000 80 00 00 00")
    + bytes.fromhex("5047 00015f90 00000000 80 0000")
)  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Probes a movie and muxes Hindi, English and an empty Gujarati track into it."""
    tracks = {"hi": HINDI, "en": ENGLISH, "gu": ""}
    for code, text in tracks.items():
        (tmp_path / f"s.{code}.srt").write_text(text, encoding="utf-8")

    def mux(movie: Path, output: Path, *arguments: str) -> media.Finished:
        probe = tmp_path / "probe.json"
        done = media.run("probe", "--movie", movie, "--output", probe)
        assert done.returncode == 0, done.stderr
        files = [f"{code}={tmp_path / f's.{code}.srt'}" for code in tracks]
        options = ["--movie", movie, "--probe", probe, "--subtitles", *files, "--output", output, *arguments]
        done = media.run("mux", *options)
        assert not list(output.parent.glob(".part-*"))
        return done

    return mux


@pytest.fixture
def mux(run: Run) -> Callable[..., dict[str, Any]]:
    """The same, and what is in the result."""

    def look(movie: Path, output: Path, *arguments: str) -> dict[str, Any]:
        done = run(movie, output, *arguments)
        assert done.returncode == 0, done.stderr
        muxed: dict[str, Any] = media.look(output)
        return muxed

    return look


def of_type(muxed: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [stream for stream in muxed["streams"] if stream["type"] == kind]


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A movie with two sounds, two subtitle tracks, a font, a cover, chapters and a title."""
    folder = tmp_path_factory.mktemp("rich")
    (folder / "old.srt").write_text(ENGLISH)
    (folder / "font.ttf").write_bytes(bytes(range(256)))
    (folder / "tags.txt").write_text(
        ";FFMETADATA1\ntitle=Sholay\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Two\n"
    )
    media.ffmpeg(*media.picture(1), "-frames:v", 1, folder / "cover.png")
    attach = ["-attach", folder / "font.ttf", "-metadata:s:t:0", "mimetype=font/ttf", "-attach", folder / "cover.png"]
    tags = [
        "-metadata:s:t:1",
        "mimetype=image/png",
        "-metadata:s:a:0",
        "language=hin",
        "-metadata:s:a:1",
        "language=eng",
    ]
    tags += ["-metadata:s:s:0", "language=tam", "-metadata:s:s:1", "language=eng"]
    flags = ["-disposition:s:0", "default+hearing_impaired", "-disposition:s:1", "forced"]
    inputs = [
        *media.picture(2),
        *media.beeps([0.5], 2),
        *media.beeps([1], 2),
        "-i",
        folder / "old.srt",
        "-i",
        folder / "tags.txt",
    ]
    maps = ["-map", 0, "-map", 1, "-map", 2, "-map", 3, "-map", 3, "-map_metadata", 4]
    return media.make(
        folder / "rich.mkv", *inputs, *maps, *attach, *tags, *flags, "-c:s:0", "ass", "-c:s:1", "srt", codec="libx264"
    )


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
@pytest.mark.parametrize(
    ("container", "offset", "late"),
    [("mkv", 0, 0), ("mkv", 10, 0), ("mkv", 0, 1.3), ("mp4", 0, 1.3), ("ts", 0, 0), ("ts", 0, 1.3), ("avi", 0, 0)],
)
def test_cues_are_in_time_with_the_picture(
    mux: Callable[..., dict[str, Any]], tmp_path: Path, container: str, offset: float, late: float, suffix: str
) -> None:
    movie = tmp_path / f"movie.{container}"
    start = ["-itsoffset", offset]
    sound = ["-itsoffset", offset + late, *media.beeps([0.5], 2)]
    codec = "mpeg4" if container == "avi" else "libx264"  # AVI knows no times for pictures out of order
    media.make(movie, *start, *media.picture(2), *sound, codec=codec)
    muxed = mux(movie, tmp_path / f"out{suffix}")
    hindi, english, gujarati = muxed["cues"]
    assert hindi == [pytest.approx(times, abs=0.002) for times in HINDI_TIMES]
    assert english == [pytest.approx(times, abs=0.002) for times in ENGLISH_TIMES]
    assert gujarati == []


def test_cues_are_in_time_when_the_sound_starts_before_the_picture(
    mux: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    movie = media.make(tmp_path / "early.mkv", "-itsoffset", 1.5, *media.picture(2), *media.beeps([0.5], 3))
    assert mux(movie, tmp_path / "out.mkv")["cues"][0] == [pytest.approx(times, abs=0.002) for times in HINDI_TIMES]


def test_tracks_are_tagged_titled_and_one_is_the_default(
    mux: Callable[..., dict[str, Any]], rich: Path, tmp_path: Path
) -> None:
    tracks = of_type(mux(rich, tmp_path / "out.mkv", "--default", "en"), "subtitle")
    assert [track["codec"] for track in tracks] == ["ass", "subrip", "subrip", "subrip", "subrip"]
    assert [track["tags"].get("language") for track in tracks] == ["tam", "eng", "hin", "eng", "guj"]
    assert [track["tags"].get("title") for track in tracks[2:]] == ["हिन्दी", "English", "ગુજરાતી"]
    assert [track["flags"] for track in tracks] == [["hearing_impaired"], ["forced"], [], ["default"], []]


def test_a_romanised_track_is_tagged_as_its_language_and_named_by_its_script() -> None:
    tags = track_tags(language("hi-Latn"), CONTAINERS[".mkv"])
    assert tags == ["language=hin", "title=Hindi (Roman)"]


def test_a_forced_track_beside_the_full_one_is_told_from_it_by_its_name() -> None:
    assert track_tags(language("hi"), CONTAINERS[".mkv"], "forced") == ["language=hin", "title=हिन्दी (forced)"]
    assert "handler_name=हिन्दी (forced)" in track_tags(language("hi"), CONTAINERS[".mp4"], "forced")


@pytest.mark.parametrize("suffix", ["mp4", "m4b"])
@pytest.mark.parametrize("result", ["mkv", "mp4"])
def test_chapters_are_no_alarm_and_a_book_without_picture_is_muxed(
    run: Run, tmp_path: Path, suffix: str, result: str
) -> None:
    (tmp_path / "c.txt").write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=3000\ntitle=Two\n"
    )
    picture = media.picture(3) if suffix == "mp4" else []
    inputs = [*picture, *media.beeps([1], 3), "-i", tmp_path / "c.txt"]
    count = 2 if picture else 1
    maps = [word for number in range(count) for word in ("-map", number)]
    codecs = ["-c:v", "libx264", "-c:a", "aac", "-f", "mp4"]
    media.ffmpeg(*inputs, *maps, "-map_chapters", count, *codecs, tmp_path / f"book.{suffix}")
    done = run(tmp_path / f"book.{suffix}", tmp_path / f"out.{result}")
    assert done.returncode == 0, done.stderr
    assert "left out" not in done.stderr


def test_matroska_keeps_languages_that_need_more_than_three_letters(tmp_path: Path, rich: Path) -> None:
    (tmp_path / "s.srt").write_text(HINDI, encoding="utf-8")
    movie, probe = tmp_path / "movie.mkv", tmp_path / "p.json"

    def muxed(source: Path, output: Path, *codes: str) -> None:
        assert media.run("probe", "--movie", source, "--output", probe).returncode == 0
        tracks = [f"{code}={tmp_path / 's.srt'}" for code in codes]
        done = media.run("mux", "--movie", source, "--probe", probe, "--subtitles", *tracks, "--output", output)
        assert done.returncode == 0, done.stderr

    muxed(rich, movie, "hi-Latn", "en")
    tracks = [one for one in media.look(movie)["streams"] if one["type"] != "attachment"]
    titles = [one["tags"].get("title") for one in tracks]
    assert languages(movie) == {titles.index("Hindi (Roman)"): "hi-Latn"}
    muxed(movie, tmp_path / "again.mkv", "en")
    assert list(languages(tmp_path / "again.mkv").values()) == ["hi-Latn"]


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("Movie.hi.srt", []),
        ("Movie.hi.sdh.srt", ["hearing_impaired"]),
        ("Movie.hi-Latn.forced.srt", ["forced"]),
        ("The.sdh.en.srt", []),
    ],
)
def test_the_name_of_a_subtitle_file_says_what_it_is(name: str, flags: list[str]) -> None:
    assert flags_of(Path(name), default=False) == flags
    assert flags_of(Path(name), default=True) == ["default", *flags]


@pytest.mark.parametrize("container", ["mkv", "mp4"])
def test_a_track_for_the_deaf_is_flagged_in_the_movie(tmp_path: Path, container: str) -> None:
    (tmp_path / "m.hi.sdh.srt").write_text(HINDI, encoding="utf-8")
    probe, output = tmp_path / "probe.json", tmp_path / f"out.{container}"
    movie = media.make(tmp_path / "m.mkv", *media.picture(2), *media.beeps([1], 2))
    assert media.run("probe", "--movie", movie, "--output", probe).returncode == 0
    files = ["--subtitles", f"hi={tmp_path}/m.hi.sdh.srt", "--default", "hi", "--output", output]
    done = media.run("mux", "--movie", movie, "--probe", probe, *files)
    assert done.returncode == 0, done.stderr
    (track,) = of_type(media.look(output), "subtitle")
    assert {"hearing_impaired", "default"} <= set(track["flags"])


def test_without_a_default_the_old_flags_stay(mux: Callable[..., dict[str, Any]], rich: Path, tmp_path: Path) -> None:
    tracks = of_type(mux(rich, tmp_path / "out.mkv"), "subtitle")
    assert [track["flags"] for track in tracks] == [["default", "hearing_impaired"], ["forced"], [], [], []]


def test_everything_in_the_movie_is_copied(mux: Callable[..., dict[str, Any]], rich: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mkv"
    muxed = mux(rich, output, "--default", "hi")
    streams = ["-map", "0:v:0", "-map", "0:a", "-map", "0:s:0", "-map", "0:s:1", "-c", "copy", "-f", "streamhash", "-"]
    assert media.ffmpeg("-i", output, *streams) == media.ffmpeg("-i", rich, *streams)
    tags = media.ffmpeg("-i", output, "-f", "ffmetadata", "-")
    assert "title=Sholay" in tags and "title=One" in tags and "START=1000" in tags
    assert [stream["tags"]["language"] for stream in of_type(muxed, "audio")] == ["hin", "eng"]
    assert [stream["tags"]["filename"] for stream in of_type(muxed, "attachment")] == ["font.ttf"]
    assert [stream["flags"] for stream in of_type(muxed, "video")] == [
        ["default"],
        ["attached_pic"],
    ]  # the cover is no track


def test_mp4_gets_what_it_can_hold_and_the_rest_is_named(run: Run, rich: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    done = run(rich, output, "--default", "hi")
    assert done.returncode == 0, done.stderr
    assert f"warning: {rich}: MP4 cannot hold stream 5 (attachment" in done.stderr
    muxed = media.look(output)
    tracks = of_type(muxed, "subtitle")
    assert {track["codec"] for track in tracks} == {"mov_text"}
    assert [track["tags"]["language"] for track in tracks] == ["tam", "eng", "hin", "eng", "guj"]
    assert [track["tags"]["handler_name"] for track in tracks[2:]] == ["हिन्दी", "English", "ગુજરાતી"]
    assert [number for number, track in enumerate(tracks) if "default" in track["flags"]] == [2]
    assert muxed["cues"][:2] == [[pytest.approx(times, abs=0.002) for times in ENGLISH_TIMES]] * 2  # the old ones
    assert [stream["tags"]["language"] for stream in of_type(muxed, "audio")] == ["hin", "eng"]
    assert ["attached_pic"] in [stream["flags"] for stream in of_type(muxed, "video")]


def test_the_text_survives(mux: Callable[..., dict[str, Any]], rich: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mkv"
    mux(rich, output)
    written = media.ffmpeg("-i", output, "-map", "0:s:2", "-c", "copy", "-f", "srt", "-")
    assert [line for line in written.splitlines() if "-->" not in line] == [
        line for line in HINDI.splitlines() if "-->" not in line
    ]


@pytest.mark.parametrize("suffix", ["mkv", "mp4"])
def test_the_same_movie_and_subtitles_give_the_same_bytes(run: Run, rich: Path, tmp_path: Path, suffix: str) -> None:
    files = [tmp_path / f"{number}.{suffix}" for number in (1, 2)]
    for file in files:
        done = run(rich, file, "--default", "en")
        assert done.returncode == 0, done.stderr
    assert files[0].read_bytes() == files[1].read_bytes()


def test_picture_subtitles_stay_in_matroska_and_are_left_out_of_mp4(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pictures.sup").write_bytes(PICTURES)
    inputs = [*media.picture(2), *media.beeps([0.5], 2), "-i", tmp_path / "pictures.sup"]
    maps = ["-map", 0, "-map", 1, "-map", 2, "-c:s", "copy"]
    movie = media.make(tmp_path / "movie.mkv", *inputs, *maps)
    assert run(movie, tmp_path / "out.mkv").returncode == 0
    kept = of_type(media.look(tmp_path / "out.mkv"), "subtitle")
    assert [track["codec"] for track in kept] == ["hdmv_pgs_subtitle", "subrip", "subrip", "subrip"]
    done = run(movie, tmp_path / "out.mp4")
    assert done.returncode == 0 and "MP4 cannot hold stream 2 (subtitle, hdmv_pgs_subtitle" in done.stderr
    assert len(of_type(media.look(tmp_path / "out.mp4"), "subtitle")) == 3


def test_subtitles_of_mp4_become_subrip_in_matroska(mux: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "old.srt").write_text(ENGLISH)
    inputs = [*media.picture(2), *media.beeps([0.5], 2), "-i", tmp_path / "old.srt"]
    movie = media.make(tmp_path / "movie.mp4", *inputs, "-c:s", "mov_text")
    muxed = mux(movie, tmp_path / "out.mkv")
    assert [track["codec"] for track in of_type(muxed, "subtitle")] == ["subrip"] * 4
    assert muxed["cues"][0] == [pytest.approx(times, abs=0.002) for times in ENGLISH_TIMES]


@pytest.mark.parametrize(("codec", "sound", "unfit"), [("libvpx", "aac", "vp8"), ("mpeg4", "wmav2", "wmav2")])
def test_what_mp4_cannot_hold_is_an_error_that_names_matroska(
    run: Run, tmp_path: Path, codec: str, sound: str, unfit: str
) -> None:
    movie = media.make(tmp_path / "movie.mkv", *media.picture(1), *media.beeps([0.5], 1), codec=codec, sound=sound)
    done = run(movie, tmp_path / "out.mp4")
    assert done.returncode == 1
    assert f"error: {movie}: MP4 cannot hold its {unfit} stream; write .mkv instead" in done.stderr
    assert not (tmp_path / "out.mp4").exists()


def test_a_movie_cut_off_in_the_middle_is_muxed_as_far_as_it_goes(
    mux: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    whole = media.make(tmp_path / "whole.mkv", *media.picture(6), *media.beeps([0.5], 6)).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    assert mux(tmp_path / "cut.mkv", tmp_path / "out.mkv")["cues"][0] == [
        pytest.approx(t, abs=0.002) for t in HINDI_TIMES
    ]


LONG_PAUSES = [(10.0, 12.0), (3000.0, 3002.0), (3030.0, 3032.0)]


def srt(times: list[tuple[float, float]]) -> str:
    def clock(seconds: float) -> str:
        return f"{int(seconds // 3600):02}:{int(seconds // 60 % 60):02}:{int(seconds % 60):02},{round(seconds % 1 * 1000):03}"

    return "".join(
        f"{number}\n{clock(one)} --> {clock(other)}\nCue\n\n" for number, (one, other) in enumerate(times, 1)
    )


@pytest.mark.parametrize("times", [LONG_PAUSES, [(2400.0, 2402.0), (2403.0, 2404.5)], [(3480.0, 3481.0)]])
def test_pauses_of_an_hour_do_not_move_the_cues_of_an_mp4(tmp_path: Path, times: list[tuple[float, float]]) -> None:
    (tmp_path / "s.hi.srt").write_text(srt(times))
    (tmp_path / "signs.srt").write_text(srt([(20.0, 21.0), (3485.0, 3487.0)]))
    inputs = [*media.picture(3500, 1), *media.beeps([1], 3500), "-i", tmp_path / "signs.srt"]
    movie = media.make(tmp_path / "m.mkv", *inputs, "-c:s", "srt", "-b:a", "8k")
    probe, output = tmp_path / "p.json", tmp_path / "out.mp4"
    assert media.run("probe", "--movie", movie, "--output", probe).returncode == 0
    done = media.run(
        "mux", "--movie", movie, "--probe", probe, "--subtitles", f"hi={tmp_path}/s.hi.srt", "--output", output
    )
    assert done.returncode == 0, done.stderr
    signs, ours = media.look(output)["cues"]
    assert ours == [pytest.approx(cue, abs=0.003) for cue in times]
    assert signs == [pytest.approx(cue, abs=0.003) for cue in [(20.0, 21.0), (3485.0, 3487.0)]]


@pytest.mark.parametrize("container", ["mkv", "mp4"])
def test_files_made_for_players_are_in_time_in_the_movie_as_well(tmp_path: Path, container: str) -> None:
    movie = media.make(tmp_path / "m.mkv", "-itsoffset", 1.5, *media.picture(4), *media.beeps([0.5], 5), sound="ac3")
    (tmp_path / "s.hi.srt").write_text(srt([(3.0, 4.0)]))  # 1.5 s after the first picture, as players count
    probe, output = tmp_path / "p.json", tmp_path / f"out.{container}"
    assert media.run("probe", "--movie", movie, "--output", probe).returncode == 0
    files = ["--subtitles", f"hi={tmp_path}/s.hi.srt", "--beside", "--output", output]
    done = media.run("mux", "--movie", movie, "--probe", probe, *files)
    assert done.returncode == 0, done.stderr
    assert media.look(output)["cues"] == [[pytest.approx((1.5, 2.5), abs=0.03)]]


def test_a_recording_whose_clock_jumps_keeps_picture_and_cues_together(
    mux: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    parts = [media.make(tmp_path / f"{number}.ts", *media.picture(2), *media.beeps([0.5], 2), "-output_ts_offset", offset)
             for number, offset in enumerate((0, 7000))]  # fmt: skip
    (tmp_path / "m.ts").write_bytes(b"".join(part.read_bytes() for part in parts))
    output = tmp_path / "out.mkv"
    assert mux(tmp_path / "m.ts", output)["cues"][0] == [pytest.approx(times, abs=0.005) for times in HINDI_TIMES]
    ends = media.ffmpeg("-i", output, "-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "framecrc", "-").splitlines()
    for stream in ("0", "1"):
        last = [line.split(",") for line in ends if line.startswith(f"{stream},")][-1]
        assert int(last[2]) / 1000 == pytest.approx(3.95, abs=0.1)


@pytest.mark.parametrize(("bits", "codec"), [("s16", "pcm_s16le"), ("s32", "pcm_s24le")])
def test_uncompressed_sound_of_discs_becomes_plain_pcm(
    mux: Callable[..., dict[str, Any]], tmp_path: Path, bits: str, codec: str
) -> None:
    options = ["-sample_fmt", bits, "-mpegts_m2ts_mode", 1]
    movie = media.make(
        tmp_path / "m.m2ts",
        *media.picture(2),
        *media.beeps([0.5], 2, layout="stereo"),
        *options,
        codec="libx264",
        sound="pcm_bluray",
    )
    muxed = mux(movie, tmp_path / "out.mkv")
    assert [stream["codec"] for stream in of_type(muxed, "audio")] == [codec]
    assert muxed["cues"][0] == [pytest.approx(times, abs=0.01) for times in HINDI_TIMES]


def test_mp4_is_what_apples_players_want(mux: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    options = ["-x265-params", "log-level=none", "-metadata:s:a:0", "title=Hindi 5.1"]
    movie = media.make(tmp_path / "m.mkv", *media.picture(1), *media.beeps([0.5], 1), *options, codec="libx265")
    output = tmp_path / "out.mp4"
    muxed = mux(movie, output)
    data = output.read_bytes()
    assert b"hvc1" in data and b"hev1" not in data
    assert data.index(b"moov") < data.index(b"mdat")
    assert of_type(muxed, "audio")[0]["tags"]["handler_name"] == "Hindi 5.1"


def test_without_a_default_no_subtitles_of_an_mp4_show_by_themselves(
    mux: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    movie = media.make(tmp_path / "m.mkv", *media.picture(2), *media.beeps([1], 2), codec="libx264")
    asked = of_type(mux(movie, tmp_path / "asked.mp4", "--default", "en"), "subtitle")
    assert [one["flags"] for one in asked] == [[], ["default"], []]
    unasked = mux(movie, tmp_path / "unasked.mp4")
    assert [one["flags"] for one in of_type(unasked, "subtitle")] == [[], [], []]
    assert [one["flags"] for one in of_type(unasked, "audio")] == [["default"]]


@pytest.mark.parametrize("container", ["mkv", "mp4"])
def test_a_commentary_that_comes_first_does_not_become_the_default(
    mux: Callable[..., dict[str, Any]], tmp_path: Path, container: str
) -> None:
    maps = ["-map", 0, "-map", 1, "-map", 2, "-metadata:s:a:0", "title=Commentary", "-default_mode", "passthrough"]
    flags = ["-disposition:a:0", "comment", "-disposition:a:1", 0]
    movie = media.make(
        tmp_path / "m.mkv", *media.picture(1), *media.beeps([0.5], 1), *media.beeps([0.5], 1), *maps, *flags
    )
    first, second = of_type(mux(movie, tmp_path / f"out.{container}"), "audio")
    assert "default" not in first["flags"] and "default" in second["flags"]


@pytest.mark.parametrize("container", ["mkv", "mp4"])
def test_two_covers_stay(mux: Callable[..., dict[str, Any]], tmp_path: Path, container: str) -> None:
    covers = []
    for number, colour in enumerate(("red", "blue")):
        covers.append(tmp_path / f"{number}.jpg")
        media.ffmpeg("-f", "lavfi", "-i", f"color={colour}:s=64x64", "-frames:v", 1, "-update", 1, covers[-1])
    attached = [word for cover in covers for word in ("-i", cover)]
    maps = [word for number in range(4) for word in ("-map", number)]
    flags = ["-c:v:1", "copy", "-c:v:2", "copy", "-disposition:v:1", "attached_pic", "-disposition:v:2", "attached_pic"]
    movie = tmp_path / "m.mp4"
    media.ffmpeg(
        *media.picture(1), *media.beeps([0.5], 1), *attached, *maps, "-c:v:0", "mpeg4", "-c:a", "aac", *flags, movie
    )
    muxed = mux(movie, tmp_path / f"out.{container}")
    assert [stream["flags"] for stream in of_type(muxed, "video")].count(["attached_pic"]) == 2


def test_what_nobody_can_decode_is_named_rightly(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.srt").write_text(ENGLISH)
    inputs = [*media.picture(2), *media.beeps([0.5], 2), "-i", tmp_path / "old.srt"]
    movie = media.make(tmp_path / "movie.mp4", *inputs, "-c:s", "ttml")
    done = run(movie, tmp_path / "out.mkv")
    assert done.returncode == 0 and "cannot hold stream 2 (subtitle, ttml" in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("complaints", "reason"),
    [
        (
            [
                "[matroska @ 0x5] [error] Can't write packet with unknown timestamp",
                "[out#0/matroska @ 0x6] [error] Error muxing a packet",
                "[out#0/matroska @ 0x6] [error] Task finished with error code: -22 (Invalid argument)",
                "[fatal] Conversion failed!",
            ],
            "Can't write packet with unknown timestamp",
        ),
        (
            [
                "[vost#0:0/copy @ 0x1] [error] Error submitting a packet to the muxer: No space left on device",
                "[out#0/mp4 @ 0x6] [error] Error writing trailer: No space left on device",
                "[error] Conversion failed!",
            ],
            "No space left on device",
        ),
    ],
)
def test_ffmpegs_own_complaint_is_passed_on_and_not_its_last_line(complaints: list[str], reason: str) -> None:
    assert str(failure(Path("m.mkv"), CONTAINERS[".mkv"], complaints)).endswith(reason)


@pytest.mark.parametrize("name", ['-a b\'s "$(x)" `y`', "100%d [x] {a}: फ़िल्म, टेस्ट; concat:a|b", "n" * 240])
def test_odd_names_are_names(program: Program, tmp_path: Path, name: str) -> None:
    media.make(tmp_path / "plain.mkv", *media.picture(1), *media.beeps([0.5], 1)).rename(tmp_path / f"{name}.mkv")
    (tmp_path / f"{name}.hi.srt").write_text(HINDI, encoding="utf-8")
    assert program("common", "probe", f"--movie={name}.mkv", "--output=p.json", cwd=tmp_path).returncode == 0
    (tmp_path / "out").mkdir()
    options = [f"--movie={name}.mkv", "--probe=p.json", f"--output=out/{name}.mp4", "--default=hi"]
    done = program("common", "mux", *options, "--subtitles", f"hi={name}.hi.srt", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(media.look(tmp_path / "out" / f"{name}.mp4")["cues"][0]) == 2


def test_bad_orders_are_refused_in_one_line(rich: Path, tmp_path: Path) -> None:
    (tmp_path / "s.srt").write_text(HINDI, encoding="utf-8")
    (tmp_path / "movie.mkv").write_bytes(rich.read_bytes())
    movie, good = tmp_path / "movie.mkv", f"hi={tmp_path / 's.srt'}"
    probe = {
        "path": str(movie),
        "format": "matroska,webm",
        "duration": 2.0,
        "clock": 0.0,
        "start": 0.0,
        "end": 2.0,
        "audio": 1,
    }
    (tmp_path / "p.json").write_text(json.dumps(probe))
    for subtitles, output, default, reason in (
        (good, "out.avi", "hi", "only .mkv, .mp4, .m4v can be written"),
        (good, "movie.mkv", "hi", "is the movie itself"),
        (good, "out.mkv", "ta", "the default subtitle track 'ta' is none of hi"),
        (f"hi={tmp_path / 'none.srt'}", "out.mkv", "hi", "no such file"),
        (f"xx={tmp_path / 's.srt'}", "out.mkv", "xx", "unknown language 'xx'"),
    ):
        options = [
            "--movie",
            movie,
            "--probe",
            tmp_path / "p.json",
            "--default",
            default,
            "--output",
            tmp_path / output,
        ]
        done = media.run("mux", *options, "--subtitles", subtitles)
        assert done.returncode == 1 and reason in done.stderr, done.stderr
        assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    assert not (tmp_path / "out.mkv").exists() and movie.read_bytes() == rich.read_bytes()


def test_a_forced_track_stands_beside_the_full_one_and_is_left_out_where_nothing_is_to_be_shown(tmp_path: Path) -> None:
    full, forced, empty = (tmp_path / f"a.{name}.srt" for name in ("hi", "hi.forced", "en.forced"))
    for path in (full, forced):
        path.write_text("1\n00:00:01,000 --> 00:00:02,000\nनमस्ते\n", encoding="utf-8")
    empty.write_text("", encoding="utf-8")
    assert tracks_by_name([("hi", full), ("hi", forced), ("en", empty)]) == {"hi": full, "hi.forced": forced}
    assert tracks_by_name([("hi", forced)]) == {"hi": forced}
