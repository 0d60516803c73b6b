"""Text that is too short for its speech is asked for again, and no word of it is lost; a loop that nobody can say is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import Flag
from moviesubs.recognition.pace import is_runaway, is_sparse, letters, with_lost_words


def at(start: float, end: float, text: str, *flags: Flag, logprob: float = -0.3, silent: float = 0.0) -> AsrSegment:
    return AsrSegment(start=start, end=end, text=text, flags=list(flags), avg_logprob=logprob, no_speech_prob=silent)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("his spirits up.", 12),
        ("1, 2, 3", 12),
        ("नमस्ते", 6),
        ("今天我很累", 15),
        ("こんにちは", 10),
        ("안녕", 6),
        ("?!", 0),
    ],
)
def test_letters_are_those_that_are_read(text: str, count: int) -> None:
    assert letters(text) == count


SPIRITS = at(214.64, 221.12, "his spirits up.")
SPEECH = [Segment(start=200.0, end=217.6), Segment(start=218.07, end=221.01)]


def test_three_words_in_five_seconds_of_speech_are_too_few() -> None:
    assert is_sparse(SPIRITS, SPEECH)
    assert not is_sparse(SPIRITS, [Segment(start=214.64, end=216.0), Segment(start=220.0, end=221.0)])
    assert not is_sparse(at(0, 3.9, "1-2-3-4-5-6-8-0"), [Segment(start=0, end=3.9)])
    assert not is_sparse(at(0, 9, "no", Flag.REMOVED_LOOP), [Segment(start=0, end=9)])


def test_an_answer_with_the_words_and_more_stands_for_them() -> None:
    heard = [
        at(214.5, 215.8, "His spirits up."),
        at(215.8, 221.0, "Style matters. Would it kill them to crack a joke?"),
    ]
    assert with_lost_words(SPIRITS, heard) == heard


def test_an_answer_without_the_words_is_put_after_them() -> None:
    heard = [at(216.0, 221.0, "Style matters. Would it kill them to crack a joke?")]
    kept, more = with_lost_words(SPIRITS, heard)
    assert (kept.text, kept.end) == (SPIRITS.text, more.start)
    assert more.text == heard[0].text and kept.end == pytest.approx(214.64 + 12 / 5)


@pytest.mark.parametrize(
    "heard",
    [
        [],
        [at(214.6, 221.0, "his spirit")],
        [at(214.6, 221.0, "Thank you for watching, see you next time!", logprob=-1.4)],
        [at(214.6, 221.0, "Thank you for watching, see you next time!", silent=0.9)],
        [at(214.6, 221.0, "his spirits up up up up up", Flag.REMOVED_LOOP)],
    ],
)
def test_an_answer_that_is_shorter_or_not_believed_changes_nothing(heard: list[AsrSegment]) -> None:
    assert with_lost_words(SPIRITS, heard) == [SPIRITS]


@pytest.mark.parametrize(
    ("seconds", "text", "expected"),
    [
        (0.6, "अपा" + "शा" * 100, True),
        (0.7, "请" + "问" * 200, True),
        (1.15, "बखुंट आद के लिवा़े़ी नप ज़ी आम़िपीटी नपा़ि़िवि़िवि़ी़िवि़िवि़िवि" + "वि" * 50, True),
        (0.06, "Słahel wciąż.", False),
        (2.5, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10.", False),
        (4.0, "na na na na na na na na na na na na na na na na", False),
        (1.0, "Facing these headwinds, he was making a big point today", False),
    ],
)
def test_a_loop_faster_than_speech_was_made_up(seconds: float, text: str, expected: bool) -> None:
    assert is_runaway(at(1.0, 1.0 + seconds, text)) is expected


words = some.lists(
    some.sampled_from(["one", "two", "three", "four", "five", "six", "seven"]), min_size=1, max_size=6
).map(" ".join)


@given(text=words, answers=some.lists(some.tuples(some.floats(0, 9), some.floats(0.1, 3), words), max_size=4))
def test_words_stay_in_order_and_in_their_time(text: str, answers: list[tuple[float, float, str]]) -> None:
    segment = at(0.0, 12.0, text)
    heard = sorted((at(start, start + length, said) for start, length, said in answers), key=lambda one: one.start)
    result = with_lost_words(segment, heard)
    assert letters(" ".join(one.text for one in result)) >= letters(text)
    assert [one.start for one in result] == sorted(one.start for one in result)
    assert all(one.start <= one.end for one in result)
