"""What is doubtful about a sentence or a cue: the flags that stages set. What they say to a person stands in `flag_meanings`.

A flag says what; data that belongs to it (why a recogniser died, by how much a limit is broken) stands under the flag in `reasons`.
"""

from collections.abc import Iterable
from enum import StrEnum


class Flag(StrEnum):
    """Everything that a stage can flag; its value is what stands in the files."""

    # the recogniser's text
    LOOP_CUT = "loop-cut"
    OTHER_SCRIPT = "other-script"
    CUT_OFF = "cut-off"
    TRANSLITERATED = "transliterated"
    SPEECH_WITHOUT_TEXT = "speech-without-text"
    MAYBE_NO_SPEECH = "maybe-no-speech"
    MAYBE_BOILERPLATE = "maybe-boilerplate"
    REPEATED = "repeated"
    IMPLAUSIBLE_SPEED = "implausible-speed"
    LOW_CONFIDENCE = "low-confidence"
    HEARD_OTHERWISE = "heard-otherwise"
    UNEXPECTED_SCRIPT = "unexpected-script"
    # the translation
    TRANSLATION_EMPTY = "translation-empty"
    TRANSLATION_UNTRANSLATED = "translation-untranslated"
    TRANSLATION_TOO_SHORT = "translation-too-short"
    TRANSLATION_TOO_LONG = "translation-too-long"
    TRANSLATION_REPEATS = "translation-repeats"
    TRANSLATION_DEBRIS = "translation-debris"
    TRANSLATION_TERM_LOST = "translation-term-lost"
    TRANSLATION_NUMBER_LOST = "translation-number-lost"
    # times
    LONG_WORD = "long-word"
    TIMES_REPAIRED = "times-repaired"
    NOT_ALIGNED = "not-aligned"
    TIMES_ESTIMATED = "times-estimated"
    # cues
    TOO_FAST = "too-fast"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    TOO_LONG_LINE = "too-long-line"
    TOO_MANY_LINES = "too-many-lines"
    LATE = "late"
    CUT_SHORT = "cut-short"
    OVERLAP = "overlap"
    OUT_OF_ORDER = "out-of-order"
    SMALL_GAP = "small-gap"
    EMPTY = "empty"
    NOT_SHOWN = "not-shown"
    OPEN_GAP = "open-gap"
    BAD_BREAK = "bad-break"
    SONG_SKIPPED = "song-skipped"
    # a person
    CORRECTED = "corrected"
    REMOVED_BY_HAND = "removed-by-hand"
    # removed text
    NO_WORDS = "no-words"
    REMOVED_LOOP = "removed-loop"
    REMOVED_BOILERPLATE = "removed-boilerplate"
    REMOVED_OUTSIDE_SPEECH = "removed-outside-speech"
    REMOVED_NO_SPEECH = "removed-no-speech"
    REMOVED_OTHER_SCRIPT = "removed-other-script"
    REMOVED_NOT_RECOGNISED = "removed-not-recognised"
    DUPLICATE = "duplicate"


#: text with one of these is not shown; it stays in the files
REMOVALS = frozenset(
    {flag for flag in Flag if flag.startswith("removed-")} | {Flag.NO_WORDS, Flag.DUPLICATE, Flag.SPEECH_WITHOUT_TEXT}
)


def removal(flags: Iterable[Flag]) -> Flag | None:
    """The flag that says why text was set apart; None where it is to be shown."""
    return next((flag for flag in flags if flag in REMOVALS), None)
