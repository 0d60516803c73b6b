"""What flags mean to a person, and how much they matter."""

from collections.abc import Iterable
from typing import NamedTuple


class Meaning(NamedTuple):
    """A flag as a person reads it; `weight` ranks it, a higher one matters more."""

    label: str
    why: str
    weight: int


MEANINGS = {
    # the recogniser's text
    "loop-cut": Meaning("loop cut", "The recogniser said the same again and again here; what was too much was taken out.", 84),
    "other-script": Meaning("other script", "In another script than the language's own; to decode it again did not help.", 62),
    "cut-off": Meaning("cut off", "The recogniser ran out of room: text is missing after this.", 88),
    "maybe-no-speech": Meaning("maybe no speech", "The recogniser doubts that anybody speaks here: the text may be made up.", 90),
    "repeated": Meaning("repeated", "The same text three times or more in a row: a loop of the recogniser, or a chorus.", 85),
    "implausible-speed": Meaning("implausible speed", "More text than anyone can say in that time: made up, or misplaced.", 80),
    "low-confidence": Meaning("low confidence", "The recogniser was unsure of these words.", 70),
    "unexpected-script": Meaning("other script", "Mostly written in another script than the language's own.", 60),
    # the translation
    "translation-empty": Meaning("no translation", "The translator gave nothing back.", 95),
    "translation-too-long": Meaning("long translation", "The translation is far longer than its source: it may ramble.", 75),
    "translation-term-lost": Meaning("term lost", "A name or number of the source, or a glossary term, is missing in the translation.", 65),
    "translation-number-lost": Meaning("number lost", "A number of the source is missing in the translation.", 66),
    # times
    "long-word": Meaning("long word", "A word seems to last over four seconds: its time is doubtful.", 40),
    "not-aligned": Meaning("not aligned", "The aligner found none of these words in the sound.", 45),
    "times-estimated": Meaning("estimated times", "Most words could not be aligned; their times are estimated from the text's length.", 30),
    # cues
    "too-fast": Meaning("too fast", "More to read a second than the limit.", 50),
    "too-short": Meaning("too short", "Shown for less than the least time.", 35),
    "too-long": Meaning("too long", "Shown for more than the longest time.", 35),
    "too-long-line": Meaning("long line", "A word does not fit on a line.", 45),
    "too-many-lines": Meaning("many lines", "More lines than allowed.", 45),
    "late": Meaning("late", "Appears after its first word: somebody else is still being read.", 42),
    "cut-short": Meaning("cut short", "Goes while its last word is still heard.", 25),
    "overlap": Meaning("overlap", "The next cue appears before this one goes.", 44),
    "out-of-order": Meaning("out of order", "The next cue starts before this one.", 44),
    "small-gap": Meaning("small gap", "Less than the least time before the next cue.", 15),
    "empty": Meaning("empty", "There is nothing to read in it.", 30),
    "not-shown": Meaning("not shown", "No cue shows this sentence.", 60),
    "open-gap": Meaning("flash", "Nothing is shown for a moment too short to notice as a pause.", 10),
    "bad-break": Meaning("bad break", "A line ends between words that belong together.", 20),
    "song-skipped": Meaning("song", "It is sung, and songs are not shown in this movie.", 3),
    # removed text
    "no-words": Meaning("no words", "Punctuation only.", 5),
    "removed-loop": Meaning("loop", "The rest of what the recogniser repeated without end.", 6),
    "removed-boilerplate": Meaning("boilerplate", "What recognisers learnt from the ends of videos: made up.", 8),
    "removed-outside-speech": Meaning("outside speech", "Text where nobody was detected to speak.", 8),
    "removed-no-speech": Meaning("no speech", "The recogniser takes this for silence, and is not sure of its text.", 8),
    "removed-other-script": Meaning("other script", "Decoded again in the language's own script; this is what came first.", 5),
    "duplicate": Meaning("duplicate", "Text and time of the segment before.", 5),
}  # fmt: skip


def meaning(flag: str) -> Meaning:
    """What a flag means.

    Args:
        flag: any flag; stages may invent new ones.

    Returns:
        Its meaning; for an unknown flag its own name, with a middling weight.
    """
    return MEANINGS.get(flag, Meaning(flag.replace("-", " "), "Flagged by a stage of the workflow.", 55))


def weight(flags: Iterable[str]) -> int:
    """How much something with these flags matters: its gravest flag counts, each further one a little.

    Args:
        flags: of a sentence, a cue, or both.
    """
    weights = sorted((meaning(flag).weight for flag in set(flags)), reverse=True)
    return weights[0] + len(weights) - 1 if weights else 0
