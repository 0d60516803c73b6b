"""Clean-up of segments flags and sets apart, and never loses text."""

from hypothesis import given
from hypothesis import strategies as st
from support.transcripts import relaxed

from moviesubs.contracts import AsrSegment
from moviesubs.flags import Flag
from moviesubs.transcript.triage import triage


def segment(start: float, text: str, **fields: object) -> AsrSegment:
    return AsrSegment(start=start, end=start + 1, text=text, **fields)  # type: ignore[arg-type]


def test_a_loop_is_flagged_and_stays() -> None:
    kept, removed = triage([segment(k, "धन्यवाद।" if k % 2 else "धन्यवाद") for k in range(3)] + [segment(4, "सुनो।")])
    assert [one.flags for one in kept] == [["repeated"], ["repeated"], ["repeated"], []]
    assert removed == []


def test_two_equal_answers_are_not_a_loop() -> None:
    kept, _ = triage([segment(0, "हाँ।"), segment(2, "हाँ।"), segment(4, "नहीं।"), segment(6, "हाँ।")])
    assert all(one.flags == [] for one in kept)


def test_punctuation_alone_and_duplicates_are_removed_with_the_reason() -> None:
    kept, removed = triage([segment(0, " ..."), segment(1, "Yes."), segment(1.01, "Yes."), segment(3, "♪")])
    assert [one.text for one in kept] == ["Yes.", "♪"]
    assert [(one.text, one.flags) for one in removed] == [(" ...", ["no-words"]), ("Yes.", ["duplicate"])]


def test_what_an_earlier_stage_removed_stays_removed() -> None:
    kept, removed = triage([segment(0, "Thanks for watching", flags=[Flag.CUT_OFF, Flag.REMOVED_LOOP])])
    assert kept == []
    assert removed[0].flags == [Flag.CUT_OFF, Flag.REMOVED_LOOP]


def test_doubts_of_the_recogniser_become_flags() -> None:
    kept, _ = triage([segment(0, "so", avg_logprob=-1.2, no_speech_prob=0.7), segment(2, "it", avg_logprob=-0.3)])
    assert [one.flags for one in kept] == [["low-confidence", "maybe-no-speech"], []]


segments = st.builds(
    segment,
    st.sampled_from([0.0, 0.01, 1.0, 2.0, 30.0]),
    st.one_of(st.text(max_size=5), st.sampled_from(["हाँ।", "so", "..."])),
)


@relaxed
@given(st.lists(segments, max_size=12))
def test_every_segment_is_kept_or_removed(heard: list[AsrSegment]) -> None:
    kept, removed = triage(heard)
    assert len(kept) + len(removed) == len(heard)
    assert sorted(one.start for one in kept + removed) == sorted(one.start for one in heard)
    assert [one.start for one in kept] == sorted(one.start for one in kept)
    assert all(one.flags for one in removed)
