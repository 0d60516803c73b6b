"""Languages of Matroska tracks as BCP 47 has them."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import media

from moviesubs.errors import UserError
from moviesubs.media.matroska_languages import elements, languages, with_room, write_languages

SRT = "1\n00:00:00,500 --> 00:00:01,500\nnamaste\n"


def movie(folder: Path, *titles: str, suffix: str = "mkv") -> Path:
    """A movie with a subtitle track for each title; what FFmpeg writes by default has a check sum of the tracks."""
    (folder / "s.srt").write_text(SRT)
    path = folder / f"movie.{suffix}"
    inputs = [word for _ in titles for word in ("-i", folder / "s.srt")]
    maps = [word for number in range(len(titles) + 1) for word in ("-map", number)]
    names = [word for number, title in enumerate(titles) for word in (f"-metadata:s:s:{number}", f"title={title}")]
    media.ffmpeg(*media.picture(2), *inputs, *maps, "-c:v", "mpeg4", *names, path)
    return path


def titles_of(path: Path) -> list[str | None]:
    return [one["tags"].get("title") for one in media.look(path)["streams"]]


def test_languages_are_written_and_names_are_what_they_were(tmp_path: Path) -> None:
    path = movie(tmp_path, with_room("Hindi (Roman)", "hi-Latn"), "English", with_room("", "pt-BR"))
    assert languages(path) == {}
    size = path.stat().st_size
    write_languages(path, {1: "hi-Latn", 3: "pt-BR"})
    assert languages(path) == {1: "hi-Latn", 3: "pt-BR"}
    assert titles_of(path) == [None, "Hindi (Roman)", "English", None]
    assert path.stat().st_size == size


def test_a_long_name_keeps_its_width(tmp_path: Path) -> None:
    long = "x" * 126
    path = movie(tmp_path, with_room(long, "sr-Cyrl"))
    write_languages(path, {1: "sr-Cyrl"})
    assert (titles_of(path)[1], languages(path)) == (long, {1: "sr-Cyrl"})


def test_other_files_have_none_and_a_track_without_room_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "text.mkv").write_text("no movie")
    (tmp_path / "empty.mkv").touch()
    assert languages(tmp_path / "text.mkv") == languages(tmp_path / "empty.mkv") == {}
    path = movie(tmp_path, "English")
    before = path.read_bytes()
    with pytest.raises(UserError, match="track 1 has no room for its language"):
        write_languages(path, {1: "en-IN"})
    assert path.read_bytes() == before


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_end(data: bytes) -> None:
    with suppress(ValueError, IndexError):
        assert all(one.end > one.start for one in elements(data, 0, len(data)))
