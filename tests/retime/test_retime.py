"""Subtitles of a made-up film whose every word is known, moved, stretched, cut and spoilt, are put in step again."""

import random
from dataclasses import dataclass, field

import pytest

from moviesubs.contracts import Cue, Segment, Word
from moviesubs.retime.retime import find_fit, record, retimed_spans

#: seconds: what a viewer does not notice
STEP = 0.15


@dataclass
class Film:
    """Cues as they should be, and what is heard: words, and stretches of speech."""

    cues: list[Cue] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    speech: list[Segment] = field(default_factory=list)


def film(count: int, seed: int) -> Film:
    """Sentences of two to seven words of three hundred, with pauses."""
    rng, made, at = random.Random(seed), Film(), 5.0
    for _ in range(count):
        start, said = at, []
        for _ in range(rng.randint(2, 7)):
            said.append(f"w{rng.randrange(300)}")
            length = rng.uniform(0.15, 0.5)
            made.words.append(Word(word=said[-1], start=at, end=at + length))
            at += length
        made.cues.append(Cue(start=round(start * 1000), end=round(at * 1000), lines=[" ".join(said)]))
        made.speech.append(Segment(start=start, end=at))
        at += rng.uniform(0.1, 4.0)
    return made


def spoilt(
    right: Film, drift: float, offset: float, cut: float, wrong: float, seed: int
) -> tuple[list[Cue], list[int], set[int]]:
    """The file for another version of the film, which lacks `cut` seconds in its middle; `wrong` of the lines are of another film.

    Returns:
        Its cues, the index that each has in the right film, and which of them are wrong.
    """
    rng = random.Random(seed)
    middle = right.cues[len(right.cues) // 2].start / 1000
    cues, origin, bad = [], [], set()
    for index, cue in enumerate(right.cues):
        start = cue.start / 1000
        if middle < start < middle + cut:
            continue
        own = (start - offset - (cut if start >= middle + cut else 0.0)) / drift
        lines = cue.lines
        if rng.random() < wrong:
            bad.add(len(cues))
            lines = [" ".join(f"x{rng.randrange(300)}" for _ in lines[0].split())]
        cues.append(Cue(start=round(own * 1000), end=round(own * 1000 + (cue.end - cue.start) / drift), lines=lines))
        origin.append(index)
    return cues, origin, bad


CASES = [
    (1.0, 0.0, 0.0),
    (1.0, -40.0, 0.0),
    (1.0, 40.0, 0.0),
    (1.0, 3.3, 0.0),
    (25 / 23.976, -20.0, 0.0),
    (23.976 / 25, 12.0, 0.0),
    (1.0, 0.0, 60.0),
    (1.0, 31.0, 60.0),
]


@pytest.mark.parametrize("count", [30, 400])
@pytest.mark.parametrize(("drift", "offset", "cut"), [*CASES, (1.04, 2.0, 0.0), (0.96, -33.0, 60.0)])
def test_by_its_words_a_file_is_in_step_and_wrong_lines_are_listed(
    count: int, drift: float, offset: float, cut: float
) -> None:
    right = film(count, seed=count)
    cues, origin, bad = spoilt(right, drift, offset, cut, wrong=0.1, seed=1)
    fit, method = find_fit(cues, right.words, right.speech)
    assert fit is not None
    assert method == "words"
    spans = retimed_spans([(cue.start, cue.end) for cue in cues], fit)
    off = [abs(start - right.cues[index].start) / 1000 for (start, _), index in zip(spans, origin, strict=True)]
    late = {number for number, seconds in enumerate(off) if seconds > STEP}
    assert len(late) <= 0.05 * len(cues)
    assert not late & fit.agreeing
    assert not bad & fit.agreeing
    assert {cue.lines[0] for cue in record(cues, fit, method).unmatched} >= {cues[number].lines[0] for number in bad}


@pytest.mark.parametrize(("drift", "offset", "cut"), CASES)
def test_in_another_language_a_file_is_in_step_by_where_speech_begins(drift: float, offset: float, cut: float) -> None:
    right = film(200, seed=3)
    cues, origin, _ = spoilt(right, drift, offset, cut, wrong=1.0, seed=2)
    fit, method = find_fit(cues, right.words, right.speech)
    assert fit is not None
    assert method == "speech"
    spans = retimed_spans([(cue.start, cue.end) for cue in cues], fit)
    off = [abs(start - right.cues[index].start) / 1000 for (start, _), index in zip(spans, origin, strict=True)]
    assert sum(seconds <= STEP for seconds in off) >= 0.95 * len(cues)


def test_a_file_of_another_film_fits_hardly_anywhere() -> None:
    right, other = film(100, seed=4), film(100, seed=5)
    for cue in other.cues:
        cue.lines = ["nothing of this is said"]
    fit, method = find_fit(other.cues, right.words, right.speech)
    assert method == "speech"
    assert fit is None or len(fit.agreeing) < 0.7 * len(other.cues)


def test_nothing_fits_a_silent_film() -> None:
    assert find_fit(film(10, seed=1).cues, [], [])[0] is None
