"""In which of a film's languages each stretch is spoken: every stretch votes, and runs are smoothed so that one word does not flip.

All functions are pure; times are seconds. A recogniser's probabilities of languages lean to one side where it knows the voices badly, so
two languages are told apart by the film's own scale: where its stretches fall into two clear groups, between those.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import exp, inf, log
from statistics import fmean, pvariance

from moviesubs.contracts import LanguageStretch, Segment
from moviesubs.recognition.chunks import split_long
from moviesubs.recognition.coverage import union

#: longest stretch that votes as one, and the shortest one that is listened to: of less, Whisper hears no language
LONGEST, SHORTEST = 6.0, 0.4
#: seconds of speech from which a vote counts fully
FULL_VOTE = 1.5
#: log odds that another language must gain to be believed, twice for a stretch between two of the other language; more after a pause
#: shorter than so many seconds, in one breath (our figures)
SWITCH, SWITCH_IN_A_BREATH, BREATH = 1.5, 4.0, 0.4
#: a vote for or against a language counts no more than this, in log odds
MOST = 6.0
#: groups are clear where their means are so many standard deviations, and so many nats, apart, and each has so many stretches
APART, WIDE, FEWEST = 3.0, 4.0, 2
#: a group whose mean is so far, in nats, on the side of the other language is of that
LEAN = 3.0
#: the least probability that is told from none
LEAST = 1e-9


def stretches(speech: Sequence[Segment], cut: Callable[[float, float], float]) -> list[Segment]:
    """What votes: stretches of speech between pauses, long ones in parts.

    Args:
        speech: where somebody speaks, in order.
        cut: given two times, chooses the one to cut at between them.
    """
    return split_long(speech, LONGEST, cut)


def assign(
    voters: Sequence[Segment], votes: Sequence[Mapping[str, float]], languages: Sequence[str]
) -> list[LanguageStretch]:
    """The language of each stretch.

    Args:
        voters: in order.
        votes: probabilities by language; empty for a stretch that was not listened to.
        languages: that the film has, the main one first.

    Returns:
        A stretch for each voter, with the probability that its language has among those of the film.
    """
    scores = [[log(max(vote.get(code, 0.0), LEAST)) for code in languages] if vote else None for vote in votes]
    heard = [score for score in scores if score]
    scales = [(0.0, 1.0), *(_scale([one[0] - one[k] for one in heard]) for k in range(1, len(languages)))]
    odds = [
        _odds(score, scales, voter) if score else [0.0] * len(languages)
        for score, voter in zip(scores, voters, strict=True)
    ]
    return [
        LanguageStretch(start=voter.start, end=voter.end, language=languages[best], probability=_share(some, best))
        for voter, some, best in zip(voters, odds, _smooth(odds, _prices(voters)), strict=True)
    ]


def _scale(differences: Sequence[float]) -> tuple[float, float]:
    """Where main and other language part, and how much a nat of difference counts.

    Two groups are looked for (two means); log odds are those of two normal distributions of one variance (linear discriminant).
    """
    if not differences:
        return 0.0, 1.0
    low, high = min(differences), max(differences)
    for _ in range(20):
        middle = (low + high) / 2
        lower = [one for one in differences if one < middle]
        upper = [one for one in differences if one >= middle]
        if len(lower) < FEWEST or len(upper) < FEWEST:
            return 0.0, 1.0
        low, high = fmean(lower), fmean(upper)
    spread = (pvariance(lower) * len(lower) + pvariance(upper) * len(upper)) / len(differences)
    if high - low < max(WIDE, APART * spread**0.5) or low > LEAN or high < -LEAN:
        return 0.0, 1.0
    return (low + high) / 2, min((high - low) / max(spread, 0.01), 3.0)


def _odds(score: Sequence[float], scales: Sequence[tuple[float, float]], voter: Segment) -> list[float]:
    """Log odds of each language against the main one, by how long the vote is."""
    weight = min(1.0, (voter.end - voter.start) / FULL_VOTE)
    return [
        weight * max(-MOST, min(MOST, slope * (middle - (score[0] - one)))) if place else 0.0
        for place, (one, (middle, slope)) in enumerate(zip(score, scales, strict=True))
    ]


def _prices(voters: Sequence[Segment]) -> list[float]:
    """What a switch costs between each stretch and the next."""
    pauses = (after.start - before.end for before, after in pairwise(voters))
    return [SWITCH_IN_A_BREATH if pause < BREATH else SWITCH for pause in pauses]


def _smooth(odds: Sequence[Sequence[float]], prices: Sequence[float]) -> list[int]:
    """The most probable languages of all stretches, where each switch has its price (Viterbi 1967)."""
    if not odds:
        return []
    best = list(odds[0])
    ways: list[list[int]] = []
    for some, price in zip(odds[1:], prices, strict=True):
        came = [_best_before(best, to, price) for to in range(len(some))]
        best = [_arriving(best, k, to, price) + some[to] for to, k in enumerate(came)]
        ways.append(came)
    at = max(range(len(best)), key=best.__getitem__)
    path = [at]
    for came in reversed(ways):
        at = came[at]
        path.append(at)
    return path[::-1]


def _arriving(best: Sequence[float], before: int, to: int, price: float) -> float:
    return best[before] - (price if before != to else 0.0)


def _best_before(best: Sequence[float], to: int, price: float) -> int:
    return max(range(len(best)), key=lambda before: _arriving(best, before, to, price))


def _share(odds: Sequence[float], best: int) -> float:
    top = max(odds, default=-inf)
    return exp(odds[best] - top) / sum(exp(one - top) for one in odds)


def spoken_in(stretches: Sequence[LanguageStretch], language: str) -> list[Segment]:
    """Where a language is spoken: stretches of it that touch are one."""
    return union(Segment(start=one.start, end=one.end) for one in stretches if one.language == language)
