"""Translations and subtitles against the phrasebook: chrF by sacrebleu, and sentences that stand in their place."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pysrt
from sacrebleu.metrics.chrf import CHRF

from scoring.words import normalised


class Expected(NamedTuple):
    """A sentence that should be read between `start` and `end`, in seconds."""

    start: float
    end: float
    text: str


def chrf(reference: Sequence[str], translation: Sequence[str]) -> float:
    """The character n-gram F-score over a set of sentences, with sacrebleu's settings (chrF2).

    Args:
        reference: the right translations.
        translation: the given ones, in the same order.

    Returns:
        0 to 100.
    """
    return float(CHRF().corpus_score(list(translation), [list(reference)]).score)


def right_sentences(expected: Sequence[Expected], subtitles: Path | str, tolerance: float = 0.5) -> list[bool]:
    """Which sentences stand in a SubRip file where they are spoken.

    Lines and cues are joined; case, punctuation and white space do not matter. A sentence is right when its words stand
    one after the other in the cues that are shown while it is spoken.

    Args:
        expected: the sentences with their times.
        subtitles: the SubRip file.
        tolerance: cues that end or begin this many seconds before or after the sentence count too.

    Returns:
        True or false for each sentence.
    """
    cues = [
        (cue.start.ordinal / 1000, cue.end.ordinal / 1000, normalised(cue.text_without_tags))
        for cue in pysrt.open(str(subtitles), encoding="utf-8")
    ]

    def shown(start: float, end: float) -> str:
        return " ".join(text for begins, ends, text in cues if begins < end + tolerance and ends > start - tolerance)

    return [f" {normalised(sentence.text)} " in f" {shown(sentence.start, sentence.end)} " for sentence in expected]
