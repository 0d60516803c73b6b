"""Subtitle files beside movies, in a library that is full of other people's files."""

import os
from pathlib import Path

import pytest

from moviesubs.contracts import Published
from moviesubs.errors import UserError
from moviesubs.library.publishing import name_beside, publish, unpublish

NOTHING = Published(files=[])


@pytest.fixture
def track(tmp_path: Path) -> tuple[Path, Path]:
    """A track, and where it goes."""
    (tmp_path / "films").mkdir()
    made = tmp_path / "results" / "x" / "x.en.srt"
    made.parent.mkdir(parents=True)
    made.write_text("ours")
    return made, tmp_path / "films" / "Sholay.en.srt"


@pytest.mark.parametrize(
    ("track", "beside"),
    [
        ("a - Sholay.en.srt", "Sholay (1975).mp4.en.srt"),
        ("a - Sholay.hi-Latn.srt", "Sholay (1975).mp4.hi-Latn.srt"),
        ("a - Sholay.en.forced.srt", "Sholay (1975).mp4.en.forced.srt"),
        ("a - Sholay.hi.sdh.ass", "Sholay (1975).mp4.hi.sdh.ass"),
    ],
)
def test_a_track_is_called_like_the_movie_file_its_language_and_kind(track: str, beside: str) -> None:
    assert name_beside(Path("/films/Sholay (1975).mp4.mkv"), Path("r") / track, "a - Sholay") == Path("/films") / beside


def publish_one(track: tuple[Path, Path], record: Published, overwrite: bool = False) -> tuple[Published, list[str]]:
    return publish([track], record, track[0].parent / "replaced", overwrite=overwrite)


def test_a_new_version_replaces_ours_and_unpublish_takes_it_back(track: tuple[Path, Path]) -> None:
    record, left = publish_one(track, NOTHING)
    assert (track[1].read_text(), left) == ("ours", [])
    track[0].write_text("ours, better")
    record, left = publish_one(track, record)
    assert (track[1].read_text(), left) == ("ours, better", [])
    after, removed, lines = unpublish(record)
    assert (after, removed, lines) == (NOTHING, [str(track[1])], [])
    assert list(track[1].parent.iterdir()) == []


def test_a_file_of_somebody_else_is_never_touched(track: tuple[Path, Path]) -> None:
    track[1].write_text("theirs")
    record, left = publish_one(track, NOTHING)
    assert track[1].read_text() == "theirs"
    assert (len(left), record) == (1, NOTHING)
    unpublish(record)
    assert track[1].read_text() == "theirs"


def test_a_published_file_that_a_person_has_edited_is_theirs(track: tuple[Path, Path]) -> None:
    record, _ = publish_one(track, NOTHING)
    track[1].write_text("edited")
    track[0].write_text("ours, better")
    record, left = publish_one(track, record)
    assert (track[1].read_text(), len(left)) == ("edited", 1)
    _, removed, lines = unpublish(record)
    assert (track[1].read_text(), removed, len(lines)) == ("edited", [], 1)


def test_what_is_overwritten_comes_back(track: tuple[Path, Path]) -> None:
    track[1].write_text("theirs")
    record, left = publish_one(track, NOTHING, overwrite=True)
    assert (track[1].read_text(), left) == ("ours", [])
    track[0].write_text("ours, better")
    record, _ = publish_one(track, record, overwrite=True)
    assert track[1].read_text() == "ours, better"
    unpublish(record)
    assert track[1].read_text() == "theirs"


def test_a_language_that_is_no_longer_wanted_stays_in_the_record(track: tuple[Path, Path]) -> None:
    record, _ = publish_one(track, NOTHING)
    record, _ = publish([], record, track[0].parent, overwrite=False)
    assert track[1].exists()
    unpublish(record)
    assert not track[1].exists()


def test_the_same_file_without_a_record_is_ours(track: tuple[Path, Path]) -> None:
    publish_one(track, NOTHING)
    record, left = publish_one(track, NOTHING)
    assert (len(record.files), left) == (1, [])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_one_clear_line(track: tuple[Path, Path]) -> None:
    track[1].parent.chmod(0o555)
    with pytest.raises(UserError, match="no subtitles can be put beside the movie"):
        publish_one(track, NOTHING)


def test_a_folder_that_is_no_folder_any_more_is_one_clear_line(track: tuple[Path, Path]) -> None:
    track[1].parent.rmdir()
    track[1].parent.write_text("")
    with pytest.raises(UserError, match="no subtitles can be put beside the movie"):
        publish_one(track, NOTHING)
