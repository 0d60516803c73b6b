"""Whisper's time tokens cut its text."""

from hypothesis import given
from hypothesis import strategies as st

from moviesubs.recognition.timestamps import Piece, pieces

ZERO = 1000


def test_text_stands_between_its_times() -> None:
    tokens = [ZERO, 5, 6, ZERO + 200, ZERO + 250, 7, ZERO + 400]
    assert pieces(tokens, ZERO, 10.0) == [Piece(0.0, 4.0, (5, 6)), Piece(5.0, 8.0, (7,))]


def test_text_without_an_end_goes_on_to_the_end_of_the_sound() -> None:
    assert pieces([ZERO, 5, ZERO + 50, ZERO + 50, 6], ZERO, 3.0) == [Piece(0.0, 1.0, (5,)), Piece(1.0, 3.0, (6,))]
    assert pieces([5, 6], ZERO, 3.0) == [Piece(0.0, 3.0, (5, 6))]  # a model that writes no times
    assert pieces([ZERO, ZERO + 50, ZERO + 50], ZERO, 3.0) == []


@given(st.lists(st.integers(0, ZERO + 1500), max_size=60), st.floats(0.1, 30))
def test_no_text_is_lost_and_time_goes_on(tokens: list[int], length: float) -> None:
    found = pieces(tokens, ZERO, length)
    assert [token for piece in found for token in piece.tokens] == [token for token in tokens if token < ZERO]
    times = [time for piece in found for time in (piece.start, piece.end)]
    assert times == sorted(times) and all(0 <= time <= length for time in times)
