"""Existing subtitles in place of a recogniser's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moviesubs.contracts import Asr, Cue
from moviesubs.library.transcript_of_subtitles import parts, segments
from moviesubs.transcript.sentences import transcript


def test_two_speakers_of_a_cue_are_two_segments() -> None:
    assert parts(["- Where were you?", "– At home."]) == ["Where were you?", "At home."]
    assert parts(["Where were", "you?"]) == ["Where were you?"]
    assert parts(["a well-", "known man"]) == ["a well- known man"]


def test_sentences_are_put_together_across_cues() -> None:
    cues = [
        Cue(start=1000, end=3000, lines=["I went to the market"]),
        Cue(start=3100, end=5000, lines=["and bought a chair. Then I"]),
        Cue(start=5100, end=6000, lines=["came home."]),
    ]
    asr = Asr(language="en", backend="subtitles", model="x", status="ok", segments=segments(cues, 0, 60))
    made = transcript(asr, start=0, end=60)
    assert [one.text for one in made.sentences] == ["I went to the market and bought a chair.", "Then I came home."]
    assert made.sentences[0].start == 1.0
    assert made.sentences[1].end == 6.0


def test_what_lies_outside_the_clip_is_left_out_and_the_rest_counts_from_its_start() -> None:
    cues = [Cue(start=at * 1000, end=at * 1000 + 900, lines=[str(at)]) for at in range(10)]
    within = segments(cues, 3.0, 5.5)
    assert [(one.text, one.start, one.end) for one in within] == [
        ("3", 0.0, pytest.approx(0.9)),
        ("4", 1.0, pytest.approx(1.9)),
        ("5", 2.0, 2.5),
    ]


LINES = st.lists(st.text(st.sampled_from("ab -–.é"), max_size=8), max_size=3)


@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 3000), LINES), max_size=6))
def test_segments_are_in_order_have_text_and_lie_in_the_stretch(drawn: list[tuple[int, int, list[str]]]) -> None:
    cues = [Cue(start=start, end=start + length, lines=lines) for start, length, lines in drawn]
    within = segments(cues, 1.0, 8.0)
    assert all(0 <= one.start < one.end <= 7.0 + 1e-6 and one.text.strip() for one in within)
