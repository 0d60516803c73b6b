"""What the aligner hears by itself, and how far it is from the recogniser's text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moviesubs.alignment.second_ear import character_error_rate, is_poor_ear

WORD = st.text("abc ", max_size=12)


def levenshtein(first: str, second: str) -> int:
    """The definition, slowly."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        row, old = [i], row
        for j, b in enumerate(second, start=1):
            row.append(min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (a != b)))
    return row[-1]


@settings(deadline=None)  # the first example imports numpy
@given(WORD, WORD)
def test_the_error_rate_is_levenshteins_distance(first: str, second: str) -> None:
    a, b = first.replace(" ", ""), second.replace(" ", "")
    assert character_error_rate(first, second) == pytest.approx(levenshtein(a, b) / len(a) if a else 0.0)


def test_an_ear_that_differs_from_more_than_a_third_of_the_texts_is_poor() -> None:
    assert not is_poor_ear(0, 0)
    assert not is_poor_ear(1, 3)
    assert is_poor_ear(2, 5)
