"""Who says a word: the diarizer's turns laid over word times."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from moviesubs.contracts import Turn

#: where turns overlap, the speaker of the word before keeps the word unless the other covers this many seconds more of it
MARGIN = 0.05


class TurnIndex:
    """Finds the turns that touch a stretch of time without looking at all of them."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        """Takes turns in any order; they may overlap."""
        self.turns = sorted(turns, key=lambda turn: turn.start)
        self.starts = [turn.start for turn in self.turns]
        self.reach: list[float] = []
        for turn in self.turns:
            self.reach.append(max(turn.end, self.reach[-1]) if self.reach else turn.end)

    def touching(self, start: float, end: float) -> Iterator[Turn]:
        """The turns that touch a stretch of time (seconds), the latest first."""
        index = bisect_right(self.starts, end) - 1
        while index >= 0 and self.reach[index] >= start:
            if self.turns[index].end >= start:
                yield self.turns[index]
            index -= 1


def speakers(spans: Sequence[tuple[float, float]], turns: Sequence[Turn]) -> list[str | None]:
    """The speaker of every word: the one whose turns cover most of it; None for a word outside all turns.

    Args:
        spans: start and end of each word in order, in seconds on the turns' clock.
        turns: who speaks when.
    """
    index = TurnIndex(turns)
    names: list[str | None] = []
    current: str | None = None
    for start, end in spans:
        covered: dict[str, float] = {}
        for turn in index.touching(start, end):
            covered[turn.speaker] = covered.get(turn.speaker, 0.0) + min(turn.end, end) - max(turn.start, start)
        best = max(sorted(covered), key=lambda name: covered[name], default=None)
        if best and current in covered and covered[best] - covered[current] <= MARGIN:
            best = current
        names.append(best)
        current = best or current
    return names
