"""What Whisper makes up: loops, boilerplate on silence and music, text where nobody speaks. It is set apart, with the reason."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import Flag, removal
from moviesubs.recognition.boilerplate import boilerplate
from moviesubs.recognition.loops import LONGEST_WORD, cut_loops

#: words a second of a chorus; a loop says more, or so little that it is not what filled the time (our figures)
SUNG = (1.0, 3.0)
#: a segment of which less than this share was detected as speech is text outside of it
LEAST_SPEECH = 0.1
#: a polite word with fewer characters a second of sound was not what filled the time; slow speech has 5
SLOWEST_PHRASE = 2.0
#: mean log probability under which, and probability of silence above which, a polite word is not believed
DOUBTFUL_LOGPROB, DOUBTFUL_SILENCE = -1.0, 0.6
#: root mean square of the samples under which there is nothing to hear (-54 dB of full scale)
QUIET = 0.002


def _share(segment: AsrSegment, speech: Sequence[Segment]) -> float:
    """How much of a segment was detected as speech."""
    length = segment.end - segment.start
    covered = sum(max(0.0, min(one.end, segment.end) - max(one.start, segment.start)) for one in speech)
    return covered / length if length > 0 else 1.0


def _unbelievable(segment: AsrSegment, loudness: Callable[[float, float], float]) -> bool:
    """Whether nothing but a polite word comes from a stretch that does not sound like one."""
    logprob, silence = segment.avg_logprob, segment.no_speech_prob
    return (
        (logprob is not None and logprob < DOUBTFUL_LOGPROB)
        or (silence is not None and silence > DOUBTFUL_SILENCE)
        or len(segment.text) < SLOWEST_PHRASE * (segment.end - segment.start)
        or loudness(segment.start, segment.end) < QUIET
    )


def _could_be_sung(segment: AsrSegment) -> bool:
    """Whether a repetition may be a chorus: it ended by itself, and its words fit its time. A loop ends when the decoder is full."""
    words = segment.text.split()
    rate = len(words) / max(0.01, segment.end - segment.start)
    return Flag.CUT_OFF not in segment.flags and SUNG[0] <= rate <= SUNG[1] and max(map(len, words)) <= LONGEST_WORD


def judge(
    segments: Sequence[AsrSegment], speech: Sequence[Segment], loudness: Callable[[float, float], float]
) -> list[AsrSegment]:
    """Sets apart what a recogniser made up.

    Args:
        segments: what was recognised, in order.
        speech: where somebody speaks, in seconds.
        loudness: root mean square of the samples between two times in seconds.

    Returns:
        All segments in order. What is made up has a flag that begins with "removed"; a loop becomes two segments: what is kept
        of it, and what was taken out. A repetition that may have been sung stays, flagged.
    """
    judged: list[AsrSegment] = []
    for segment in segments:
        if removal(segment.flags):
            judged.append(segment)
            continue
        kind = boilerplate(segment.text)
        reason: Flag | None = None
        if _share(segment, speech) < LEAST_SPEECH:
            reason = Flag.REMOVED_OUTSIDE_SPEECH
        elif kind == "credit" or (kind == "phrase" and _unbelievable(segment, loudness)):
            reason = Flag.REMOVED_BOILERPLATE
        if reason:
            judged.append(replace(segment, flags=[*segment.flags, reason]))
            continue
        kept, taken = cut_loops(segment.text)
        if not taken:
            judged.append(segment)
            continue
        if _could_be_sung(segment):
            judged.append(replace(segment, flags=[*segment.flags, Flag.REPEATED]))
            continue
        judged.append(replace(segment, text=kept, flags=[*segment.flags, Flag.LOOP_CUT]))
        judged.append(replace(segment, text=taken, words=None, flags=[Flag.REMOVED_LOOP]))
    return judged
