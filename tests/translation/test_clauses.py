"""Long texts are cut at sentence ends and clauses; no initial, title or sum is torn, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moviesubs.translation.clauses import parts, sentences, split


def test_sentences_are_cut_at_their_ends_and_not_behind_initials() -> None:
    assert sentences("اے۔ آر۔ رحمان آئے۔ کیا ہوا؟ ٹھیک ہے") == ["اے۔ آر۔ رحمان آئے۔", "کیا ہوا؟", "ٹھیک ہے"]
    assert sentences("वह गया। क्यों? पता नहीं") == ["वह गया।", "क्यों?", "पता नहीं"]
    assert sentences("") == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("कल शाम को मुंबई में वी. पी. सिंह अपने घर से निकले थे", "वी. पी. सिंह"),
        ("last night in Bombay K. L. Saigal left his house", "K. L. Saigal"),
        ("he gave the poor old man there Rs. 5,000 last night", "Rs. 5,000"),
    ],
)
def test_a_cut_tears_no_name(said: str, name: str) -> None:
    for longest in range(len(name) + 1, len(said)):
        cut = split(said, lambda part, longest=longest: len(part) <= longest)  # type: ignore[misc]
        assert " ".join(cut) == said
        assert any(name in part for part in cut) or longest < 2 * len(name)
    assert any(name in part for part in parts(said))


@given(
    st.lists(st.sampled_from(["वी.", "सिंह", "गया।", "गया.", "और", "घर,", "Rs.", "5", "۔", "a"]), max_size=20),
    st.integers(1, 40),
)
def test_no_word_is_lost(words: list[str], longest: int) -> None:
    said = " ".join(words)
    assert " ".join(sentences(said)) == said == " ".join(parts(said))
    cut = split(said, lambda part: len(part) <= longest)
    assert "".join(cut).replace(" ", "") == said.replace(" ", "")
    assert all(len(part) <= longest for part in cut)


def test_a_name_that_does_not_fit_is_cut_between_its_words() -> None:
    assert split("वी. पी. सिंह", lambda part: len(part) <= 8) == ["वी. पी.", "सिंह"]
