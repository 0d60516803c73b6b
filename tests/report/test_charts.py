"""The report's pictures show every value and every second at its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.transcripts import relaxed

from moviesubs.contracts import Sentence
from moviesubs.report.charts import MOST_ROWS, ROW_WIDTH, Span, histogram, row_length, timeline
from moviesubs.report.view import colours


@relaxed
@given(st.lists(st.floats(0, 500)), st.floats(1, 30))
def test_a_histogram_counts_every_value_once(values: list[float], high: float) -> None:
    chart = histogram(values, step=2, high=high)
    assert sum(bar.count for bar in chart.bars) == len(values)
    assert sum(bar.count for bar in chart.bars if bar.beyond) == sum(value > high for value in values)
    assert all(0 <= bar.x < bar.x + bar.width <= 100.001 and bar.base + bar.height <= 100.001 for bar in chart.bars)
    assert all(0 <= limit <= 100 for limit in chart.limits)


def test_a_limit_lies_where_its_value_is() -> None:
    chart = histogram([1, 1, 5], step=1, low=2, high=6, least=8)
    assert chart.limits == [25, 75]
    assert [(bar.low, bar.count, bar.beyond) for bar in chart.bars] == [(1, 2, True), (5, 1, False)]
    assert chart.tallest == 2


@pytest.mark.parametrize(("seconds", "length"), [(20, 30), (240, 30), (241, 60), (7200, 900), (100_000, 14400)])
def test_rows_are_round_and_few(seconds: float, length: float) -> None:
    assert row_length(seconds) == length
    assert seconds / length <= MOST_ROWS


def test_a_span_over_a_rows_end_goes_on_in_the_next() -> None:
    rows = timeline([[Span(25, 45, "x", 3, True)], []], 10, 70)
    assert [row.start for row in rows] == [10, 40]
    assert [(mark.x, mark.width) for row in rows for mark in row.lanes[0]] == [(500, 500), (0, pytest.approx(166.7))]
    assert rows[1].ticks[1] == (20, 46)


spans = st.tuples(st.floats(0, 900), st.floats(0, 90)).map(lambda pair: Span(pair[0], min(1000, sum(pair))))


@relaxed
@given(st.lists(spans))
def test_every_span_is_drawn_within_the_rows(lane: list[Span]) -> None:
    rows = timeline([lane], 0, 1000)
    marks = [mark for row in rows for mark in row.lanes[0]]
    assert len(marks) >= len(lane)
    assert all(0 <= mark.x <= ROW_WIDTH and mark.x + mark.width <= ROW_WIDTH + 1 for mark in marks)


def test_who_says_most_has_the_first_colour() -> None:
    said = [("B", "long long text"), ("A", "short"), (None, "nobody knows who says this"), ("A", "more")]
    sentences = [Sentence(id=k, start=k, end=k + 1, text=t, speaker=who) for k, (who, t) in enumerate(said)]
    assert colours(sentences) == {"B": 1, "A": 2}
