"""Voice activity detection with pyannote's segmentation network, in ONNX: overlapping windows, their mean, two thresholds.

The same as `pyannote.audio.Inference` and WhisperX's `Binarize` compute, without the 14 s that their import takes, and with a third
of the windows. Each thread has its own windows and no part in those of others: threads that share the network's LSTM wait for each
other at every time step, which costs a multiple where other processes want the processor.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs.contracts import Segment
from moviesubs.media.wav import SAMPLE_RATE, Wav
from moviesubs.stage.onnx import load_session
from moviesubs.stage.workers import workers

if TYPE_CHECKING:
    import numpy as np

#: samples that the network hears at once (it was trained on 5 s), and from one window to the next: three windows see each moment;
#: pyannote's ten give the same speech (F1 0.992 over 35 minutes of 99 recordings in nine languages) for three times the work
WINDOW, WINDOW_STEP = 80_000, 27_000
#: samples from one score to the next, and those whose middle a score stands for (the network's receptive field)
FRAME_STEP, FRAME = 270, 991
#: scores of a window
FRAMES = (WINDOW - FRAME) // FRAME_STEP + 1
#: windows at once: more leave the processor's cache; and those that lie in memory at a time
BATCH, GROUP = 4, 64


def load_network(path: Path) -> Callable[["np.ndarray"], "np.ndarray"]:
    """Loads what `convert_voice_activity.py` wrote.

    Returns:
        From windows, (n, 1, samples), the probabilities of up to three speakers, (n, frames, 3); on one thread.

    Raises:
        UserError: it cannot be loaded.
    """
    session = load_session(path, 1, "delete it to have it made again")
    name = session.get_inputs()[0].name

    def network(windows: "np.ndarray") -> "np.ndarray":
        probabilities: np.ndarray = session.run(None, {name: windows})[0]
        return probabilities

    return network


def window_starts(samples: int) -> range:
    """Where windows begin, in samples; the last one reaches the end of the audio, or beyond it into silence."""
    return range(0, max(1, samples - WINDOW + WINDOW_STEP), WINDOW_STEP)


def speech_scores(
    wav: Wav, network: Callable[["np.ndarray"], "np.ndarray"], threads: int, report: Callable[[float], None]
) -> "np.ndarray":
    """How probable speech is, all along the audio.

    Where windows overlap, scores are means, the middle of a window counting most (a Hamming window, as pyannote's).

    Args:
        wav: the audio.
        network: see `load_network`.
        threads: batches at a time.
        report: called with the position, in seconds.

    Returns:
        0 to 1, one for every FRAME_STEP samples.
    """
    import numpy as np

    starts = window_starts(wav.samples)
    total = np.zeros((starts[-1] + WINDOW) // FRAME_STEP + 1, np.float32)
    weight = np.zeros_like(total)

    hamming = np.hamming(FRAMES).astype(np.float32)
    with workers(threads) as pool:
        for first in range(0, len(starts), GROUP):
            group = starts[first : first + GROUP]
            pieces = (wav.read(start, start + WINDOW) for start in group)
            windows = np.stack([np.pad(samples, (0, WINDOW - len(samples))) for samples in pieces])[:, None]
            sounds = windows.any(axis=(1, 2))
            sounding = windows[sounds]  # digital silence, hours of it in some recordings, is not looked at
            batches = [sounding[start : start + BATCH] for start in range(0, len(sounding), BATCH)]
            scores = np.zeros((len(group), FRAMES), np.float32)
            if batches:
                scores[sounds] = np.concatenate(list(pool.map(network, batches))).max(axis=-1)
            for start, here in zip(group, scores, strict=True):
                frames = slice(start // FRAME_STEP, start // FRAME_STEP + FRAMES)
                total[frames] += here * hamming
                weight[frames] += hamming
            report(min(group[-1] + WINDOW, wav.samples) / SAMPLE_RATE)
    inside = max(1, round((wav.samples - FRAME) / FRAME_STEP) + 1)
    mean: np.ndarray = (total / np.maximum(weight, 1e-12))[:inside]
    return mean


def stretches(scores: Any, onset: float, offset: float, shortest: float) -> list[Segment]:
    """Speech from scores, by hysteresis: Gelly & Gauvain 2015, "Minimum Word Error Training of RNN-based Voice Activity Detection".

    Args:
        scores: see `speech_scores`.
        onset: a score above it begins speech.
        offset: a score below it ends speech.
        shortest: seconds; shorter pauses are filled, then shorter speech is dropped.

    Returns:
        Stretches in order, in seconds.
    """
    times = [(FRAME / 2 + FRAME_STEP * index) / SAMPLE_RATE for index in range(len(scores))]
    spans: list[tuple[float, float]] = []
    began: float | None = None
    for time, score in zip(times, scores, strict=True):
        if began is None and score > onset:
            began = time
        elif began is not None and score < offset:
            spans.append((began, time))
            began = None
    if began is not None:
        spans.append((began, times[-1]))
    filled: list[Segment] = []
    for start, end in spans:
        if filled and start - filled[-1].end <= shortest:
            filled[-1].end = end
        else:
            filled.append(Segment(start=start, end=end))
    return [one for one in filled if one.end - one.start >= shortest]
