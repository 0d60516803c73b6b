"""The bookkeeping of a beam search, apart from the network: what `generate(early_stopping=True)` of transformers does.

A sentence is done when as many hypotheses have ended as the beam is wide; the best is the one with the highest mean
log-probability a token, the end token counted (length penalty 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

#: the total of a hypothesis that does not exist yet
NEVER = -1e9


@dataclass
class Beam:
    """The search for one sentence; the running hypotheses are ids without the start token, their totals log-probabilities."""

    width: int
    running: list[list[int]] = field(init=False)
    totals: list[float] = field(init=False)
    ended: list[tuple[float, list[int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Starts with one empty hypothesis."""
        self.running = [[] for _ in range(self.width)]
        self.totals = [0.0] + [NEVER] * (self.width - 1)

    def step(self, candidates: Sequence[tuple[float, int, int]], end: int, *, last: bool = False) -> list[int]:
        """Extends the hypotheses by one token.

        Args:
            candidates: the best 2 * width continuations, best first: total, hypothesis, token.
            end: the end token's id.
            last: there will be no further step, so the best continuations end here even without the end token.

        Returns:
            For each new hypothesis, the index of the one that it extends.
        """
        running: list[list[int]] = []
        totals: list[float] = []
        origins: list[int] = []
        for rank, (total, hypothesis, token) in enumerate(candidates):
            before = self.running[hypothesis]
            ended = token == end
            if rank < self.width and (ended or last):
                self.ended.append((total / (len(before) + 1), before if ended else [*before, token]))
            if not ended and len(running) < self.width:
                running.append([*before, token])
                totals.append(total)
                origins.append(hypothesis)
        self.running, self.totals = running, totals
        return origins

    @property
    def done(self) -> bool:
        """Whether the search for this sentence is over."""
        return len(self.ended) >= self.width

    def best(self) -> list[int]:
        """The translation; empty before the first hypothesis has ended."""
        return max(self.ended, key=lambda pair: pair[0], default=(0.0, []))[1]


def repeating(ids: Sequence[int], size: int) -> set[int]:
    """Ids that must not come next, because a run of `size` tokens would occur twice; none where `size` is 0."""
    if size < 1 or len(ids) < size:
        return set()
    last = tuple(ids[len(ids) - size + 1 :])
    return {ids[at + size - 1] for at in range(len(ids) - size + 1) if tuple(ids[at : at + size - 1]) == last}
