"""Words get their times from the aligner's words, however it cut them, and the rest are interpolated."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.transcripts import relaxed, words

from moviesubs.contracts import Word
from moviesubs.language import text
from moviesubs.transcript.word_matching import match, spread


def timed(*entries: tuple[str, float, float]) -> list[Word]:
    return [Word(word=word, start=start, end=end, score=0.5) for word, start, end in entries]


def test_aligned_words_keep_their_times() -> None:
    matched = match(text.pieces("वह आई।"), timed(("वह", 1.0, 1.2), ("आई।", 1.3, 1.7)), 1, 2)
    assert [(one.start, one.end, one.score, one.known) for one in matched] == [
        (1.0, 1.2, 0.5, True),
        (1.3, 1.7, 0.5, True),
    ]


def test_a_number_that_was_not_aligned_lies_between_its_neighbours() -> None:
    matched = match(text.pieces("वहाँ 12 लोग"), timed(("वहाँ", 1.0, 1.2), ("लोग", 1.8, 2.0)), 1, 2)
    assert (matched[1].start, matched[1].end, matched[1].known) == (1.2, 1.8, False)


def test_an_aligners_own_estimates_are_not_taken_for_aligned() -> None:
    words = [Word(word="वहाँ", start=1, end=1.2, score=0.9), Word(word="12", start=1.2, end=1.8)]
    assert [one.known for one in match(text.pieces("वहाँ 12"), words, 1, 2)] == [True, False]
    unscored = [Word(word="वहाँ", start=1, end=1.2)]
    assert match(text.pieces("वहाँ"), unscored, 1, 2)[0].known


def test_words_missing_at_both_ends_stay_within_the_segment() -> None:
    matched = match(text.pieces("5 people came at 6"), timed(("people", 2.0, 2.4), ("came", 2.5, 2.8)), 1.0, 4.0)
    assert matched[0].start == 1.0 and matched[0].end <= 2.0
    assert matched[3].start == 2.8 and matched[4].end == 4.0


def test_single_characters_of_an_aligner_are_put_together() -> None:
    letters = timed(*[(letter, k * 0.1, k * 0.1 + 0.1) for k, letter in enumerate("今日はいい天気")])
    matched = match(text.pieces("今日はいい天気"), letters, 0, 1)
    assert all(one.known for one in matched)
    assert matched[0].start == 0 and matched[-1].end == pytest.approx(0.7)


def test_leading_spaces_of_a_recognisers_words_do_no_harm() -> None:
    matched = match(text.pieces("so it is"), timed((" so", 0, 0.2), (" it", 0.2, 0.3), (" is", 0.4, 0.5)), 0, 1)
    assert [one.start for one in matched] == [0, 0.2, 0.4]


def test_spread_gives_longer_words_and_commas_more_time() -> None:
    first, second, third = spread(text.pieces("I, understandably, go"), 10, 14)
    assert first.start == 10 and third.end == 14
    assert second.end - second.start > 3 * (third.end - third.start)
    assert second.start > first.end


@relaxed
@given(st.lists(words), st.floats(0, 100), st.floats(0, 100))
def test_spread_stays_inside_and_in_order(parts: list[str], start: float, length: float) -> None:
    timed_pieces = spread(text.pieces(text.clean(" ".join(parts))), start, start + length)
    assert all(start <= one.start <= one.end <= start + length for one in timed_pieces)
    assert all(before.end <= after.start for before, after in pairwise(timed_pieces))


@relaxed
@given(st.lists(words, max_size=12), st.data())
def test_every_piece_gets_a_time_whatever_was_aligned(parts: list[str], data: st.DataObject) -> None:
    pieces = text.pieces(text.clean(" ".join(parts)))
    aligned = data.draw(st.lists(st.sampled_from([piece.text for piece in pieces]), max_size=12)) if pieces else []
    matched = match(pieces, timed(*[(word, k, k + 0.5) for k, word in enumerate(aligned)]), 0, 20)
    assert [one.piece for one in matched] == pieces
    assert all(one.start <= one.end for one in matched)
