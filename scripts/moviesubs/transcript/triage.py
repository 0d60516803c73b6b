"""Light clean-up of a recogniser's segments: what is doubtful gets a flag, what no one needs to read is set apart, nothing vanishes."""

from collections.abc import Sequence

from msgspec.structs import replace

from moviesubs.contracts import AsrSegment
from moviesubs.flags import Flag, removal
from moviesubs.language import text

#: as many equal segments in a row are a loop of the recogniser rather than speech
LOOP = 3
#: segments of the same text whose starts and ends differ by less (seconds) are one segment given twice
SAME_TIME = 0.05
#: Whisper's own threshold (`logprob_threshold`) below which a decoding counts as failed
LOW_LOGPROB = -1.0
#: Whisper's own threshold (`no_speech_threshold`)
NO_SPEECH = 0.6


def triage(segments: Sequence[AsrSegment]) -> tuple[list[AsrSegment], list[AsrSegment]]:
    """Cleans the segments' text, flags what is doubtful, and sets apart what no one needs to read.

    Args:
        segments: as the recogniser gave them, in any order.

    Returns:
        Segments to use, by start, with the flags "repeated", "low-confidence", "maybe-no-speech" where they apply; and removed ones,
        unchanged but for the reason as last flag: "no-words" (nothing but punctuation), "duplicate" (text and time of the
        one before), or a flag "removed..." that an earlier stage gave.
    """
    usable: list[AsrSegment] = []
    removed: list[AsrSegment] = []
    for segment in sorted(segments, key=lambda segment: segment.start):
        cleaned = replace(segment, text=text.clean(segment.text), end=max(segment.start, segment.end))
        reason = _removal(cleaned, usable[-1] if usable else None)
        if reason is None:
            usable.append(replace(cleaned, flags=[*segment.flags, *_doubts(segment)]))
        else:
            removed.append(replace(segment, flags=[flag for flag in segment.flags if flag != reason] + [reason]))
    return _flag_loops(usable), removed


def _removal(segment: AsrSegment, previous: AsrSegment | None) -> Flag | None:
    if reason := removal(segment.flags):
        return reason
    if not text.has_words(segment.text):
        return Flag.NO_WORDS
    if previous and segment.text == previous.text:
        shift = max(abs(segment.start - previous.start), abs(segment.end - previous.end))
        if shift < SAME_TIME:
            return Flag.DUPLICATE
    return None


def _doubts(segment: AsrSegment) -> list[Flag]:
    doubts = []
    if segment.avg_logprob is not None and segment.avg_logprob < LOW_LOGPROB:
        doubts.append(Flag.LOW_CONFIDENCE)
    if segment.no_speech_prob is not None and segment.no_speech_prob > NO_SPEECH:
        doubts.append(Flag.MAYBE_NO_SPEECH)
    return [doubt for doubt in doubts if doubt not in segment.flags]


def _flag_loops(segments: list[AsrSegment]) -> list[AsrSegment]:
    flagged: list[AsrSegment] = []
    run: list[AsrSegment] = []
    run_key = ""
    for segment in segments:
        key = " ".join(text.bare(word) for word in segment.text.split())
        if run and key != run_key:
            flagged += _flag_run(run)
            run = []
        run_key = key
        run.append(segment)
    return flagged + _flag_run(run)


def _flag_run(run: list[AsrSegment]) -> list[AsrSegment]:
    if len(run) < LOOP:
        return run
    return [
        segment if Flag.REPEATED in segment.flags else replace(segment, flags=[*segment.flags, Flag.REPEATED])
        for segment in run
    ]
