"""Names of movies that lie in folders."""

import os

from hypothesis import given
from hypothesis import strategies as st

from moviesubs.library.naming import key, name_movies, one_of_each
from moviesubs.library.search import MovieFile, SearchResult

ROOT = "/films"


def movie_files(*paths: str, root: str = ROOT) -> list[MovieFile]:
    result = SearchResult()
    for path in paths:
        folder, name = os.path.split(f"{root}/{path}")
        result.take(f"{folder}/", name, root)
    return result.movies


def named(*paths: str) -> dict[str, str]:
    names, _ = name_movies(movie_files(*paths))
    return {name: os.path.relpath(path, ROOT) for name, path in names.items()}


def test_a_movie_is_called_like_its_file() -> None:
    assert named("Sholay (1975)/Sholay (1975).mkv", "x.y.mp4") == {
        "Sholay (1975)": "Sholay (1975)/Sholay (1975).mkv",
        "x.y": "x.y.mp4",
    }


def test_movies_of_one_name_are_called_by_what_tells_their_folders_apart() -> None:
    assert list(named("Show/Season 1/Pilot.mkv", "Show/Season 2/Pilot.mkv", "Show/Season 2/Other.mkv")) == [
        "Season 1 - Pilot",
        "Season 2 - Pilot",
        "Other",
    ]
    assert list(named("A/Season 1/Pilot.mkv", "B/Season 1/Pilot.mkv")) == ["A - Pilot", "B - Pilot"]
    assert list(named("Pilot.mkv", "old/Pilot.mkv")) == ["Pilot", "old - Pilot"]


def test_folders_of_one_name_within_several_that_are_searched_are_told_apart_by_those() -> None:
    files = movie_files("a/x.mkv", root="/disk1/films") + movie_files("a/x.mkv", root="/disk2/films")
    assert list(name_movies(files)[0]) == ["disk1 - x", "disk2 - x"]


def test_names_that_some_file_systems_hold_for_the_same_are_told_apart() -> None:
    assert list(named("a/Sholay.mkv", "b/SHOLAY.mkv")) == ["a - Sholay", "b - SHOLAY"]


def test_a_movie_that_has_the_name_made_for_another_is_left_out_and_the_others_are_not() -> None:
    names, left_out = name_movies(movie_files("a/x.mkv", "b/x.mkv", "c/a - x.mkv"))
    assert list(names) == ["a - x", "b - x"]
    assert len(left_out) == 1 and "/films/c/a - x.mkv: would have the same results as /films/a/x.mkv" in left_out[0]


def test_the_same_film_in_two_containers_is_one_and_the_warning_names_the_other() -> None:
    kept, warnings = one_of_each(movie_files("a/x.avi", "a/x.mkv", "a/x.mp3", "b/x.mp4"))
    assert [file.path for file in kept] == ["/films/a/x.mkv", "/films/b/x.mp4"]
    assert len(warnings) == 1
    assert "/films/a/x.mkv" in warnings[0]
    assert "x.avi, x.mp3" in warnings[0]


PART = st.text(st.sampled_from("abAB "), min_size=1, max_size=3).filter(lambda part: part.strip() == part)


@given(st.sets(st.tuples(st.lists(PART, max_size=3).map(tuple), PART), min_size=1, max_size=8))
def test_no_two_movies_have_names_that_any_file_system_confuses(tree: set[tuple[tuple[str, ...], str]]) -> None:
    kept, _ = one_of_each(movie_files(*("/".join([*folders, f"{stem}.mkv"]) for folders, stem in sorted(tree))))
    names, left_out = name_movies(kept)  # left out: in folders whose names differ by case alone
    assert len(names) + len(left_out) == len(kept)
    assert len({key(name) for name in names}) == len(names)


def test_a_file_without_an_ending_keeps_its_whole_name() -> None:
    files = [MovieFile("/films/Dr. No", "/films/", "Dr. No", ROOT), *movie_files("Dr. No.mkv")]
    assert [file.path for file in one_of_each(files)[0]] == ["/films/Dr. No.mkv"]
    names, _ = name_movies(files[:1])
    assert list(names) == ["Dr. No"]
