"""What a CTC model says of every frame becomes words with times."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moviesubs.contracts import Word
from moviesubs.recognition.ctc_beam import with_unknown_words
from moviesubs.recognition.ctc_text import Alphabet, Emission, best_path, segments_of, words_of

LETTERS = Alphabet(("", " ", "a", "b", "c"), blank=0, space=1)
PIECES = Alphabet(("", "▁na", "mas", "▁te", ""), blank=4)


def frames(path: str, tokens: int = 5) -> np.ndarray:
    """Log probabilities in which each digit of `path` is the likeliest token of its frame."""
    logprobs = np.full((len(path), tokens), np.log(0.1 / (tokens - 1)))
    logprobs[range(len(path)), [int(token) for token in path]] = np.log(0.9)
    return logprobs


def test_repeats_and_blanks_are_left_out_and_a_blank_parts_doubled_letters() -> None:
    found = best_path(frames("00220220300"), 0)
    assert [(one.token, one.first, one.end) for one in found] == [(2, 2, 4), (2, 5, 7), (3, 8, 9)]
    assert best_path(frames("000"), 0) == [] and best_path(np.zeros((0, 5)), 0) == []
    assert best_path(frames("2"), 0)[0].end == 1


def test_a_word_goes_from_its_first_letter_to_the_space_but_no_longer_than_a_slow_letter() -> None:
    words = words_of(best_path(frames("0200310002000000000000"), 0), LETTERS, start=10.0, frame=0.02)
    assert [word.word for word in words] == ["ab", "a"]
    assert (round(words[0].start, 3), round(words[0].end, 3)) == (10.02, 10.1)
    assert (round(words[1].start, 3), round(words[1].end, 3)) == (10.18, 10.33)
    assert words[0].score is not None and abs(words[0].score - 0.9) < 1e-6


def test_pieces_begin_words_by_their_sign() -> None:
    words = words_of(best_path(frames("4120444330"[:9]), PIECES.blank), PIECES, start=0.0, frame=0.08)
    assert [word.word for word in words] == ["namas", "te"]
    assert words[1].start == 7 * 0.08


def test_spaces_alone_are_no_words() -> None:
    assert words_of(best_path(frames("0101011"), 0), LETTERS, 0.0, 0.02) == []


def test_segments_end_at_pauses_and_within_their_chunk() -> None:
    words = [
        Word(word=text, start=start, end=start + 0.3, score=0.5) for text, start in (("a", 0), ("b", 0.4), ("c", 1.3))
    ]
    segments = segments_of(words, end=1.5)
    assert [(one.text, one.start, one.end) for one in segments] == [("a b", 0, 0.7), ("c", 1.3, 1.5)]
    assert all(one.words and one.avg_logprob is not None and -0.7 < one.avg_logprob < -0.69 for one in segments)


@given(st.lists(st.integers(0, 4), max_size=60), st.floats(0, 100))
def test_words_are_in_order_and_none_overlaps(path: list[int], start: float) -> None:
    words = words_of(best_path(frames("".join(map(str, path))), 0), LETTERS, start, 0.02)
    assert "".join(word.word for word in words) == "".join(
        LETTERS.tokens[b] for a, b in zip([0, *path], path, strict=False) if b != a and b > 1
    )
    for one, other in zip(words, words[1:], strict=False):
        assert start <= one.start < one.end <= other.start + 1e-9


def test_a_word_that_no_list_has_stays_as_it_is_heard() -> None:
    heard = [Emission(2, 0, 1, -0.1), Emission(3, 2, 3, -0.1), Emission(1, 4, 5, -0.1), Emission(4, 6, 7, -0.2)]
    known = [Emission(4, 0, 1, -5.0), Emission(4, 2, 3, -4.0), Emission(1, 4, 5, -0.1), Emission(4, 6, 7, -0.2)]
    assert with_unknown_words(known, heard, space=1) == heard
    nearly = [one._replace(logprob=-0.6) for one in known]
    assert with_unknown_words(nearly, heard, space=1) == nearly
