"""What Whisper makes up: loops, boilerplate on silence and music, text where nobody speaks. It is set apart, with the reason."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import Flag, removal
from moviesubs.recognition.boilerplate import boilerplate, holds_credit
from moviesubs.recognition.loops import LONGEST_WORD, cut_loops

#: words a second of a chorus; a loop says more, or so little that it is not what filled the time (our figures)
SUNG = (1.0, 3.0)
#: a segment of which less than this share was detected as speech is text outside of it
LEAST_SPEECH = 0.1
#: seconds of detected speech that so short a text cannot have filled: music that was taken for speech
FILLED = 8.0
#: ... with fewer characters a second than this; slow speech has 5
SLOWEST_PHRASE = 2.0
#: mean log probability under which, and probability of silence above which, what people do say is not believed (Whisper's own limits)
DOUBTFUL_LOGPROB, DOUBTFUL_SILENCE = -1.0, 0.6
#: the same for what hardly anybody says in a film, and the share of detected speech that it needs (our figures)
CREDIT_LOGPROB, CREDIT_SILENCE, CREDIT_SPEECH = -0.7, 0.4, 0.5
#: root mean square of the samples under which there is nothing to hear (-54 dB of full scale)
QUIET = 0.002


def _share(segment: AsrSegment, speech: Sequence[Segment]) -> float:
    """How much of a segment was detected as speech."""
    length = segment.end - segment.start
    covered = sum(max(0.0, min(one.end, segment.end) - max(one.start, segment.start)) for one in speech)
    return covered / length if length > 0 else 1.0


def _doubt(segment: AsrSegment, kind: str, share: float, loudness: Callable[[float, float], float]) -> str | None:
    """Why boilerplate was not said; None where nothing speaks against it, for people do say such things."""
    credit = kind == "credit"
    lowest, most_silent = (CREDIT_LOGPROB, CREDIT_SILENCE) if credit else (DOUBTFUL_LOGPROB, DOUBTFUL_SILENCE)
    spoken = share * (segment.end - segment.start)
    if segment.avg_logprob is not None and segment.avg_logprob < lowest:
        return f"improbable: {segment.avg_logprob:.2f}"
    if segment.no_speech_prob is not None and segment.no_speech_prob > most_silent:
        return f"probability of silence: {segment.no_speech_prob:.2f}"
    if loudness(segment.start, segment.end) < QUIET:
        return "nobody is audible"
    if credit and share < CREDIT_SPEECH:
        return f"speech detected in {share:.0%} of it"
    if spoken > FILLED and len(segment.text) < SLOWEST_PHRASE * spoken:
        return f"{len(segment.text)} characters in {spoken:.0f} s of sound"
    return None


def _could_be_sung(segment: AsrSegment) -> bool:
    """Whether a repetition may be a chorus: it ended by itself, and its words fit its time. A loop ends when the decoder is full."""
    words = segment.text.split()
    rate = len(words) / max(0.01, segment.end - segment.start)
    return Flag.CUT_OFF not in segment.flags and SUNG[0] <= rate <= SUNG[1] and max(map(len, words)) <= LONGEST_WORD


def outside_speech(segments: Sequence[AsrSegment], speech: Sequence[Segment], wav: object = None) -> list[AsrSegment]:
    """Sets apart text where nobody speaks; the rest of what a recogniser of letters hears was heard."""
    return [
        replace(one, flags=[*one.flags, Flag.REMOVED_OUTSIDE_SPEECH])
        if one.text and not removal(one.flags) and _share(one, speech) < LEAST_SPEECH
        else one
        for one in segments
    ]


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
        share = _share(segment, speech)
        if share < LEAST_SPEECH:
            judged.append(replace(segment, flags=[*segment.flags, Flag.REMOVED_OUTSIDE_SPEECH]))
            continue
        kind = boilerplate(segment.text)
        if kind and (doubt := _doubt(segment, kind, share, loudness)):
            reason = Flag.REMOVED_BOILERPLATE
            judged.append(replace(segment, flags=[*segment.flags, reason], reasons={**segment.reasons, reason: doubt}))
            continue
        if kind == "credit" or holds_credit(segment.text):
            segment = replace(segment, flags=[*segment.flags, Flag.MAYBE_BOILERPLATE])
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
