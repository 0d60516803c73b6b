"""The best path of a text is the best of all paths."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from moviesubs.alignment.forced import Span, best_path

BLANK = 0


def score(probabilities: np.ndarray, tokens: list[int], starts: tuple[int, ...], last: int) -> float:
    """Log probability of a path whose tokens begin in these frames, and that ends after frame `last`."""
    total = 0.0
    for frame in range(last + 1):
        total += probabilities[frame, tokens[starts.index(frame)] if frame in starts else BLANK]
    return total


@given(
    arrays(np.float64, (6, 4), elements=some.floats(-8, -0.01)),
    some.lists(some.integers(1, 3), min_size=1, max_size=4),
)
def test_no_other_path_is_better(probabilities: np.ndarray, tokens: list[int]) -> None:
    spans = best_path(probabilities, tokens, BLANK)
    assert spans is not None
    starts = tuple(span.start for span in spans)
    assert list(starts) == sorted(set(starts)) and all(a.end == b.start for a, b in zip(spans, spans[1:], strict=False))
    paths = [
        score(probabilities, tokens, some_starts, last)
        for some_starts in combinations(range(6), len(tokens))
        for last in range(some_starts[-1], 6)
    ]
    assert abs(score(probabilities, tokens, starts, spans[-1].end - 1) - max(paths)) < 1e-9


def test_what_the_model_has_no_letter_for_is_whatever_is_heard() -> None:
    heard = np.log(
        np.array([[0.9, 0.05, 0.05], [0.1, 0.85, 0.05], [0.9, 0.05, 0.05], [0.1, 0.05, 0.85], [0.9, 0.05, 0.05]])
    )
    spans = best_path(heard, [1, None], BLANK)
    assert spans is not None and [span[:2] for span in spans] == [(1, 3), (3, 4)]
    assert spans[1] == Span(3, 4, spans[1].score) and abs(spans[1].score - 0.85) < 1e-9


def test_more_letters_than_frames_have_no_path() -> None:
    assert best_path(np.zeros((2, 3)), [1, 2, 1], BLANK) is None and best_path(np.zeros((2, 3)), [], BLANK) is None
