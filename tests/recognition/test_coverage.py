"""Speech and text as stretches of time: nothing is counted twice, nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from moviesubs.contracts import Segment
from moviesubs.recognition.coverage import JOINED, LEAST, clipped, common, minus, overlap, seconds, union, without_text

tenths = st.integers(0, 400).map(lambda number: number / 10)
stretch = st.tuples(tenths, tenths).map(lambda pair: Segment(start=min(pair), end=max(pair)))
stretches = st.lists(stretch, max_size=8)


def moments(some: list[Segment]) -> set[int]:
    """The tenths of a second inside of some stretches."""
    return {tenth for one in some for tenth in range(round(one.start * 10), round(one.end * 10))}


@given(stretches, stretches)
def test_stretches_are_sets_of_moments(some: list[Segment], others: list[Segment]) -> None:
    assert moments(union(some)) == moments(some)
    assert moments(minus(some, others)) == moments(some) - moments(others)
    assert moments(common(some, others)) == moments(some) & moments(others)
    assert abs(seconds(some) - len(moments(some)) / 10) < 1e-6


@given(stretches, stretches)
def test_results_are_in_order_without_overlaps(some: list[Segment], others: list[Segment]) -> None:
    for found in (union(some), minus(some, others), common(some, others), without_text(some, others)):
        assert all(one.start < one.end for one in found)
        assert all(before.end <= after.start for before, after in zip(found, found[1:], strict=False))


@given(stretches, stretches)
def test_every_finding_is_long_enough_and_holds_no_text(speech: list[Segment], text: list[Segment]) -> None:
    found = without_text(speech, text)
    for one in found:
        assert overlap(one.start, one.end, minus(speech, text)) >= LEAST - 1e-6
        assert overlap(one.start, one.end, text) < 1e-6
    left = minus(minus(speech, text), found)  # what is no finding is short, or stands alone
    assert all(one.end - one.start < LEAST for one in union(left))


def test_words_said_in_short_breaths_are_one_finding() -> None:
    speech = [Segment(start=k, end=k + 0.3) for k in (1.0, 1.5, 2.0)]
    assert without_text(speech, []) == [Segment(start=1.0, end=2.3)]
    apart = [Segment(start=0, end=0.3), Segment(start=0.3 + JOINED + 0.1, end=1.2)]
    assert without_text(apart, []) == []


@given(stretch, stretches)
def test_clipped_text_keeps_all_its_speech(text: Segment, speech: list[Segment]) -> None:
    found = clipped(text.start, text.end, union(speech), 0.2)
    assert text.start <= found.start <= found.end <= text.end
    assert abs(overlap(found.start, found.end, speech) - overlap(text.start, text.end, speech)) < 1e-6
