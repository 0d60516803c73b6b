"""From stretches of speech to the chunks that a recogniser takes."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from moviesubs.contracts import Segment
from moviesubs.media.wav import SAMPLE_RATE, Wav

if TYPE_CHECKING:
    import numpy as np

#: seconds; Whisper's window, so no chunk can be longer
WHISPER_WINDOW = 30.0
#: seconds of sound before and after detected speech that a recogniser hears too: soft first sounds come before what a VAD
#: notices, and Whisper guesses at words that begin at the cut (Silero's own use in faster-whisper adds 0.4 s)
PADDING = 0.2
#: a stretch that is too long is cut at its quietest moment, looked for in blocks of so many samples (50 ms)
BLOCK = SAMPLE_RATE // 20
#: in blocks: what is read at a time
MINUTE = 60 * SAMPLE_RATE // BLOCK
#: seconds between the moments at which a stretch that is too long may be cut
HALF_SECOND = 0.5
#: of a cut without a pause, in chunks, half of that for each second of pause: longer pauses are chosen, but no chunk more for one
SEAM_COST = 0.1


class Seam(NamedTuple):
    """Where a chunk may end and the next one begin.

    Attributes:
        end: of the speech before, in seconds.
        start: of the speech after, in seconds.
        cost: of a cut here, in chunks.
    """

    end: float
    start: float
    cost: float


def quietest_moment(wav: Wav, start: float, end: float) -> float:
    """The quietest 50 ms of a stretch: where cutting hurts least.

    Args:
        wav: the audio.
        start: where to look from, in seconds.
        end: where to look to, in seconds.

    Returns:
        The middle of the quietest block, in seconds.
    """
    power = powers(wav, start, end)
    return start + (int(power.argmin()) + 0.5) * BLOCK / SAMPLE_RATE if len(power) else (start + end) / 2


def powers(wav: Wav, start: float, end: float) -> "np.ndarray":
    """The mean power of each 50 ms of a stretch, (blocks,); the sound is never in memory whole.

    Args:
        wav: the audio.
        start: of the stretch, in seconds.
        end: of the stretch, in seconds.
    """
    import numpy as np

    first, last = round(start * SAMPLE_RATE), min(round(end * SAMPLE_RATE), wav.samples)
    count = max(0, last - first) // BLOCK
    parts = [np.empty(0)]
    for block in range(0, count, MINUTE):
        samples = wav.read(first + block * BLOCK, first + min(block + MINUTE, count) * BLOCK)
        parts.append(np.square(samples.reshape(-1, BLOCK)).mean(axis=1))
    return np.concatenate(parts)


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


def seams_within(wav: Wav, segment: Segment, apart: float) -> list[Seam]:
    """Where a stretch of speech may be cut: the quietest moment of each half second.

    Args:
        wav: the audio.
        segment: the stretch, in seconds.
        apart: seams are less than this apart, in seconds.

    Returns:
        Seams in order. A cut where it is as loud as in the whole stretch costs a chunk more than one where it is silent.
    """
    power = powers(wav, segment.start, segment.end)
    together = max(1, round(min(HALF_SECOND, apart / 2) * SAMPLE_RATE / BLOCK))
    mean = float(power.mean()) if len(power) else 0.0
    seams: list[Seam] = []
    for first in range(0, len(power), together):
        block = first + int(power[first : first + together].argmin())
        time = segment.start + (block + 0.5) * BLOCK / SAMPLE_RATE
        seams.append(Seam(time, time, SEAM_COST + (float(power[block]) / mean if mean else 0.0)))
    return seams


def seams_of(wav: Wav, run: Sequence[Segment], limit: float) -> list[Seam]:
    """Where a run of speech begins, ends, and may be cut: in its pauses, and within stretches longer than the limit.

    Args:
        wav: the audio.
        run: stretches of speech in order, in seconds; at least one.
        limit: the greatest length of a chunk, in seconds.

    Returns:
        Seams in order, each at most `limit` after the one before.
    """
    seams: list[Seam] = []
    end = run[0].start
    for segment in run:
        seams.append(Seam(end, segment.start, SEAM_COST * 0.5 ** (segment.start - end)))
        end = segment.end
        if end - segment.start > limit:
            seams += seams_within(wav, segment, limit)
    return [*seams, Seam(end, end, 0.0)]


def fewest_chunks(seams: Sequence[Seam], limit: float) -> list[Segment]:
    """Joins speech into as few chunks as hold it, cut where that costs least.

    A recogniser takes as long for a short chunk as for a long one, and loses words at cuts: of a talk with 31 chunks instead of the 33
    that filling one after the other makes, cut in longer pauses, 7 instead of 13 pieces were lost and decoded again (Whisper base).

    Args:
        seams: in order, the first where speech begins and the last where it ends; neighbours are at most `limit` apart.
        limit: the greatest length of a chunk, in seconds.

    Returns:
        The chunks in order; neighbours do not fit into one. The cheapest of all such lists, by dynamic programming.
    """
    costs, before = [0.0], [0]
    for last in range(1, len(seams)):
        first, best = last - 1, math.inf
        for index in range(last - 1, -1, -1):
            if seams[last].end - seams[index].start > limit and index < last - 1:
                break
            if costs[index] < best:
                first, best = index, costs[index]
        costs.append(best + 1 + seams[last].cost)
        before.append(first)
    chunks: list[Segment] = []
    last = len(seams) - 1
    while last > 0:
        chunks.append(Segment(start=seams[before[last]].start, end=seams[last].end))
        last = before[last]
    return chunks[::-1]


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
    runs: list[list[Segment]] = []
    for segment in segments:
        if runs and segment.start - runs[-1][-1].end <= max_pause:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    chunks = [chunk for run in runs for chunk in fewest_chunks(seams_of(wav, run, limit), limit)]
    return padded(chunks, PADDING, wav.duration)


def batches_of(chunks: Sequence[Segment], size: int, workers: int = 1) -> list[Sequence[Segment]]:
    """Puts chunks into batches for workers that begin and end together.

    Args:
        chunks: in order.
        size: the most chunks of a batch.
        workers: batches that are decoded at a time.

    Returns:
        Batches in order, alike in number of chunks to within one: as many as every worker gets the same number of, where there are
        chunks enough.
    """
    rounds = math.ceil(len(chunks) / (size * workers))
    count = min(rounds * workers, len(chunks))
    edges = [len(chunks) * index // count for index in range(count + 1)] if count else []
    return [chunks[first:last] for first, last in pairwise(edges)]
