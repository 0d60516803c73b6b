"""A DVD's film in several files is one film; a playlist by another name stays closed."""

from pathlib import Path

import pytest
from support import media

from moviesubs.media.disc import is_part, parts_of


def test_the_parts_of_a_dvd_are_one_film(tmp_path: Path) -> None:
    folder = tmp_path / "A film; it's 100% {x}" / "VIDEO_TS"
    folder.mkdir(parents=True)
    for number, size in enumerate((2, 3), 1):
        sound = media.beeps([0.5], size)
        start = ["-output_ts_offset", 0 if number == 1 else 2]
        part = folder / f"VTS_01_{number}.VOB"
        media.ffmpeg(*media.picture(size), *sound, *start, "-c:v", "mpeg2video", "-c:a", "ac3", "-f", "vob", part)
    (folder / "VTS_01_0.VOB").write_bytes(b"menu")
    (folder / "VIDEO_TS.VOB").write_bytes(b"menu")
    assert [path.name for path in sorted(folder.iterdir()) if not is_part(path)] == ["VTS_01_1.VOB"]
    movie, probe, audio = folder / "VTS_01_1.VOB", tmp_path / "p.json", tmp_path / "a.wav"
    assert len(parts_of(movie)) == 2
    done = media.run("probe", "--movie", movie, "--output", probe)
    assert done.returncode == 0, done.stderr
    done = media.run("demux", "--movie", movie, "--probe", probe, "--output", audio)
    assert done.returncode == 0, done.stderr
    assert media.beeps_in(audio) == pytest.approx([0.5, 2.5], abs=0.05)
    (tmp_path / "s.srt").write_text("1\n00:00:03,000 --> 00:00:04,000\nCue\n\n")
    files = ["--subtitles", f"hi={tmp_path}/s.srt", "--output", tmp_path / "out.mkv"]
    done = media.run("mux", "--movie", movie, "--probe", probe, *files)
    assert done.returncode == 0, done.stderr
    assert media.look(tmp_path / "out.mkv")["cues"] == [[pytest.approx((3.0, 4.0), abs=0.01)]]


def test_what_is_no_set_is_itself(tmp_path: Path) -> None:
    (tmp_path / "VTS_02_3.VOB").touch()
    assert not is_part(tmp_path / "VTS_02_3.VOB") and not is_part(tmp_path / "film.vob")
    assert parts_of(tmp_path / "film.vob") == [tmp_path / "film.vob"]
