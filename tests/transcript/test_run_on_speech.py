"""Speech without punctuation is cut where a person would breathe, never blindly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moviesubs.contracts import Segment
from moviesubs.language import text
from moviesubs.language.line_breaks import glued, line_breaks
from moviesubs.transcript.run_on_speech import at_pauses, shortened
from moviesubs.transcript.word_matching import TimedWord, estimate

ENGLISH = line_breaks("en")


def said(*parts: str | float, rate: float = 0.4) -> list[TimedWord]:
    """Words, each of the same length; numbers are pauses in seconds, "|" begins a new segment."""
    words: list[TimedWord] = []
    at, segment = 0.0, 0
    for part in parts:
        if isinstance(part, float):
            at += part
            continue
        for word in part.split():
            if word == "|":
                segment += 1
                continue
            words.append(TimedWord(text.Piece(word, True), at, at + rate, 0.9, True, segment))
            at += rate
    return words


def texts(parts: list[list[TimedWord]]) -> list[str]:
    return [text.join([word.piece for word in part]) for part in parts]


def test_a_sentence_that_is_a_little_too_long_is_not_cut_in_the_middle_of_nothing() -> None:
    words = said(
        "the whole morning they told everybody in this little town how the old bridge fell down one cold day in May",
        rate=1.05,
    )
    assert words[-1].end > 20
    assert texts(shortened(words, 20, ENGLISH)) == [text.join([word.piece for word in words])]


def test_run_on_speech_is_cut_before_a_conjunction_rather_than_elsewhere() -> None:
    words = said(
        "he told them all about the long journey over the high mountains but nobody in the room believed a single word",
        rate=1.1,
    )
    first, second = texts(shortened(words, 20, ENGLISH))
    assert first.endswith("mountains") and second.startswith("but nobody")


def test_a_pause_or_a_clause_is_a_good_place() -> None:
    paused = said(
        "one day in the autumn my old uncle came home", 0.6, "he had no money left to pay for anything", rate=1.05
    )
    assert texts(shortened(paused, 20, ENGLISH))[1].startswith("he had")
    clause = said("one day in the autumn my old uncle came home, he had no money left to pay for anything", rate=1.15)
    assert texts(shortened(clause, 20, ENGLISH))[0].endswith("home,")


def test_what_never_pauses_is_cut_at_twice_the_length() -> None:
    words = said(" ".join(["word"] * 50), rate=1.0)
    parts = shortened(words, 20, ENGLISH)
    assert len(parts) > 1 and all(part[-1].end - part[0].start <= 40 for part in parts)


WORDS = ["the", "of", "in", "but", "and", "home", "Mr.", "5", "kg", "he", "she", "said,", "walked"]


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=80))
def test_no_word_is_lost_and_nothing_that_belongs_together_is_cut(written: list[str]) -> None:
    words = said(*written, rate=1.0)
    parts = shortened(words, 10, ENGLISH)
    assert [word for part in parts for word in part] == words
    for before, after in zip(parts, parts[1:], strict=False):
        assert not glued(before[-1].piece.text, after[0].piece.text, ENGLISH)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (said("good morning", 0.8, "how are you"), ["good morning", "how are you"]),
        (
            said("good morning", 0.8, "how are you."),
            ["good morning how are you."],
        ),  # its end is known: it is one sentence
        (said("good morning", 0.4, "how are you"), ["good morning how are you"]),
        (said("good morning", 0.4, "| how are you"), ["good morning", "how are you"]),
    ],
)
def test_text_that_no_punctuation_ends_is_cut_at_pauses(words: list[TimedWord], expected: list[str]) -> None:
    assert texts(at_pauses(words, 0.7, punctuated=False)) == expected


def test_scripts_without_spaces_are_cut_at_shorter_pauses() -> None:
    def written(characters: str, at: float) -> list[TimedWord]:
        return [
            TimedWord(text.Piece(character, False), at + 0.2 * k, at + 0.2 * k + 0.2, 0.9, True, 0)
            for k, character in enumerate(characters)
        ]

    words = [*written("你好世界", 0.0), *written("一二三四五", 1.4)]
    assert texts(at_pauses(words, 0.7, punctuated=False)) == ["你好世界", "一二三四五"]


def test_estimates_lie_in_speech() -> None:
    pieces = [text.Piece(word, True) for word in ["one", "two", "six", "ten"]]
    speech = [Segment(start=1, end=2), Segment(start=8, end=9)]
    timed = estimate(pieces, 0, 10, speech)
    assert [round(word.start, 1) for word in timed] == [1.0, 1.5, 8.0, 8.5]
    assert all(any(one.start <= word.start <= word.end <= one.end for one in speech) for word in timed)
    assert estimate(pieces, 3, 7, speech) == estimate(pieces, 3, 7)
