"""Folders of movies, as they lie on people's disks."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from moviesubs.errors import UserError
from moviesubs.library.search import left_out, search
from moviesubs.workflow.settings import load_config

DEFAULT = load_config({})["movies"]["leave_out"]


def library(folder: Path, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def names(folder: Path, *patterns: str) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in search([folder], patterns or DEFAULT).movies]


def test_folders_are_searched_through_all_levels(tmp_path: Path) -> None:
    library(tmp_path, "Sholay (1975)/Sholay (1975).mkv", "Series/Panchayat/Season 1/S01E01.MP4", "loose.avi", "a.txt")
    assert names(tmp_path) == ["Series/Panchayat/Season 1/S01E01.MP4", "Sholay (1975)/Sholay (1975).mkv", "loose.avi"]


def test_what_is_no_movie_of_its_own_is_left_out(tmp_path: Path) -> None:
    library(
        tmp_path,
        "Sholay/Sholay.mkv",
        "Sholay/._Sholay.mkv",
        "Sholay/.hidden/x.mkv",
        "Sholay/Sample/sholay-sample.mkv",
        "Sholay/sample.mkv",
        "Sholay/Sholay-trailer.mp4",
        "Sholay/Sholay.sample.mkv",
        "Sholay/Behind The Scenes/making of.mkv",
        "Sholay/Featurettes/songs.mkv",
        "Sholay/extras/a.mkv",
        "Sholay/theme.mp3",
        "@eaDir/Sholay.mkv",
        "#recycle/old.mkv",
        "Free Samples/Free Samples.mkv",
        "The Trailers/The Trailers.mkv",
    )
    assert names(tmp_path) == ["Free Samples/Free Samples.mkv", "Sholay/Sholay.mkv", "The Trailers/The Trailers.mkv"]


def test_the_rule_can_be_set(tmp_path: Path) -> None:
    library(tmp_path, "a/extras/b.mkv", "a/a.mkv", "a/a (workprint).mkv", ".hidden.mkv")
    assert names(tmp_path, ".*", "*(workprint).*") == ["a/a.mkv", "a/extras/b.mkv"]


def test_a_pattern_is_for_folders_for_files_or_for_both() -> None:
    assert left_out(("extras/",), folder=True).match("Extras".casefold())
    assert not left_out(("extras/",), folder=False).match("extras".casefold())
    assert left_out(("*-trailer.*",), folder=False).match("a-trailer.mkv".casefold())
    assert not left_out(("*-trailer.*",), folder=True).match("a-trailer.d".casefold())
    assert left_out((".*",), folder=True).match(".git".casefold())


def test_several_folders_one_within_the_other_give_each_movie_once(tmp_path: Path) -> None:
    library(tmp_path, "films/a.mkv", "films/old/b.mkv", "shows/c.mkv")
    result = search([tmp_path / "films", tmp_path / "films/old", tmp_path / "shows"], [])
    assert [Path(file.path).name for file in result.movies] == ["a.mkv", "b.mkv", "c.mkv"]


def test_links_to_folders_are_followed_and_a_loop_of_links_ends(tmp_path: Path) -> None:
    library(tmp_path, "disk/a.mkv")
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "more").symlink_to(tmp_path / "disk")
    (tmp_path / "disk" / "loop").symlink_to(tmp_path / "library")
    assert names(tmp_path / "library") == ["more/a.mkv"]


def test_a_link_to_itself_and_a_folder_that_cannot_be_read_stop_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.mkv").touch()
    (tmp_path / "loop.mkv").symlink_to("loop.mkv")
    (tmp_path / "bad").mkdir()
    scandir = os.scandir

    def on_a_bad_disk(folder: Path) -> Any:  # root may read everything, so permissions do not show it
        if folder.name == "bad":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", on_a_bad_disk)
    result = search([tmp_path], DEFAULT)
    assert [Path(file.path).name for file in result.movies] == ["good.mkv", "loop.mkv"]
    assert result.lines() == [f"left out: {tmp_path}/bad cannot be searched: Input/output error"]


def test_results_within_the_library_are_not_taken_for_movies(tmp_path: Path) -> None:
    library(tmp_path, "a.mkv", "results/a/a.mkv")
    result = search([tmp_path], DEFAULT, skip=[tmp_path / "results"])
    assert [file.path for file in result.movies] == [str(tmp_path / "a.mkv")]


@pytest.mark.parametrize(("name", "problem"), [("nowhere", "there is no such folder"), ("file", "is no folder")])
def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=problem):
        search([tmp_path / name], [])


def test_a_long_search_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library(tmp_path, "a/a.mkv", "b/b.mkv")
    monkeypatch.setattr("moviesubs.library.search.PATIENCE", -1.0)
    said: list[str] = []
    search([tmp_path], [], report=said.append)
    assert said[-1] == f"searching {tmp_path}: 2 files, 2 movies so far, in {tmp_path / 'b'}"


def test_what_is_left_out_is_said_but_not_what_systems_hide(tmp_path: Path) -> None:
    library(
        tmp_path,
        "Deewaar/VIDEO_TS/VTS_01_1.VOB",
        "Don/BDMV/STREAM/00001.m2ts",
        "Sholay/Sholay.mkv",
        "Sholay/Sholay-trailer.mp4",
        "Sholay/extras/songs.mkv",
        "Sholay/._Sholay.mkv",
        "@eaDir/Sholay.mkv",
        "#recycle/old.mkv",
    )
    discs, passed_over = search([tmp_path], DEFAULT).lines()
    assert f"{tmp_path}/Deewaar/VIDEO_TS, {tmp_path}/Don/BDMV; give" in discs
    assert passed_over.endswith(f": {tmp_path}/Sholay/Sholay-trailer.mp4, {tmp_path}/Sholay/extras")


HEADS = {"Sholay": b"\x1aE\xdf\xa3", "Dr. No": b"\0\0\0\x20ftypisom", "stream": (b"G" + bytes(187)) * 6}


def test_files_without_an_ending_are_taken_where_they_begin_like_movies(tmp_path: Path) -> None:
    for name, head in HEADS.items():
        (tmp_path / name).write_bytes(head + bytes(100))
    (tmp_path / "README").write_text("Get films here.\n")
    os.mkfifo(tmp_path / "pipe")
    assert names(tmp_path) == sorted(HEADS)


def test_other_endings_of_what_looks_like_a_movie_are_named_and_downloads_are_not(tmp_path: Path) -> None:
    for name in ("Sholay.film", "Don.mkv.part", "Don.mkv.crdownload", "cover.jpg"):
        (tmp_path / name).write_bytes(b"\x1aE\xdf\xa3" + bytes(100))
    assert names(tmp_path) == []
    (line,) = search([tmp_path], DEFAULT).lines()
    assert f"{tmp_path}/Sholay.film; rename" in line
