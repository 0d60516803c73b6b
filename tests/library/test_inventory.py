"""The tracks of a library's movies are read once."""

import os
from pathlib import Path

import pytest
from support.media import ffmpeg, picture

from moviesubs.library import inventory
from moviesubs.library.inventory import tracks_in


def test_a_movie_is_opened_again_only_when_it_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie, record = tmp_path / "x.mkv", tmp_path / "existing.json"
    (tmp_path / "x.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nWhere?\n")
    ffmpeg(*picture(1), "-i", tmp_path / "x.srt", "-c:v", "libx264", "-metadata:s:s:0", "language=eng", movie)
    opened: list[Path] = []
    real = inventory.embedded
    monkeypatch.setattr(inventory, "embedded", lambda path: opened.append(path) or real(path))
    first = tracks_in([movie, tmp_path / "gone.mkv"], record)
    assert [track.language for track in first[movie]] == ["en"]
    assert tracks_in([movie], record) == first
    assert opened == [movie]
    os.utime(movie, ns=(0, 0))
    assert tracks_in([movie], record) == first
    assert opened == [movie, movie]


def test_a_long_search_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "PATIENCE", -1.0)
    (tmp_path / "x.mkv").touch()
    said: list[str] = []
    tracks_in([tmp_path / "x.mkv"], tmp_path / "existing.json", said.append)
    assert said == ["looking for subtitles in the movies: 1 of 1"]
