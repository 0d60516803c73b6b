"""What a wav2vec2 aligner hears by itself, held against the recogniser's text: the letters of each frame cost nothing more."""

#: character error rate between both ears from which a person should listen; two good models differ by a third and less
DISAGREEMENT = 0.6
#: letters of a text that can be judged: a short one is soon half wrong
FEWEST_LETTERS = 8


def character_error_rate(text: str, heard: str) -> float:
    """How many characters must change for one text to become the other, by the characters of the first.

    Args:
        text: what the recogniser wrote.
        heard: what the other ear heard.

    Returns:
        Levenshtein's distance without spaces and case, divided by the length of the text; 0 for an empty one.
    """
    import numpy as np

    first, second = ("".join(one.casefold().split()) for one in (text, heard))
    if not first:
        return 0.0
    codes = np.array([ord(letter) for letter in second])
    steps = np.arange(len(second) + 1)
    row: np.ndarray = steps.copy()
    for letter in first:
        better = np.minimum(row[1:] + 1, row[:-1] + (codes != ord(letter)))
        row = np.minimum.accumulate(np.concatenate([[row[0] + 1], better]) - steps) + steps  # insertions
    return float(row[-1]) / len(first)


def is_poor_ear(flagged: int, judged: int) -> bool:
    """Whether an ear differs from so many texts that it is the one that hears badly, which says nothing of the texts: more than a third."""
    return 3 * flagged > judged
