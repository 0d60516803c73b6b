"""Disagreement of the aligner's own ear says something only where it is the exception."""

import pytest

from moviesubs.alignment.segments import without_a_poor_ear
from moviesubs.contracts import AsrSegment, Word
from moviesubs.flags import Flag


@pytest.mark.parametrize(("flagged", "left"), [(1, 1), (2, 2), (3, 0), (6, 0)])
def test_an_ear_that_disagrees_everywhere_flags_nothing(flagged: int, left: int) -> None:
    word = [Word(word="a", start=0, end=1)]
    flag = Flag.HEARD_OTHERWISE
    segments = [
        AsrSegment(start=k, end=k + 1, text="a", words=word, flags=[flag] if k < flagged else []) for k in range(6)
    ]
    assert sum(flag in one.flags for one in without_a_poor_ear(segments)) == left
