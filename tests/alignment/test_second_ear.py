"""What the aligner hears by itself, and how far it is from the recogniser's text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moviesubs.alignment.second_ear import character_error_rate, greedy_text

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


def test_repeats_and_blanks_are_no_letters() -> None:
    letters = {1: "a", 2: "b", 3: "|"}
    assert greedy_text([0, 1, 1, 0, 1, 3, 3, 2, 2, 0], letters, 0) == "aa b"
