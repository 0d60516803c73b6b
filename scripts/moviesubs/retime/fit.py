"""How a subtitle file's clock runs against the movie's: one drift, and an offset that changes where the film was cut otherwise.

Each cue brings candidates of when it is heard: where its words were recognised, or every start of speech near it. Candidates that
are right agree with each other, wrong ones do not, so the drift and the offsets on which most agree are taken. All functions are pure;
times are seconds.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

#: frame rates that films are converted between; their quotients are the usual drifts
FRAME_RATES = (23.976, 24.0, 25.0, 29.97, 30.0)
#: no file drifts by more than this
MOST_DRIFT = 0.06
#: seconds: offsets in one bin agree
BIN = 0.2
#: seconds: a cue this close to the fit agrees with it
CLOSE = 0.35
#: cues that must agree on another offset before the film counts as cut there
FEWEST = 4
#: what a change of the offset costs, in cues
JUMP = 3.0
#: seconds, over the whole file, by which a measured drift may differ from a usual one that is meant
SLACK = 0.1
#: seconds between two matches that tell the drift
BASE = 20.0


@dataclass(frozen=True)
class Candidate:
    """A cue that begins at `own` on the file's clock may be heard at `heard`, in seconds on the movie's clock."""

    cue: int
    own: float
    heard: float


@dataclass(frozen=True)
class Fit:
    """The movie's time of a file's time: `drift * time + offset`, with the offset of the last piece that begins before it.

    Attributes:
        drift: seconds of the movie for one of the file.
        pieces: for each stretch the first time of the file, and its offset.
        agreeing: indices of cues that are heard where the fit puts them.
    """

    drift: float
    pieces: tuple[tuple[float, float], ...]
    agreeing: frozenset[int]

    def at(self, time: float) -> float:
        """The movie's time of a time of the file."""
        index = bisect_right([start for start, _ in self.pieces], time) - 1
        return self.drift * time + self.pieces[max(0, index)][1]


def usual_drifts() -> list[float]:
    """1, and the quotients of frame rates."""
    quotients = {round(a / b, 6) for a in FRAME_RATES for b in FRAME_RATES}
    return sorted((one for one in quotients if abs(one - 1) <= MOST_DRIFT), key=lambda one: abs(one - 1))


def measured_drift(candidates: Sequence[Candidate]) -> float | None:
    """The drift on which pairs of candidates agree; None where there are too few."""
    ordered = sorted(candidates, key=lambda one: one.own)
    slopes = []
    for i, first in enumerate(ordered):
        for second in ordered[i + 1 : i + 40]:
            if second.own - first.own >= BASE:
                slope = (second.heard - first.heard) / (second.own - first.own)
                if abs(slope - 1) <= MOST_DRIFT:
                    slopes.append(slope)
    if len(slopes) < 2 * FEWEST:
        return None
    bins = Counter(round(slope / 0.005) for slope in slopes)
    best = max(bins, key=lambda one: bins[one - 1] + bins[one] + bins[one + 1])
    return median(slope for slope in slopes if abs(slope / 0.005 - best) <= 1.5)


def _path(candidates: Sequence[Candidate], drift: float) -> tuple[float, list[tuple[int, float]]]:
    """The cheapest offsets, cue by cue: their cost, and for each cue its index and the offset that holds there."""
    offsets: dict[int, list[float]] = {}
    own: dict[int, float] = {}
    for one in candidates:
        offsets.setdefault(one.cue, []).append(one.heard - drift * one.own)
        own[one.cue] = one.own
    votes = Counter(bin_ for cue_offsets in offsets.values() for bin_ in {round(one / BIN) for one in cue_offsets})
    popular = sorted(votes, key=lambda one: -(votes[one] + 0.5 * (votes[one - 1] + votes[one + 1])))[:24]
    states = [one * BIN for one in popular if votes[one] >= min(FEWEST, max(1, len(offsets) // 3))] or [
        popular[0] * BIN
    ]
    order = sorted(offsets, key=lambda cue: own[cue])
    costs = [0.0] * len(states)
    came: list[list[int]] = []
    for cue in order:
        cue_offsets = sorted(offsets[cue])
        cheapest = min(range(len(states)), key=costs.__getitem__)
        step, new = [], []
        for index, state in enumerate(states):
            jumps = costs[cheapest] + JUMP < costs[index]
            step.append(cheapest if jumps else index)
            new.append((costs[cheapest] + JUMP if jumps else costs[index]) + _miss(cue_offsets, state))
        came.append(step)
        costs = new
    state = min(range(len(states)), key=costs.__getitem__)
    total = costs[state]
    path: list[tuple[int, float]] = []
    for cue, step in zip(reversed(order), reversed(came), strict=True):
        path.append((cue, states[state]))
        state = step[state]
    return total, path[::-1]


def _miss(offsets: Sequence[float], state: float) -> float:
    """How far the nearest of a cue's offsets is from a state: 0 to 1."""
    index = bisect_left(offsets, state)
    near = min((abs(one - state) for one in offsets[max(0, index - 1) : index + 1]), default=CLOSE)
    return min(1.0, near / CLOSE) ** 2


def _nearest(candidates: Sequence[Candidate], drift: float, path: Sequence[tuple[int, float]]) -> dict[int, Candidate]:
    """For each cue the candidate nearest to the path, where it is close."""
    expected = dict(path)
    nearest: dict[int, Candidate] = {}
    distance: dict[int, float] = {}
    for one in candidates:
        off = abs(one.heard - drift * one.own - expected[one.cue])
        if off <= CLOSE and off < distance.get(one.cue, CLOSE + 1):
            nearest[one.cue], distance[one.cue] = one, off
    return nearest


def _pieces(path: Sequence[tuple[int, float]]) -> list[list[int]]:
    """The cues of each stretch with one offset."""
    pieces: list[list[int]] = []
    last: float | None = None
    for cue, offset in path:
        if offset != last and not (last is not None and abs(offset - last) < 2 * BIN):
            pieces.append([])
        pieces[-1].append(cue)
        last = offset
    return pieces


def _refined(drift: float, pieces: Sequence[Sequence[int]], near: dict[int, Candidate]) -> float:
    """The drift by least squares, each piece with an offset of its own."""
    above = below = 0.0
    for piece in pieces:
        matched = [near[cue] for cue in piece if cue in near]
        if len(matched) < FEWEST:
            continue
        own, heard = (sum(values) / len(matched) for values in zip(*((m.own, m.heard) for m in matched), strict=True))
        above += sum((one.own - own) * (one.heard - heard) for one in matched)
        below += sum((one.own - own) ** 2 for one in matched)
    return above / below if below > BASE**2 else drift


def fit(candidates: Callable[[float], Sequence[Candidate]], drifts: Sequence[float]) -> Fit | None:
    """The clock on which most cues agree.

    Args:
        candidates: of all cues, for a drift; one of a cue at least must be right for it to count.
        drifts: that are tried; the likeliest first.

    Returns:
        The fit; None where nothing agrees.
    """
    best: tuple[float, float, list[tuple[int, float]]] | None = None
    for drift in dict.fromkeys(drifts):
        drift_candidates = candidates(drift)
        if not drift_candidates:
            continue
        cost, path = _path(drift_candidates, drift)
        if best is None or cost < best[0] - 0.5:
            best = (cost, drift, path)
    if best is None:
        return None
    return _settle(candidates(best[1]), best[1], best[2])


def _usual(drift: float, length: float) -> float:
    """The usual drift that differs from a measured one by less than SLACK over the length of the file, else the measured one."""
    nearest = min(usual_drifts(), key=lambda one: abs(one - drift))
    return nearest if abs(nearest - drift) * length < SLACK else drift


def _settle(candidates: Sequence[Candidate], drift: float, path: list[tuple[int, float]]) -> Fit | None:
    """The fit of the cheapest path, drift and offsets measured on the cues that agree."""
    for _ in range(3):
        drift = _refined(drift, _pieces(path), _nearest(candidates, drift, path))
        _, path = _path(candidates, drift)
    drift = _usual(drift, max(one.own for one in candidates) - min(one.own for one in candidates))
    _, path = _path(candidates, drift)
    near = _nearest(candidates, drift, path)
    own = {one.cue: one.own for one in candidates}
    pieces = []
    for piece in _pieces(path):
        matched = [near[cue] for cue in piece if cue in near]
        if matched:
            pieces.append((own[piece[0]], median(one.heard - drift * one.own for one in matched)))
    return Fit(drift, tuple(pieces), frozenset(near)) if pieces else None
