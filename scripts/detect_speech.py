"""Finds where somebody speaks: voice activity detection with pyannote or Silero, whose models come with WhisperX."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from moviesubs import contracts
from moviesubs.contracts import Segment, Speech
from moviesubs.media.wav import SAMPLE_RATE, Wav
from moviesubs.stage import device
from moviesubs.stage.options import add_threads_option, number_between
from moviesubs.stage.program import run, working_on
from moviesubs.stage.progress import LivelyProgress

if TYPE_CHECKING:
    import numpy as np

#: seconds; shorter speech is dropped, shorter pauses are filled (the values that WhisperX gives its pipeline)
SHORTEST = 0.1
#: seconds of audio that Silero takes at once
PIECE = 540.0


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
    speech: list[Segment] = []
    start = 0.0
    while start < wav.duration:
        end = min(start + piece, wav.duration)
        here = [Segment(start=start + item.start, end=start + item.end) for item in detect(wav.seconds(start, end))]
        following = end
        if end < wav.duration and len(here) > 1 and here[-1].end > end - 2.0:
            following = (here[-2].end + here[-1].start) / 2
            here.pop()  # it may go on: it is looked at again in the next piece
        speech += here
        report(end)
        start = following
    return speech


def detect_with_pyannote(
    wav: Wav, model: Path, onset: float, offset: float, threads: int, report: Callable[[float], None]
) -> list[Segment]:
    """Speech by pyannote's segmentation model, with WhisperX's two thresholds.

    Args:
        wav: the audio.
        model: ONNX file of `convert_voice_activity.py`.
        onset: score above which speech starts, 0 to 1.
        offset: score below which it ends, 0 to 1.
        threads: CPU threads.
        report: called with the position, in seconds.

    Returns:
        Stretches of speech.
    """
    from moviesubs.recognition.voice_activity import load_network, speech_scores, stretches

    return stretches(speech_scores(wav, load_network(model), threads, report), onset, offset, SHORTEST)


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
        stretches = get_speech_timestamps(samples, options) if samples.any() else []
        return [Segment(start=item["start"] / SAMPLE_RATE, end=item["end"] / SAMPLE_RATE) for item in stretches]

    return carry_over(wav, detect, PIECE, report)


def detect_speech(audio: Path, method: str, model: Path | None, onset: float, offset: float, threads: int) -> Speech:
    """Finds the speech in a file.

    Args:
        audio: WAV, 16 kHz mono.
        method: "pyannote" or "silero".
        model: pyannote's.
        onset: where speech starts, 0 to 1.
        offset: where it ends, 0 to 1, at most `onset`.
        threads: CPU threads.

    Returns:
        Stretches of speech in order; none for audio without speech.
    """
    with Wav(audio) as wav:
        if wav.samples < SAMPLE_RATE // 20:
            return Speech(segments=[], method=method, duration=wav.duration)
        with (
            LivelyProgress(f"detect speech in {audio} ({method})", wav.duration, audio=True) as progress,
            working_on("detect_speech", file=audio, model=method, device="cpu"),
        ):
            if model:
                segments = detect_with_pyannote(wav, model, onset, offset, threads, progress.at)
            else:
                segments = detect_with_silero(wav, onset, offset, progress.at)
            progress.done()
        name = "whisperx/assets/pytorch_model.bin" if model else "silero_vad_v6"
        return Speech(segments=clean(segments, wav.duration), method=method, duration=wav.duration, model=name)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, finds the speech, writes `speech.json`.

    Args:
        arguments: those of the command line when None.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument("--method", choices=["pyannote", "silero"], default="pyannote")
    parser.add_argument(
        "--model", nargs="?", type=Path, help="for pyannote: the file that convert_voice_activity.py writes"
    )
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
    add_threads_option(parser)
    options = parser.parse_args(arguments)
    if (options.method == "pyannote") != bool(options.model):
        parser.error("--method pyannote wants a --model, silero none")
    if options.offset > options.onset:
        parser.error(f"--offset {options.offset} is above --onset {options.onset}")
    device.configure(options.threads)
    speech = detect_speech(options.audio, options.method, options.model, options.onset, options.offset, options.threads)
    contracts.write(options.output, speech)


if __name__ == "__main__":
    run(main)
