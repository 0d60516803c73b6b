"""The sound that comes out is on the picture's clock: beeps at known times in the movie are found where they should be."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support import media

Run = Callable[..., "subprocess.CompletedProcess[str]"]
BEEPS = [0.5, 1.25, 1.75]


@pytest.fixture
def log() -> list[str]:
    """Collects what demux writes to standard error."""
    return []


@pytest.fixture
def demux(tmp_path: Path, log: list[str]) -> Callable[..., Path]:
    """Probes and demuxes a movie; returns the WAV file."""

    def run(movie: Path, *arguments: object) -> Path:
        probe, audio = tmp_path / "probe.json", tmp_path / "audio.wav"
        first = media.run("probe", "--movie", movie, "--output", probe, *arguments)
        assert first.returncode == 0, first.stderr
        second = media.run("demux", "--movie", movie, "--probe", probe, "--output", audio)
        assert second.returncode == 0, second.stderr
        log.append(second.stderr)
        assert not list(tmp_path.glob(".part-*"))
        return audio

    return run


def at(*times: float) -> object:
    """Beeps expected at these times."""
    return pytest.approx(list(times), abs=media.CLOSE)


@pytest.mark.parametrize(
    ("container", "codec", "sound"),
    [
        ("mkv", "libx264", "aac"),
        ("mp4", "libx264", "aac"),  # an edit list hides the encoder's delay
        ("webm", "libvpx", "libopus"),
        ("ts", "libx264", "aac"),  # starts at 1.4 s
        ("mpg", "mpeg2video", "mp2"),
    ],
)
def test_beeps_stay_where_they_are(
    demux: Callable[..., Path], tmp_path: Path, container: str, codec: str, sound: str
) -> None:
    movie = media.make(tmp_path / f"m.{container}", *media.picture(2), *media.beeps(BEEPS, 2), codec=codec, sound=sound)
    audio = demux(movie)
    assert media.beeps_in(audio) == at(*BEEPS)
    assert len(media.samples(audio)) == pytest.approx(2 * 16_000, abs=0.03 * 16_000)


@pytest.mark.parametrize("container", ["mkv", "mp4", "ts"])
def test_sound_that_starts_late_is_preceded_by_silence(
    demux: Callable[..., Path], tmp_path: Path, container: str
) -> None:
    movie = tmp_path / f"late.{container}"
    media.make(movie, *media.picture(6, 10), "-itsoffset", "4.2", *media.beeps(BEEPS, 2))
    audio = demux(movie)
    assert media.beeps_in(audio) == at(*(4.2 + time for time in BEEPS))
    assert not any(media.samples(audio)[: 4 * 16_000])


def test_sound_that_starts_early_is_cut(demux: Callable[..., Path], tmp_path: Path) -> None:
    movie = tmp_path / "early.mkv"
    media.make(movie, "-itsoffset", "1.0", *media.picture(2), *media.beeps(BEEPS, 2), sound="pcm_s16le")
    assert media.beeps_in(demux(movie)) == at(0.25, 0.75)


@pytest.mark.parametrize("container", ["mkv", "ts"])
def test_a_gap_in_the_sound_is_kept_as_silence(demux: Callable[..., Path], tmp_path: Path, container: str) -> None:
    gap = ["-af", "aselect='not(between(t,0.7,1.1))'"]
    movie = media.make(tmp_path / f"gap.{container}", *media.picture(2), *media.beeps(BEEPS, 2), *gap)
    assert media.beeps_in(demux(movie)) == at(*BEEPS)


def test_a_variable_frame_rate_changes_nothing(demux: Callable[..., Path], tmp_path: Path) -> None:
    halved = ["-vf", "select='if(lt(t,1),not(mod(n,5)),1)'", "-fps_mode", "vfr"]
    movie = media.make(tmp_path / "vfr.mp4", *media.picture(2), *media.beeps(BEEPS, 2), *halved)
    assert media.beeps_in(demux(movie)) == at(*BEEPS)


@pytest.mark.parametrize("container", ["mkv", "mp4", "ts"])
@pytest.mark.parametrize(("start", "end"), [(1.0, 1.5), (23.75, 24.5)])
def test_a_clip_starts_and_ends_to_the_sample(
    demux: Callable[..., Path], tmp_path: Path, container: str, start: float, end: float
) -> None:
    movie = tmp_path / f"long.{container}"
    media.make(movie, *media.picture(26, 5), *media.beeps([1.25, 24.0], 26), "-g", 20)
    audio = demux(movie, "--start", start, "--end", end)
    assert media.beeps_in(audio) == at(0.25)
    assert len(media.samples(audio)) == round((end - start) * 16_000)


def test_a_clip_of_a_movie_that_starts_late_counts_from_the_picture(demux: Callable[..., Path], tmp_path: Path) -> None:
    late = ["-itsoffset", "30"]
    movie = media.make(tmp_path / "late.mkv", *late, *media.picture(2), *late, *media.beeps(BEEPS, 2))
    assert media.beeps_in(demux(movie, "--start", 1, "--end", 2)) == at(0.25, 0.75)


def test_the_stream_of_the_language_is_taken(demux: Callable[..., Path], tmp_path: Path) -> None:
    maps = [word for number in range(3) for word in ("-map", number)]
    tags = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=hin"]
    movie = tmp_path / "two.mkv"
    media.make(movie, *media.picture(1), *media.beeps([0.2], 1), *media.beeps([0.6], 1), *maps, *tags)
    assert media.beeps_in(demux(movie, "--audio-language", "hi")) == at(0.6)
    assert media.beeps_in(demux(movie, "--audio-language", "en")) == at(0.2)


def test_dialogue_in_the_centre_of_surround_sound_is_kept_loud(demux: Callable[..., Path], tmp_path: Path) -> None:
    loudness = {}
    for channel, name in ((0, "left"), (2, "centre"), (3, "bass")):
        sound = media.beeps([0.5], 1, layout="5.1", channel=channel)
        audio = demux(media.make(tmp_path / f"{name}.mkv", *media.picture(1), *sound, sound="ac3"))
        loudness[name] = max(media.samples(audio)) / 32768
    assert loudness["centre"] > 0.22  # of 0.5: all channels together must not clip
    assert 2 < loudness["centre"] / loudness["left"] < 4
    assert loudness["bass"] < 0.01


def test_a_movie_cut_off_in_the_middle_yields_its_first_half(
    demux: Callable[..., Path], log: list[str], tmp_path: Path
) -> None:
    sound = media.beeps([0.5, 7.5], 8)
    whole = media.make(tmp_path / "whole.mkv", *media.picture(8), *sound, sound="pcm_s16le").read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    audio = demux(tmp_path / "cut.mkv")
    assert media.beeps_in(audio) == at(0.5)
    assert 2 < len(media.samples(audio)) / 16_000 < 6
    assert "the file is cut off or damaged: its sound ends at 0:00:0" in log[0]


def test_silence_is_silence_and_a_warning(demux: Callable[..., Path], log: list[str], tmp_path: Path) -> None:
    audio = demux(media.make(tmp_path / "silence.mp4", *media.picture(2), *media.beeps([], 2)))
    assert not any(media.samples(audio))
    assert "its audio stream 1 is silent" in log[0]


def test_the_shortest_movies_are_filled_up_to_a_second(demux: Callable[..., Path], tmp_path: Path) -> None:
    sound = media.beeps([0.2], 0.4)
    audio = demux(media.make(tmp_path / "short.mkv", *media.picture(1), *sound, sound="pcm_s16le"))
    assert (media.beeps_in(audio), len(media.samples(audio))) == (at(0.2), 16_000)


def test_a_clip_beyond_the_end_of_the_sound_is_silent(demux: Callable[..., Path], tmp_path: Path) -> None:
    movie = media.make(tmp_path / "short.mkv", *media.picture(3), *media.beeps([0.2], 1))
    audio = demux(movie, "--start", 2, "--end", 2.5)
    assert len(media.samples(audio)) == 8_000 and not any(media.samples(audio))


def test_joined_recordings_are_read_to_the_end(demux: Callable[..., Path], tmp_path: Path) -> None:
    part = media.make(tmp_path / "part.ts", *media.picture(2), *media.beeps(BEEPS, 2), codec="libx264").read_bytes()
    (tmp_path / "joined.ts").write_bytes(part + part)  # the clock jumps back in the middle
    beeps = media.beeps_in(demux(tmp_path / "joined.ts"))
    assert beeps[:3] == at(*BEEPS)
    assert beeps[3:] == pytest.approx([2 + time for time in BEEPS], abs=0.1)


def cut_in(folder: Path, name: str, *offsets: float, sound: str = "aac") -> Path:
    """A recording of two parts of 2 s, each of which beeps; their clocks start at these times."""
    parts = []
    for number, offset in enumerate(offsets):
        part = folder / f"{number}.ts"
        media.make(part, *media.picture(2), *media.beeps(BEEPS, 2), "-output_ts_offset", offset, sound=sound)
        parts.append(part.read_bytes())
    (folder / name).write_bytes(b"".join(parts))
    return folder / name


@pytest.mark.parametrize("jump", [5000.0, -1000.0, 95_000.0])
def test_a_clock_that_jumps_goes_on_where_it_was(demux: Callable[..., Path], tmp_path: Path, jump: float) -> None:
    movie = cut_in(tmp_path, "m.ts", 2000, 2002 + jump)
    audio = demux(movie)
    assert media.beeps_in(audio) == pytest.approx([*BEEPS, *(2 + time for time in BEEPS)], abs=0.05)
    assert len(media.samples(audio)) == pytest.approx(4 * 16_000, abs=0.2 * 16_000)
    clip = demux(movie, "--start", 2.3, "--end", 3.9)
    assert media.beeps_in(clip) == pytest.approx([time - 0.3 for time in BEEPS], abs=0.05)


@pytest.mark.parametrize("container", ["mkv", "ts", "mp4"])
def test_a_stray_timestamp_an_hour_ahead_costs_nothing(
    demux: Callable[..., Path], tmp_path: Path, container: str
) -> None:
    plain = media.make(tmp_path / "plain.mkv", *media.picture(4), *media.beeps(BEEPS, 4), sound="ac3")
    movie = tmp_path / f"stray.{container}"
    media.ffmpeg("-i", plain, "-c", "copy", "-bsf:a", "setts=ts='if(eq(N,30),PTS+3600/TB,PTS)'", movie)
    audio = demux(movie)
    assert media.beeps_in(audio) == pytest.approx(BEEPS, abs=0.05)
    assert 3 < len(media.samples(audio)) / 16_000 < 5


def test_a_gap_of_a_day_does_not_fill_the_disk(demux: Callable[..., Path], tmp_path: Path) -> None:
    plain = media.make(tmp_path / "plain.mkv", *media.picture(4), *media.beeps(BEEPS, 4), sound="ac3")
    movie = tmp_path / "day.mkv"
    media.ffmpeg("-i", plain, "-c", "copy", "-bsf:a", "setts=ts='if(gte(N,30),PTS+95443/TB,PTS)'", movie)
    audio = demux(movie)
    assert media.beeps_in(audio) == pytest.approx(BEEPS, abs=0.05)
    assert len(media.samples(audio)) / 16_000 < 5


def test_sound_that_is_gone_for_more_than_a_minute_comes_back_in_time(
    demux: Callable[..., Path], log: list[str], tmp_path: Path
) -> None:
    drop = ["-bsf:a", "noise=drop='between(tb*pts,5,80)'"]
    movie = media.make(tmp_path / "m.ts", *media.picture(90, 5), *media.beeps([1, 85], 90), *drop, sound="mp2")
    assert media.beeps_in(demux(movie)) == pytest.approx([1, 85], abs=0.05)
    assert re.search(r"its sound is missing in the file at 0:00:0[45]\.\d to 0:01:2", log[0])


@pytest.mark.parametrize("container", ["ts", "mkv"])
def test_damage_is_placed_in_time(demux: Callable[..., Path], log: list[str], tmp_path: Path, container: str) -> None:
    movie = media.make(tmp_path / f"m.{container}", *media.picture(10), *media.beeps([1, 9], 10), sound="ac3")
    data = bytearray(movie.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40_000] = bytes(40_000)
    movie.write_bytes(data)
    assert media.beeps_in(demux(movie)) == pytest.approx([1, 9], abs=0.05)
    assert "its sound is damaged at 0:00:0" in log[0] or "its sound is missing in the file at 0:00:0" in log[0]


def test_intact_films_give_no_alarm(demux: Callable[..., Path], log: list[str], tmp_path: Path) -> None:
    late = ["-itsoffset", 1.5, *media.picture(4), *media.beeps(BEEPS, 5)]
    demux(media.make(tmp_path / "late.mkv", *late))
    demux(media.make(tmp_path / "late.mp4", *late))
    demux(cut_in(tmp_path, "joined.ts", 0, 2, sound="ac3"))
    demux(cut_in(tmp_path, "twice.ts", 0, 0, sound="ac3"))
    demux(media.make(tmp_path / "short.mkv", *media.picture(6), *media.beeps(BEEPS, 3)))
    assert not [line for text in log for line in text.splitlines() if "warning" in line]


def test_a_silent_first_track_is_told_and_the_one_with_sound_named(
    demux: Callable[..., Path], log: list[str], tmp_path: Path
) -> None:
    maps = ["-map", 0, "-map", 1, "-map", 2]
    demux(media.make(tmp_path / "m.mov", *media.picture(2), *media.beeps([], 2), *media.beeps(BEEPS, 2), *maps))
    assert "its audio stream 1 is silent; can be heard: 2" in log[0]


def test_one_channel_can_be_chosen(tmp_path: Path) -> None:
    movie = media.make(tmp_path / "m.mkv", *media.picture(2), *media.beeps([0.5], 2, layout="stereo", channel=1))
    probe, audio = tmp_path / "p.json", tmp_path / "a.wav"
    assert media.run("probe", "--movie", movie, "--output", probe).returncode == 0
    for channel, beeps in (("left", []), ("right", [0.5]), ("difference", [0.5])):
        done = media.run("demux", "--movie", movie, "--probe", probe, "--audio-channel", channel, "--output", audio)
        assert done.returncode == 0
        assert media.beeps_in(audio) == at(*beeps)


def test_sound_that_cannot_be_decoded_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    whole = media.make(tmp_path / "whole.mkv", *media.picture(1), *media.beeps([0.5], 1), sound="flac")
    movie, audio = tmp_path / "noise.mkv", tmp_path / "audio.wav"
    media.ffmpeg("-i", whole, "-c", "copy", "-bsf:a", "noise=amount=1", movie)
    assert media.run("probe", "--movie", movie, "--output", tmp_path / "p.json").returncode == 0
    done = media.run("demux", "--movie", movie, "--probe", tmp_path / "p.json", "--output", audio)
    assert done.returncode == 1
    assert f"error: {movie}: no sound could be decoded from its audio stream 1 (flac)" in done.stderr
    assert not audio.exists() and not list(tmp_path.glob(".part-*"))


@pytest.mark.parametrize("name", ['-a b\'s "$(x)" `y`.mkv', "100%d [x] {a}: फ़िल्म, टेस्ट;.mkv", "n" * 250 + ".mkv"])
def test_odd_names_are_names(program: Run, tmp_path: Path, name: str) -> None:
    movie = media.make(tmp_path / "plain.mkv", *media.picture(1), *media.beeps([0.5], 1))
    movie.rename(tmp_path / name)
    options = ["common", "demux", f"--movie={name}", "--probe=probe.json", "--output=audio.wav"]
    probe = program("common", "probe", f"--movie={name}", "--output=probe.json", cwd=tmp_path)
    assert probe.returncode == 0, probe.stderr
    done = program(*options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert media.beeps_in(tmp_path / "audio.wav") == at(0.5)
