"""How much each flag matters, and what it says to a person; apart from the flags, so that a changed sentence is no change of the stages."""

from collections.abc import Iterable
from typing import NamedTuple

from moviesubs.flags import Flag


class Meaning(NamedTuple):
    """A flag as a person reads it; `severity` ranks it, 0 to 100: from 80 on text is likely to be wrong or missing."""

    label: str
    why: str
    severity: int


MEANINGS: dict[Flag, Meaning] = {
    Flag.LOOP_CUT: Meaning("loop cut", "The recogniser said the same again and again here; what was too much was taken out.", 84),
    Flag.OTHER_SCRIPT: Meaning("other script", "In another script than the language's own; to decode it again did not help.", 62),
    Flag.TRANSLITERATED: Meaning("transliterated", "It came out in another script; its letters were carried over, roughly.", 72),
    Flag.SPEECH_WITHOUT_TEXT: Meaning("speech without text", "Somebody seems to speak here, but no text came out, twice.", 86),
    Flag.CUT_OFF: Meaning("cut off", "The recogniser ran out of room: text is missing after this.", 88),
    Flag.MAYBE_NO_SPEECH: Meaning("maybe no speech", "The recogniser doubts that anybody speaks here: the text may be made up.", 90),
    Flag.MAYBE_BOILERPLATE: Meaning("maybe boilerplate", "Recognisers learnt this from the ends of videos; here somebody may say it.", 60),
    Flag.REPEATED: Meaning("repeated", "The same text three times or more in a row: a loop of the recogniser, or a chorus.", 85),
    Flag.IMPLAUSIBLE_SPEED: Meaning("implausible speed", "More text than anyone can say in that time: made up, or misplaced.", 80),
    Flag.LOW_CONFIDENCE: Meaning("low confidence", "The recogniser was unsure of these words.", 70),
    Flag.HEARD_OTHERWISE: Meaning("heard otherwise", "Another model, the aligner or a second recogniser, hears other letters.", 68),
    Flag.UNEXPECTED_SCRIPT: Meaning("other script", "Mostly written in another script than the language's own.", 60),
    Flag.TRANSLATION_EMPTY: Meaning("no translation", "The translator gave nothing back.", 95),
    Flag.TRANSLATION_UNTRANSLATED: Meaning("not translated", "The source itself, or words in its script.", 90),
    Flag.TRANSLATION_TOO_SHORT: Meaning("short translation", "Far shorter than its source: most of it must be missing.", 86),
    Flag.TRANSLATION_REPEATS: Meaning("repeating translation", "The translator said the same again and again; the source does not.", 82),
    Flag.TRANSLATION_DEBRIS: Meaning("debris", "A word is missing: the translator wrote signs that are no text.", 83),
    Flag.TRANSLATION_TOO_LONG: Meaning("long translation", "The translation is far longer than its source: it may ramble.", 75),
    Flag.TRANSLATION_TERM_LOST: Meaning("term lost", "A name of the source, or a glossary term, is missing in the translation.", 65),
    Flag.TRANSLATION_NUMBER_LOST: Meaning("number lost", "A number of the source is missing in the translation.", 66),
    Flag.LONG_WORD: Meaning("long word", "A word seems to last over four seconds: its time is doubtful.", 40),
    Flag.TIMES_REPAIRED: Meaning("repaired times", "A word's time could not be right; it was put where speech was detected.", 28),
    Flag.NOT_ALIGNED: Meaning("not aligned", "The aligner found none of these words in the sound.", 45),
    Flag.TIMES_ESTIMATED: Meaning("estimated times", "Most words could not be aligned: times are estimated from the text's length.", 30),
    Flag.TOO_FAST: Meaning("too fast", "More to read a second than the limit.", 50),
    Flag.TOO_SHORT: Meaning("too short", "Shown for less than the least time.", 35),
    Flag.TOO_LONG: Meaning("too long", "Shown for more than the longest time.", 35),
    Flag.TOO_LONG_LINE: Meaning("long line", "A word does not fit on a line.", 45),
    Flag.TOO_MANY_LINES: Meaning("many lines", "More lines than allowed.", 45),
    Flag.LATE: Meaning("late", "Appears after its first word: somebody else is still being read.", 42),
    Flag.CUT_SHORT: Meaning("cut short", "Goes while its last word is still heard.", 25),
    Flag.OVERLAP: Meaning("overlap", "The next cue appears before this one goes.", 44),
    Flag.OUT_OF_ORDER: Meaning("out of order", "The next cue starts before this one.", 44),
    Flag.SMALL_GAP: Meaning("small gap", "Less than the least time before the next cue.", 15),
    Flag.EMPTY: Meaning("empty", "There is nothing to read in it.", 30),
    Flag.NOT_SHOWN: Meaning("not shown", "No cue shows this sentence.", 60),
    Flag.OPEN_GAP: Meaning("flash", "Nothing is shown for a moment too short to notice as a pause.", 10),
    Flag.BAD_BREAK: Meaning("bad break", "A line ends between words that belong together.", 20),
    Flag.SONG_SKIPPED: Meaning("song", "It is sung, and songs are not shown in this movie.", 3),
    Flag.CORRECTED: Meaning("corrected", "A person has corrected this text.", 1),
    Flag.REMOVED_BY_HAND: Meaning("deleted", "A person has deleted this text.", 2),
    Flag.NO_WORDS: Meaning("no words", "Punctuation only.", 5),
    Flag.REMOVED_LOOP: Meaning("loop", "The rest of what the recogniser repeated without end.", 6),
    Flag.REMOVED_BOILERPLATE: Meaning("boilerplate", "What recognisers learnt from the ends of videos: made up.", 8),
    Flag.REMOVED_OUTSIDE_SPEECH: Meaning("outside speech", "Text where nobody was detected to speak.", 8),
    Flag.REMOVED_NO_SPEECH: Meaning("no speech", "The recogniser takes this for silence, and is not sure of its text.", 8),
    Flag.REMOVED_OTHER_SCRIPT: Meaning("other script", "Decoded again in the language's own script; this is what came first.", 5),
    Flag.REMOVED_NOT_RECOGNISED: Meaning("not recognised", "The recogniser died here each time: what is said here is missing.", 92),
    Flag.DUPLICATE: Meaning("duplicate", "Text and time of the segment before.", 5),
}  # fmt: skip


def severity(flags: Iterable[Flag]) -> int:
    """How much something with these flags matters: its gravest flag counts, each further one a little; 0 without any."""
    ranked = sorted((MEANINGS[flag].severity for flag in set(flags)), reverse=True)
    return ranked[0] + len(ranked) - 1 if ranked else 0
