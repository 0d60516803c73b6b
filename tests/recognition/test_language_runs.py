"""Each stretch of a film gets its language; one word does not flip it."""

from hypothesis import given
from hypothesis import strategies as st

from moviesubs.contracts import LanguageStretch, Segment
from moviesubs.recognition.language_runs import LONGEST, assign, spoken_in, stretches


def voters(*lengths: float) -> list[Segment]:
    """Stretches of these lengths, half a second apart."""
    found, at = [], 0.0
    for length in lengths:
        found.append(Segment(start=at, end=at + length))
        at += length + 0.5
    return found


def languages(lengths: list[float], english: list[float], among: tuple[str, ...] = ("hi", "en")) -> list[str]:
    votes = [{"hi": 1 - one, "en": one} for one in english]
    return [one.language for one in assign(voters(*lengths), votes, among)]


def test_a_long_stretch_that_is_sure_flips_and_one_word_does_not() -> None:
    sure = [0.01, 0.02, 0.99, 0.01]
    assert languages([3, 3, 3, 3], sure) == ["hi", "hi", "en", "hi"]
    assert languages([3, 3, 0.5, 3], [0.01, 0.02, 0.9, 0.01]) == ["hi"] * 4
    assert languages([3, 3, 3, 3], [0.01, 0.02, 0.6, 0.01]) == ["hi"] * 4


def test_in_one_breath_a_language_rarely_changes() -> None:
    near = [Segment(start=0, end=3), Segment(start=3.2, end=4.2), Segment(start=5.5, end=8)]
    votes = [{"en": 0.99, "hi": 0.01}, {"en": 0.1, "hi": 0.9}, {"en": 0.01, "hi": 0.99}]
    assert [one.language for one in assign(near, votes, ("hi", "en"))] == ["en", "en", "hi"]


def test_what_was_not_listened_to_belongs_to_its_neighbours() -> None:
    found = assign(voters(3, 0.2, 3), [{"en": 0.99, "hi": 0.01}, {}, {"en": 0.98, "hi": 0.02}], ("hi", "en"))
    assert [one.language for one in found] == ["en"] * 3
    assert found[1].probability == 0.5 and found[0].probability > 0.9
    assert assign([], [], ("hi", "en")) == []


def test_a_recogniser_that_leans_to_one_side_is_read_on_the_film_s_own_scale() -> None:
    """Whisper base takes synthetic Hindi for English more often than not, but is far surer of real English."""
    english = [0.8, 0.6, 0.9, 0.9999, 0.99995, 0.7, 0.85, 0.9999, 0.99999, 0.5]
    expected = ["hi", "hi", "hi", "en", "en", "hi", "hi", "en", "en", "hi"]
    assert languages([3.0] * 10, english) == expected


def test_a_film_in_one_language_is_not_torn_in_two() -> None:
    assert set(languages([3.0] * 8, [0.01, 0.03, 0.02, 0.1, 0.05, 0.02, 0.01, 0.2])) == {"hi"}
    assert set(languages([3.0] * 6, [0.97, 0.99, 0.98, 0.9, 0.95, 0.99])) == {"en"}


def test_three_languages_are_told_apart() -> None:
    votes = [
        {"hi": 0.9, "en": 0.05, "ta": 0.05},
        {"en": 0.9, "hi": 0.05, "ta": 0.05},
        {"ta": 0.9, "hi": 0.05, "en": 0.05},
    ]
    found = assign(voters(3, 3, 3), votes, ("hi", "en", "ta"))
    assert [one.language for one in found] == ["hi", "en", "ta"]


@given(st.lists(st.tuples(st.floats(0.1, 20), st.floats(0, 1)), max_size=30))
def test_every_stretch_of_speech_has_one_language(found: list[tuple[float, float]]) -> None:
    speech = voters(*(length for length, _ in found))
    pieces = stretches(speech, lambda start, end: (start + end) / 2)
    assert all(one.end - one.start <= LONGEST + 1e-9 for one in pieces)
    votes = [{"hi": 1 - found[k % len(found)][1], "en": found[k % len(found)][1]} for k in range(len(pieces))]
    given_back = assign(pieces, votes, ("hi", "en"))
    both = [spoken_in(given_back, code) for code in ("hi", "en")]
    assert (
        abs(sum(one.end - one.start for some in both for one in some) - sum(one.end - one.start for one in speech))
        < 1e-6
    )
    assert all(0 <= one.probability <= 1 for one in given_back)


def test_stretches_of_a_language_that_touch_are_one() -> None:
    found = [
        LanguageStretch(start=start, end=end, language=code, probability=1)
        for start, end, code in ((0, 2, "hi"), (2, 3, "hi"), (3, 4, "en"), (5, 6, "hi"))
    ]
    assert spoken_in(found, "hi") == [Segment(start=0, end=3), Segment(start=5, end=6)]
