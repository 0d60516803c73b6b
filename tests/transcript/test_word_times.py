"""Word times that cannot be right are put right by detected speech, or stay for others to flag; nothing else is touched."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moviesubs.contracts import Asr, AsrSegment, Segment, Transcript, Word
from moviesubs.flags import Flag
from moviesubs.language.text import Piece
from moviesubs.transcript.sentences import transcript
from moviesubs.transcript.word_matching import TimedWord
from moviesubs.transcript.word_times import LONGEST_WORD, SpeechIndex, repair


def words(*times: tuple[str, float, float]) -> list[TimedWord]:
    return [TimedWord(Piece(said, True), start, end, 0.9, known=True) for said, start, end in times]


def speech(*stretches: tuple[float, float]) -> SpeechIndex:
    return SpeechIndex([Segment(start=start, end=end) for start, end in stretches])


def times(repaired: list[TimedWord]) -> list[tuple[float, float]]:
    return [(round(word.start, 3), round(word.end, 3)) for word in repaired]


def test_a_first_word_that_was_dragged_over_silence_begins_with_the_speech() -> None:
    said = words(("Where", 10, 19), ("were", 19.1, 19.3), ("you?", 19.4, 19.8))
    repaired = repair(said, speech((5, 9), (18.6, 20)))
    assert times(repaired) == [(18.6, 19), (19.1, 19.3), (19.4, 19.8)]
    assert [word.repaired for word in repaired] == [True, False, False]


def test_a_word_that_fills_more_than_whispers_window_is_cut_down_whatever_is_known_of_speech() -> None:
    said = words(("From", 10, 73), ("here", 73, 73.3), ("on.", 73.4, 74))
    assert times(repair(said, None)) == [(72.2, 73), (73, 73.3), (73.4, 74)]


def test_a_last_word_that_was_dragged_into_silence_ends_with_the_speech() -> None:
    said = words(("Come", 10, 10.3), ("here!", 10.4, 18))
    assert times(repair(said, speech((9.9, 11)))) == [(10, 10.3), (10.4, 11)]


@pytest.mark.parametrize("known", [True, False])
def test_a_word_a_minute_before_the_rest_is_brought_to_it(known: bool) -> None:
    said = words(("From", 10, 10.3), ("here", 73, 73.3), ("to", 73.4, 73.5), ("there.", 73.6, 74))
    repaired = repair(said, speech((72.9, 74.1)) if known else None)
    assert times(repaired)[0] == (72.7, 73) and times(repaired)[1:] == times(said)[1:]


def test_a_word_seconds_before_the_rest_is_moved_only_where_nobody_speaks() -> None:
    said = words(("From", 10, 10.3), ("here", 20, 20.3), ("on.", 20.4, 20.6))
    assert times(repair(said, speech((19.9, 21))))[0] == (19.7, 20)
    assert repair(said, speech((9.8, 10.5), (19.9, 21))) == said
    assert repair(said, None) == said
    ended = words(("No.", 10, 10.3), ("here", 20, 20.3), ("now.", 20.4, 20.6))
    assert repair(ended, speech((19.9, 21))) == ended  # a sentence of its own


def test_of_two_words_the_one_that_is_heard_keeps_its_place() -> None:
    said = words(("From", 10, 10.3), ("here.", 73, 73.4))
    assert times(repair(said, speech((72.9, 74)))) == [(72.7, 73), (73, 73.4)]
    assert times(repair(said, speech((9.9, 12)))) == [(10, 10.3), (10.3, 10.7)]


def test_a_last_word_far_behind_the_rest_is_brought_to_it() -> None:
    said = words(("go", 10, 10.3), ("home", 10.4, 10.8), ("now.", 55, 55.2))
    assert times(repair(said, speech((9.9, 11.2))))[-1] == (10.8, 11.0)


def test_one_word_placed_too_late_does_not_push_the_others() -> None:
    said = words(("one", 8, 8.3), ("two", 1, 1.3), ("three", 1.4, 1.7), ("four", 1.8, 2))
    repaired = repair(said, None)
    assert times(repaired)[1:] == times(said)[1:] and repaired[0].end <= 1 and repaired[0].repaired


def made_of(*spoken: tuple[str, float, float], stretches: list[tuple[float, float]] | None) -> Transcript:
    timed = [Word(word=said, start=start, end=end, score=0.9) for said, start, end in spoken]
    segment = AsrSegment(
        start=timed[0].start, end=timed[-1].end, text=" ".join(word.word for word in timed), words=timed
    )
    asr = Asr(language="en", backend="whisperx", model="m", status="ok", segments=[segment])
    detected = None if stretches is None else [Segment(start=start, end=end) for start, end in stretches]
    return transcript(asr, start=0, end=100, speech=detected)


def test_what_was_repaired_is_flagged_and_so_is_what_could_not_be() -> None:
    dragged = (("Where", 10.0, 19.0), ("were", 19.1, 19.3), ("you?", 19.4, 19.8))
    (mended,) = made_of(*dragged, stretches=[(18.6, 20)]).sentences
    assert mended.start == 18.6 and mended.flags == [Flag.TIMES_REPAIRED]
    (shouted,) = made_of(*dragged, stretches=[(9, 20)]).sentences  # somebody speaks all the time
    assert shouted.start == 10 and shouted.flags == [Flag.LONG_WORD]
    (unknown,) = made_of(*dragged, stretches=None).sentences
    assert unknown.flags == [Flag.LONG_WORD]
    (one,) = made_of(("From", 10, 10.3), ("here", 73, 73.3), ("on.", 73.4, 74), stretches=[(72.5, 75)]).sentences
    assert one.start == pytest.approx(72.7) and one.flags == [Flag.TIMES_REPAIRED]


SPANS = st.tuples(st.floats(0, 90), st.floats(0, 12))
TIMED = st.lists(SPANS, max_size=12).map(
    lambda spans: words(*((f"w{k}", at, at + long) for k, (at, long) in enumerate(spans)))
)
STRETCHES = (
    st.lists(st.floats(0, 100), max_size=8).map(sorted).map(lambda at: speech(*zip(at[::2], at[1::2], strict=False)))
)


@given(TIMED, st.one_of(st.none(), STRETCHES))
def test_times_come_out_in_order_and_only_what_is_marked_has_changed(
    said: list[TimedWord], detected: SpeechIndex | None
) -> None:
    repaired = repair(said, detected)
    assert [word.piece for word in repaired] == [word.piece for word in said]
    assert all(0 <= word.start <= word.end for word in repaired)
    assert all(before.start <= after.start for before, after in pairwise(repaired))
    for old, new in zip(said, repaired, strict=True):
        assert new.repaired or new == old
        assert not new.repaired or new.end - new.start <= max(LONGEST_WORD, old.end - old.start)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0.05, 1)), min_size=1, max_size=12), st.one_of(st.none(), STRETCHES)
)
def test_plausible_times_are_left_alone(steps: list[tuple[float, float]], detected: SpeechIndex | None) -> None:
    said, at = [], 0.0
    for pause, long in steps:
        said.append(("w", at + pause, at + pause + long))
        at += pause + long
    assert repair(words(*said), detected) == words(*said)
