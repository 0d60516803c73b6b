"""Loops are cut, what people do repeat is not; nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moviesubs.recognition.loops import cut_loops


@pytest.mark.parametrize(
    ("text", "kept", "removed"),
    [
        ("मैं घर जा रहा हूँ।", "मैं घर जा रहा हूँ।", ""),
        ("नहीं नहीं नहीं, ऐसा मत करो", "नहीं नहीं नहीं, ऐसा मत करो", ""),
        ("अच्छा। " + "मैं आया। " * 7, "अच्छा। मैं आया। मैं आया।", "मैं आया। मैं आया। मैं आया। मैं आया। मैं आया।"),
        ("go on, " * 6 + "go", "go on, go on,", "go on, go on, go on, go on, go"),
        ("yes Yes, YES! " * 4 + "no", "yes Yes, no", "YES! yes Yes, YES! yes Yes, YES! yes Yes, YES!"),
        ("हा" * 40, "हा हा", " ".join(["हा"] * 38)),
        ("", "", ""),
    ],
)
def test_loops_are_cut_and_what_is_cut_is_kept_apart(text: str, kept: str, removed: str) -> None:
    assert tuple(part.strip() for part in cut_loops(text)) == (kept, removed)


@given(st.lists(st.sampled_from(["a", "b", "c", "घर", "घर।"]), max_size=60))
def test_no_word_is_lost_or_invented(words: list[str]) -> None:
    kept, removed = cut_loops(" ".join(words))
    assert sorted([*kept.split(), *removed.split()]) == sorted(words)


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=40))
def test_what_is_cut_has_no_loop_left_in_front(words: list[str]) -> None:
    kept, _ = cut_loops(" ".join(words))
    assert "a a a a a a a a" not in kept and "a b a b a b a b a b a b" not in kept or len(kept) < len(" ".join(words))
