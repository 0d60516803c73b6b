"""From stretches of speech to the chunks that a recogniser takes."""

import math
from collections.abc import Callable, Sequence

from moviesubs.contracts import Segment
from moviesubs.media.wav import SAMPLE_RATE, Wav

#: seconds; Whisper's window, so no chunk can be longer
WHISPER_WINDOW = 30.0
#: seconds of sound before and after detected speech that a recogniser hears too: soft first sounds come before what a VAD
#: notices, and Whisper guesses at words that begin at the cut (Silero's own use in faster-whisper adds 0.4 s)
PADDING = 0.2
#: a stretch that is too long is cut at its quietest moment, looked for in blocks of so many samples (50 ms)
BLOCK = SAMPLE_RATE // 20


def quietest_moment(wav: Wav, start: float, end: float) -> float:
    """The quietest 50 ms of a stretch: where cutting hurts least.

    Args:
        wav: the audio.
        start: where to look from, in seconds.
        end: where to look to, in seconds.

    Returns:
        The middle of the quietest block, in seconds.
    """
    import numpy as np

    samples = wav.seconds(start, end)
    blocks = len(samples) // BLOCK
    if blocks == 0:
        return (start + end) / 2
    energy = np.square(samples[: blocks * BLOCK].reshape(blocks, BLOCK)).mean(axis=1)
    return start + (int(energy.argmin()) + 0.5) * BLOCK / SAMPLE_RATE


def split_long(segments: Sequence[Segment], limit: float, cut: Callable[[float, float], float]) -> list[Segment]:
    """Cuts stretches that are longer than the limit, each time in the later half of what is allowed.

    Looking in the later half is WhisperX's rule (Bain et al. 2023, https://arxiv.org/abs/2303.00747, "min cut").

    Args:
        segments: stretches of speech in order, in seconds.
        limit: the greatest length, in seconds.
        cut: given two times, chooses the one to cut at between them.

    Returns:
        The same stretches, none longer than `limit`.
    """
    result = []
    for segment in segments:
        start = segment.start
        while segment.end - start > limit:
            at = min(max(cut(start + limit / 2, start + limit), start + limit / 2), start + limit)
            result.append(Segment(start=start, end=at))
            start = at
        result.append(Segment(start=start, end=segment.end))
    return result


def merge(segments: Sequence[Segment], limit: float, max_pause: float = math.inf) -> list[Segment]:
    """Joins neighbouring stretches into chunks as long as the limit allows; the pauses between them are kept.

    Without `max_pause` the rule is `whisperx.vads.Vad.merge_chunks`; it is repeated here because MLX's environment has
    no WhisperX.

    Args:
        segments: stretches of speech in order, in seconds, none longer than `limit`.
        limit: the greatest length of a chunk, in seconds.
        max_pause: the longest pause inside a chunk, in seconds; Whisper invents text for long stretches of music.

    Returns:
        The chunks.
    """
    chunks: list[Segment] = []
    for segment in segments:
        last = chunks[-1] if chunks else None
        if last and segment.end - last.start <= limit and segment.start - last.end <= max_pause:
            chunks[-1] = Segment(start=last.start, end=segment.end)
        else:
            chunks.append(Segment(start=segment.start, end=segment.end))
    return chunks


def padded(chunks: Sequence[Segment], padding: float, duration: float) -> list[Segment]:
    """Adds a little sound before and after each chunk.

    Args:
        chunks: in order, in seconds.
        padding: seconds on each side, less where the middle of the pause to the neighbour or an end of the audio comes first.
        duration: of the audio, in seconds.

    Returns:
        The chunks, longer, still without overlap.
    """
    starts, ends = [chunk.start for chunk in chunks], [chunk.end for chunk in chunks]
    middles = [(end + start) / 2 for end, start in zip(ends, starts[1:], strict=False)]
    lowest, highest = [0.0, *middles], [*middles, max([duration, *ends])]
    return [
        Segment(start=max(chunk.start - padding, low), end=min(chunk.end + padding, high))
        for chunk, low, high in zip(chunks, lowest, highest, strict=False)
    ]


def chunks_of(wav: Wav, segments: Sequence[Segment], limit: float, max_pause: float) -> list[Segment]:
    """The chunks to recognise.

    Args:
        wav: the audio.
        segments: stretches of speech in order, in seconds.
        limit: the greatest length of a chunk without its padding, in seconds; Whisper's window of 30 s holds both.
        max_pause: the longest pause inside a chunk, in seconds.

    Returns:
        The chunks in order, padded; nothing of the speech is lost.
    """
    limit = min(limit, WHISPER_WINDOW - 2 * PADDING)
    parts = split_long(segments, limit, lambda start, end: quietest_moment(wav, start, end))
    return padded(merge(parts, limit, max_pause), PADDING, wav.duration)
