"""Every word gets a time inside its segment, and an aligner looks only for what is said aloud."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moviesubs.alignment.unaligned_words import SLOWEST_LETTER, fill, spoken, words_of
from moviesubs.contracts import Word

DEVANAGARI = frozenset("अआइईकखगघचजटडतदनपबमयरलवशसहािीुूेैोौं़्")

WORD = st.text("कखगa1", min_size=1, max_size=8)
TIME = st.one_of(st.none(), st.tuples(st.floats(-5, 40), st.floats(-5, 40), st.floats(0, 1)))

#: (start, end, score)
Time = tuple[float, float, float]


def placed(words: list[str], times: "list[Time | None]", start: float, end: float) -> list[Word]:
    """Fills the gaps between words of which some have a time."""
    known = [
        time and Word(word=word, start=time[0], end=time[1], score=time[2])
        for word, time in zip(words, times, strict=True)
    ]
    return fill(words, known, start, end)


@settings(deadline=None)
@given(st.lists(st.tuples(WORD, TIME), max_size=12), st.floats(0, 10), st.floats(0, 20))
def test_words_stay_in_order_inside_their_segment(
    pairs: list[tuple[str, Time | None]], start: float, length: float
) -> None:
    words, times = [word for word, _ in pairs], [time for _, time in pairs]
    filled = placed(words, times, start, start + length)
    assert [word.word for word in filled] == words
    assert all(start <= word.start <= word.end <= start + length for word in filled)
    assert all(before.end <= after.start for before, after in zip(filled, filled[1:], strict=False))
    assert [word.score is None for word in filled] == [time is None for time in times]


def test_good_times_are_kept_as_they_are() -> None:
    filled = placed(["एक", "दो"], [(1.0, 1.5, 0.9), (2.0, 2.25, 0.8)], 0.5, 3.0)
    assert [(word.start, word.end, word.score) for word in filled] == [(1.0, 1.5, 0.9), (2.0, 2.25, 0.8)]


def test_a_gap_is_shared_by_length() -> None:
    filled = placed(["क", "₹", "500", "ख"], [(0.0, 1.0, 1.0), None, None, (3.0, 4.0, 1.0)], 0, 5)
    assert [(word.start, word.end) for word in filled[1:3]] == [(1.0, 1.5), (1.5, 3.0)]


def test_at_the_edge_of_a_segment_a_word_takes_no_more_than_slow_speech() -> None:
    filled = placed(["12", "क", "34"], [None, (10.0, 11.0, 1.0), None], 0, 20)
    assert filled[0].start == pytest.approx(10 - 2 * SLOWEST_LETTER) and filled[0].end == 10
    assert filled[2].start == 11 and filled[2].end == pytest.approx(11 + 2 * SLOWEST_LETTER)


@pytest.mark.parametrize(
    ("word", "sought"),
    [("घर।", "घर"), ("“नमस्ते,", "नमस्ते"), ("—", ""), ("।", ""), ("500", "500"), ("₹500!", "₹500"), ("B.A.", "BA"),
     ("क्‍या", "क्या"), ("बड\u093cा", "बड\u093cा"), ("\u095b", "ज\u093c")],
)  # fmt: skip
def test_an_aligner_looks_for_what_is_said(word: str, sought: str) -> None:
    assert spoken(word, DEVANAGARI) == sought


def test_letters_are_written_as_the_model_knows_them() -> None:
    parts, letter = "ज\u093c", "\u095b"
    assert spoken(parts, frozenset({letter})) == spoken(letter, frozenset({letter})) == letter
    assert spoken(parts, frozenset(parts)) == spoken(letter, frozenset(parts)) == parts
    assert spoken("கொ", frozenset("கொ")) == "கொ" and spoken("கொ", frozenset("கொ")) == "கொ"


def test_punctuation_that_the_model_knows_stays() -> None:
    assert spoken("don't,", frozenset("dont'")) == "don't"


def test_words_without_spaces_are_characters() -> None:
    assert words_of("राम घर गया।", "hi") == ["राम", "घर", "गया।"]
    assert words_of("你好 吗", "zh") == ["你", "好", "吗"]
