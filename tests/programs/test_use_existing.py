"""Existing subtitles in place of recognition: a file, or a track in a movie whose clock does not begin at zero."""

from pathlib import Path

import pytest
from support.media import beeps, ffmpeg, make, picture, run

from moviesubs.contracts import Asr, Segment, Speech, read, write

SUBTITLES = "1\n00:00:01,000 --> 00:00:02,000\n<i>तुम कहाँ थे?</i>\n\n2\n00:00:02,500 --> 00:00:03,000\nघर पर।\n"


@pytest.fixture
def movie(tmp_path: Path) -> Path:
    """A movie with a text track, everything in it five seconds late."""
    (tmp_path / "x.srt").write_text(SUBTITLES)
    made = tmp_path / "x.mkv"
    ffmpeg(
        *picture(),
        *beeps([1.0]),
        *("-i", tmp_path / "x.srt", "-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-c:s", "subrip"),
        *("-output_ts_offset", "5", made),
    )
    assert run("probe", "--movie", made, "--output", tmp_path / "probe.json").returncode == 0
    return made


@pytest.mark.parametrize("source", ["file", "track"])
def test_the_times_of_a_file_and_of_a_track_count_from_the_first_picture(movie: Path, source: str) -> None:
    folder = movie.parent
    options = ["--subtitles", folder / "x.srt"] if source == "file" else ["--stream", 2]
    common = ["--movie", movie, "--probe", folder / "probe.json", "--language", "hi", "--output", folder / "asr.json"]
    done = run("use_existing", *options, *common)
    assert done.returncode == 0, done.stderr
    made = read(folder / "asr.json", Asr)
    assert [one.text for one in made.segments] == ["तुम कहाँ थे?", "घर पर।"]
    assert [one.start for one in made.segments] == pytest.approx([1.0, 2.5], abs=0.05)
    assert (made.language, made.backend, made.status) == ("hi", "subtitles", "ok")


def test_a_file_that_is_late_is_first_put_in_step_where_that_is_asked(movie: Path) -> None:
    folder = movie.parent
    starts = [0.3, 0.9, 1.2, 2.0, 2.7, 3.3]
    late = "".join(
        f"{number}\n00:00:{at + 7:06.3f} --> 00:00:{at + 7.2:06.3f}\nघर पर।\n\n".replace(".", ",")
        for number, at in enumerate(starts, start=1)
    )
    (folder / "late.srt").write_text(late)
    speech = Speech(segments=[Segment(start=at, end=at + 0.2) for at in starts], method="silero", duration=4)
    write(folder / "speech.json", speech)
    options = ["--subtitles", folder / "late.srt", "--speech", folder / "speech.json", "--language", "hi"]
    done = run(
        "use_existing", *options, "--movie", movie, "--probe", folder / "probe.json", "--output", folder / "asr.json"
    )
    assert done.returncode == 0, done.stderr
    assert [one.start for one in read(folder / "asr.json", Asr).segments] == pytest.approx(starts, abs=0.1)


def test_a_track_that_is_no_text_is_one_line(movie: Path) -> None:
    folder = movie.parent
    common = ["--movie", movie, "--probe", folder / "probe.json", "--language", "hi", "--output", folder / "asr.json"]
    done = run("use_existing", "--stream", 0, *common)
    assert done.returncode == 1
    assert "its subtitle track 0 cannot be read" in done.stderr.splitlines()[-1]
    assert not (folder / "asr.json").exists()


def test_a_file_beside_a_film_whose_picture_begins_late_counts_as_players_do(tmp_path: Path) -> None:
    film = make(tmp_path / "late.mkv", "-itsoffset", 1.5, *picture(4), *beeps([0.5], 5), sound="ac3")
    (tmp_path / "late.srt").write_text("1\n00:00:02,500 --> 00:00:03,500\nHello\n\n")
    assert run("probe", "--movie", film, "--output", tmp_path / "p.json").returncode == 0
    files = ["--subtitles", tmp_path / "late.srt", "--probe", tmp_path / "p.json", "--output", tmp_path / "asr.json"]
    assert run("use_existing", *files, "--movie", film, "--language", "en").returncode == 0
    assert [one.start for one in read(tmp_path / "asr.json", Asr).segments] == pytest.approx([1.0], abs=0.03)
