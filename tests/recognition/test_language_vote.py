"""The language of a movie is not that of its first song."""

import pytest

from moviesubs.contracts import Segment
from moviesubs.errors import UserError
from moviesubs.recognition.language_vote import shares, unclear, vote, windows


def test_the_majority_wins_over_a_sure_first_window() -> None:
    prayer = {"sa": 0.98, "hi": 0.01}
    assert next(iter(vote([prayer, {"hi": 0.7, "ur": 0.3}, {"hi": 0.6, "ur": 0.4}]))) == "hi"


def test_languages_that_the_project_does_not_know_cannot_win() -> None:
    assert next(iter(vote([{"nn": 0.9, "hi": 0.1, "xx": 0.9}]))) in ("nn", "hi")
    assert "xx" not in vote([{"xx": 1.0, "hi": 0.0}])


def test_without_speech_there_is_no_vote() -> None:
    with pytest.raises(UserError, match="name the language"):
        vote([])


def test_the_windows_are_spread_over_the_movie_and_the_longest_of_their_part() -> None:
    chunks = [Segment(start=k, end=k + (0.9 if k % 10 == 5 else 0.5)) for k in range(70)]
    assert [one.start for one in windows(chunks)] == [5, 15, 25, 35, 45, 55, 65]
    assert windows(chunks[:2]) == chunks[:2]
    assert windows([]) == []


def test_other_languages_are_found_in_a_sample_where_they_are_sure() -> None:
    sample = [Segment(start=4.0 * k, end=4.0 * k + 2) for k in range(10)]
    hindi, english, unsure = {"hi": 0.9, "en": 0.05}, {"hi": 0.1, "en": 0.88}, {"hi": 0.4, "en": 0.5}
    found = shares(sample, [hindi] * 7 + [english, unsure, english], "hi")
    assert list(found) == ["hi", "en"] and abs(found["en"] - 0.2) < 1e-9
    assert shares(sample, [hindi] * 9 + [unsure], "hi") == {}
    assert shares([], [], "hi") == {}


def test_speech_that_is_hardly_in_the_language_of_the_film_is_said_even_where_nothing_else_is_sure() -> None:
    sample = [Segment(start=4.0 * k, end=4.0 * k + 2) for k in range(10)]
    english, unknown, hindi = {"en": 0.95, "hi": 0.001}, {"fi": 0.48, "ro": 0.3, "en": 0.05}, {"hi": 0.9}
    assert abs(unclear(sample, [english] * 6 + [unknown] * 4, "en") - 0.4) < 1e-9
    assert unclear(sample, [english] * 9 + [unknown], "en") == 0.0
    assert unclear(sample, [english] * 6 + [hindi] * 4, "en") == 0.0  # that is known: it is a share
    short = [Segment(start=4.0 * k, end=4.0 * k + 0.6) for k in range(10)]
    assert unclear(short, [unknown] * 10, "en") == 0.0
    assert unclear([], [], "en") == 0.0
