"""Recognised words and their times against the spoken ones, by jiwer."""

import statistics
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import jiwer
import numpy as np
from jiwer import transforms

_CLEAN = transforms.Compose(
    [
        transforms.RemovePunctuation(),  # type: ignore[no-untyped-call]
        transforms.ToLowerCase(),
        transforms.RemoveMultipleSpaces(),
        transforms.Strip(),
    ]
)
_SPLIT = transforms.ReduceToListOfListOfWords()


class WordStart(NamedTuple):
    """A word and when it starts, in seconds."""

    text: str
    start: float


class StartErrors(NamedTuple):
    """How far the words' start times are off, in milliseconds; `compared` of the `spoken` words were recognised rightly."""

    median: float
    percentile_95: float
    compared: int
    spoken: int


def normalised(text: str) -> str:
    """A text as word error rates compare it: NFC, no punctuation (the danda is punctuation), lower case, single spaces.

    Args:
        text: in any language.

    Returns:
        Words with a space between each two; an empty string where there are none.
    """
    return str(_CLEAN(" ".join(unicodedata.normalize("NFC", text).split())))


def word_error_rate(spoken: Sequence[str], recognised: Sequence[str]) -> float:
    """The word error rate over several recordings.

    Args:
        spoken: what was said, a text a recording.
        recognised: what was understood, in the same order.

    Returns:
        (substitutions + deletions + insertions) / spoken words; 0.03 is 3 %.
    """
    said, heard = list(map(normalised, spoken)), list(map(normalised, recognised))
    return float(jiwer.process_words(said, heard, _SPLIT, _SPLIT).wer)


def start_differences(spoken: Sequence[WordStart], recognised: Sequence[WordStart]) -> list[float]:
    """Start times of the words that were recognised rightly, against the true ones.

    Which word is which is decided by the alignment that the word error rate rests on.

    Args:
        spoken: all words of a recording, in order.
        recognised: all words that were understood, in order, on the same clock.

    Returns:
        Recognised minus true start, in seconds, a number a word that is equal in both.
    """
    true, understood = (
        [word._replace(text=text) for word in words if (text := normalised(word.text).replace(" ", ""))]
        for words in (spoken, recognised)
    )
    if not true or not understood:
        return []
    said, heard = (" ".join(word.text for word in words) for words in (true, understood))
    aligned = jiwer.process_words(said, heard, _SPLIT, _SPLIT)
    return [
        understood[chunk.hyp_start_idx + offset].start - true[chunk.ref_start_idx + offset].start
        for chunk in aligned.alignments[0]
        if chunk.type == "equal"
        for offset in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def start_errors(differences: Sequence[float], spoken: int) -> StartErrors:
    """Median and 95th percentile of the absolute differences.

    Args:
        differences: of all recordings, in seconds, as `start_differences` gives them.
        spoken: how many words were said.

    Returns:
        The figures in milliseconds; not a number where no word could be compared.
    """
    if not differences:
        return StartErrors(float("nan"), float("nan"), 0, spoken)
    absolute = [abs(difference) * 1000 for difference in differences]
    return StartErrors(statistics.median(absolute), float(np.percentile(absolute, 95)), len(absolute), spoken)
