"""The best path of a text through the probabilities of CTC's tokens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Span(NamedTuple):
    """First and last-plus-one frame of a token, and the mean probability of what the path takes there, 0 to 1."""

    start: int
    end: int
    score: float


def best_path(emissions: "np.ndarray", tokens: Sequence[int | None], blank: int) -> list[Span] | None:
    """Forced alignment by Viterbi's algorithm, as in PyTorch's tutorial on it and in WhisperX.

    A frame either begins the next token or stays on the last one, at the price of a blank; before the first token and after the last
    one the path takes nothing. https://docs.pytorch.org/audio/main/tutorials/forced_alignment_tutorial.html

    Args:
        emissions: log probabilities, (frames, tokens).
        tokens: what is said; None is whatever is most probable (a digit, a letter that the model does not know).
        blank: the token of no letter.

    Returns:
        A span for each token; None where there are more tokens than frames.
    """
    import numpy as np

    frames, count = len(emissions), len(tokens)
    if not 0 < count <= frames:
        return None
    other = np.delete(emissions, blank, axis=1).max(axis=1)
    begins = np.stack([other if token is None else emissions[:, token] for token in tokens], axis=1)
    stays = emissions[:, blank]
    # after each frame, the best score of paths that have begun 0, 1, ... tokens; the start is where it may
    scores = np.full(count + 1, -np.inf)
    scores[0] = 0.0
    began = np.zeros((frames, count), dtype=bool)
    ends = np.empty(frames)
    for frame in range(frames):
        stay, begin = scores[1:] + stays[frame], scores[:-1] + begins[frame]
        began[frame] = begin > stay
        scores[1:] = np.maximum(stay, begin)
        scores[0] += stays[frame]
        ends[frame] = scores[count]
    token, last = count, int(ends.argmax())
    spans: list[Span] = []
    path: list[float] = []
    for frame in range(last, -1, -1):
        new = bool(began[frame, token - 1])
        path.append(float(begins[frame, token - 1] if new else stays[frame]))
        if new:
            spans.append(Span(frame, frame + len(path), float(np.exp(path).mean())))
            path = []
            token -= 1
            if token == 0:
                return spans[::-1]
    return None
