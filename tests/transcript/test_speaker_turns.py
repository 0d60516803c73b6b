"""A word belongs to whoever's turns cover most of it."""

from hypothesis import given
from hypothesis import strategies as st
from support.transcripts import relaxed

from moviesubs.contracts import Turn
from moviesubs.transcript.speaker_turns import TurnIndex, speakers

A, B = "SPEAKER_00", "SPEAKER_01"


def test_words_get_the_speaker_who_covers_most_of_them() -> None:
    turns = [Turn(start=0, end=1.05, speaker=A), Turn(start=1.05, end=2, speaker=B)]
    assert speakers([(0.2, 0.5), (0.9, 1.3), (1.4, 1.9), (3.0, 3.2)], turns) == [A, B, B, None]


def test_the_one_who_speaks_goes_on_where_turns_overlap() -> None:
    turns = [Turn(start=0, end=3, speaker=B), Turn(start=1, end=2, speaker=A)]
    assert speakers([(0.5, 0.9), (1.2, 1.5), (2.2, 2.5)], turns) == [B, B, B]


def test_a_word_without_length_has_a_speaker() -> None:
    assert speakers([(1.0, 1.0)], [Turn(start=0, end=2, speaker=A)]) == [A]


spans = st.tuples(st.integers(0, 50), st.integers(0, 20)).map(lambda pair: (float(pair[0]), float(sum(pair))))


@relaxed
@given(st.lists(spans), spans)
def test_the_index_finds_what_a_search_through_all_turns_finds(
    turns: list[tuple[float, float]], word: tuple[float, float]
) -> None:
    made = [Turn(start=start, end=end, speaker=str(number)) for number, (start, end) in enumerate(turns)]
    touching = {turn.speaker for turn in TurnIndex(made).touching(*word)}
    assert touching == {turn.speaker for turn in made if turn.start <= word[1] and turn.end >= word[0]}
