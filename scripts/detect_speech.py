"""Finds where somebody speaks: voice activity detection with pyannote or Silero, whose models come with WhisperX."""

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from moviesubs import contracts
from moviesubs.contracts import Segment, Speech
from moviesubs.media.wav import SAMPLE_RATE, Wav
from moviesubs.stage import device
from moviesubs.stage.fork_server import forking
from moviesubs.stage.options import add_device_options, number_between
from moviesubs.stage.program import run, working_on
from moviesubs.stage.progress import LivelyProgress

if TYPE_CHECKING:
    import numpy as np

#: seconds; shorter speech is dropped, shorter pauses are filled (the values that WhisperX gives its pipeline)
SHORTEST = 0.1
#: windows that pyannote's model takes at once on a processor: they stay in its cache, which WhisperX's 32 do not (a third slower)
CPU_BATCH = 4
#: seconds of audio in memory at once
PIECE = 540.0


def aligned_pieces(samples: int, piece: int, margin: int) -> Iterator[tuple[int, int, int, int]]:
    """Cuts audio into pieces with context on both sides.

    Args:
        samples: length of the audio.
        piece: length of a piece without its context; so is the unit of the other numbers: samples.
        margin: context on each side.

    Yields:
        First and last-plus-one sample with context, then without.
    """
    for start in range(0, samples, piece):
        stop = min(start + piece, samples)
        yield max(0, start - margin), min(stop + margin, samples), start, stop


def clean(segments: Sequence[Segment], duration: float) -> list[Segment]:
    """Speech in order, inside the audio, without overlaps.

    Args:
        segments: stretches of speech, in seconds.
        duration: length of the audio, in seconds.

    Returns:
        The same speech; stretches that touch are one.
    """
    result: list[Segment] = []
    for segment in sorted(segments, key=lambda item: item.start):
        start, end = max(0.0, segment.start), min(duration, segment.end)
        if end <= start:
            continue
        if result and start <= result[-1].end:
            result[-1] = Segment(start=result[-1].start, end=max(end, result[-1].end))
        else:
            result.append(Segment(start=start, end=end))
    return result


def carry_over(
    wav: Wav, detect: Callable[["np.ndarray"], list[Segment]], piece: float, report: Callable[[float], None]
) -> list[Segment]:
    """Runs a detector over long audio piece by piece, each cut in a pause that it found: no speech is cut in two.

    Args:
        wav: the audio.
        detect: finds speech in samples; its times are in seconds from the first sample.
        piece: seconds in memory at once.
        report: called with the position, in seconds.

    Returns:
        The speech of the whole audio.
    """
    found: list[Segment] = []
    start = 0.0
    while start < wav.duration:
        end = min(start + piece, wav.duration)
        here = [Segment(start=start + item.start, end=start + item.end) for item in detect(wav.seconds(start, end))]
        following = end
        if end < wav.duration and len(here) > 1 and here[-1].end > end - 2.0:
            following = (here[-2].end + here[-1].start) / 2
            here.pop()  # it may go on: it is looked at again in the next piece
        found += here
        report(end)
        start = following
    return found


def detect_with_pyannote(
    wav: Wav, onset: float, offset: float, on: str, report: Callable[[float], None]
) -> list[Segment]:
    """Speech by pyannote's segmentation model, scores and hysteresis as WhisperX computes them.

    The scores are computed piece by piece. Pieces begin where the model's sliding window and its frames both begin, so
    the scores are those of the whole audio in one go.

    Args:
        wav: the audio.
        onset: score above which speech starts, 0 to 1.
        offset: score below which it ends, 0 to 1.
        on: PyTorch's device.
        report: called with the position, in seconds.

    Returns:
        Stretches of speech.
    """
    import numpy as np
    import torch
    from pyannote.core import SlidingWindowFeature
    from whisperx.vads.pyannote import Binarize, load_vad_model

    from moviesubs.recognition.pyannote_checkpoints import allow_records

    allow_records()
    pipeline = load_vad_model(on)
    inference = pipeline._segmentation
    if on == "cpu":
        inference.batch_size = CPU_BATCH
    frames = inference.model.receptive_field
    frame, window = round(frames.step * SAMPLE_RATE), round(inference.step * SAMPLE_RATE)
    unit = math.lcm(frame, window)
    margin = unit * math.ceil(inference.duration * SAMPLE_RATE / unit)
    scores, found = [], None
    for first, last, start, stop in aligned_pieces(
        wav.samples, unit * max(1, round(PIECE * SAMPLE_RATE / unit)), margin
    ):
        samples = wav.read(first, last)
        if samples.any():
            found = pipeline({"waveform": torch.from_numpy(samples)[None], "sample_rate": SAMPLE_RATE})
            until = None if stop == wav.samples else (stop - first) // frame
            scores.append(found.data[(start - first) // frame : until])
        else:  # digital silence, hours of it in some recordings
            scores.append(np.zeros(((stop - start) // frame, 1), np.float32))
        report(stop / SAMPLE_RATE)
    if found is None:
        return []
    binarize = Binarize(onset=onset, offset=offset, min_duration_on=SHORTEST, min_duration_off=SHORTEST)
    speech = binarize(SlidingWindowFeature(np.concatenate(scores), found.sliding_window))
    return [Segment(start=turn.start, end=turn.end) for turn in speech.get_timeline()]


def detect_with_silero(wav: Wav, onset: float, offset: float, report: Callable[[float], None]) -> list[Segment]:
    """Speech by the Silero model that comes with faster-whisper; always on the CPU, where it is fast.

    Args:
        wav: the audio.
        onset: probability above which speech starts, 0 to 1.
        offset: probability below which it ends, 0 to 1.
        report: called with the position, in seconds.

    Returns:
        Stretches of speech.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    milliseconds = round(SHORTEST * 1000)
    options = VadOptions(threshold=onset, neg_threshold=offset, min_speech_duration_ms=milliseconds,
                         min_silence_duration_ms=milliseconds, speech_pad_ms=30)  # fmt: skip

    def detect(samples: "np.ndarray") -> list[Segment]:
        found = get_speech_timestamps(samples, options) if samples.any() else []
        return [Segment(start=item["start"] / SAMPLE_RATE, end=item["end"] / SAMPLE_RATE) for item in found]

    return carry_over(wav, detect, PIECE, report)


def detect_speech(audio: Path, method: str, onset: float, offset: float, choice: str, threads: int) -> Speech:
    """Finds the speech in a file.

    Args:
        audio: WAV, 16 kHz mono.
        method: "pyannote" or "silero".
        onset: where speech starts, 0 to 1.
        offset: where it ends, 0 to 1, at most `onset`.
        choice: device, one of device.DEVICE_CHOICES.
        threads: CPU threads.

    Returns:
        Stretches of speech in order; none for audio without speech.
    """
    with Wav(audio) as wav:
        if wav.samples < SAMPLE_RATE // 20:
            return Speech(segments=[], method=method, duration=wav.duration)
        on = device.torch_device(choice, threads) if method == "pyannote" else "cpu"
        what = f"detect speech in {audio} ({method}, {on})"
        with (
            LivelyProgress(what, wav.duration, audio=True) as progress,
            working_on("detect_speech", file=audio, model=method, device=on),
        ):
            if method == "pyannote":
                segments = detect_with_pyannote(wav, onset, offset, on, progress.at)
            else:
                segments = detect_with_silero(wav, onset, offset, progress.at)
            progress.done()
        model = "whisperx/assets/pytorch_model.bin" if method == "pyannote" else "silero_vad_v6"
        return Speech(segments=clean(segments, wav.duration), method=method, duration=wav.duration, model=model)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, finds the speech, writes `speech.json`.

    Args:
        arguments: those of the command line when None.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument("--method", choices=["pyannote", "silero"], default="pyannote")
    parser.add_argument(
        "--onset",
        type=number_between(float, 0, 1),
        default=0.5,
        help="score above which speech starts (default: %(default)s)",
    )
    parser.add_argument(
        "--offset",
        type=number_between(float, 0, 1),
        default=0.363,
        help="score below which speech ends (default: %(default)s)",
    )
    parser.add_argument("--output", type=Path, required=True, help="speech.json")
    add_device_options(parser)
    options = parser.parse_args(arguments)
    if options.offset > options.onset:
        parser.error(f"--offset {options.offset} is above --onset {options.onset}")
    device.configure(options.threads)
    contracts.write(
        options.output,
        detect_speech(options.audio, options.method, options.onset, options.offset, options.device, options.threads),
    )


if __name__ == "__main__":
    run(forking(main))
