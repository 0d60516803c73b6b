"""The demo movie for tests of single stages: its sound, what is said in it, and its models in the backends' formats."""

import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Segment, Speech
from scoring.truth import Truth, read_truth
from support import DEMO

MODELS = DEMO / "models"

Run = Callable[..., subprocess.CompletedProcess[str]]


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="moviesubs-test-")


def _made(path: str) -> Path:
    return Path(_folder().name) / path


def truth() -> Truth:
    """What is said in the demo movie."""
    return read_truth(DEMO / "demo.truth.json")


@cache
def audio(program: Run) -> Path:
    """The demo movie's sound, by the programs that come before the tested ones.

    Args:
        program: the fixture of that name.

    Returns:
        A WAV file; its clock is the movie's.
    """
    probe, wav = _made("probe.json"), _made("audio.wav")
    for name, *arguments in (
        ("probe", "--movie", DEMO / "demo.mkv", "--output", probe),
        ("demux", "--movie", DEMO / "demo.mkv", "--probe", probe, "--output", wav),
    ):
        done = program("common", str(name), *arguments)
        assert done.returncode == 0, done.stderr
    return wav


@cache
def speech_detector(program: Run) -> Path:
    """The network that finds speech, as a rule of the workflow makes it."""
    network = _made("vad.onnx")
    done = program("whisperx", "convert_voice_activity", "--output", network)
    assert done.returncode == 0, done.stderr
    return network


@cache
def aligner(program: Run) -> Path:
    """The demo's wav2vec2 in ONNX, as a rule of the workflow makes it."""
    folder = _made("wav2vec2-onnx")
    done = program("whisperx", "convert_wav2vec2", "--model", MODELS / "wav2vec2-hi-demo", "--output", folder)
    assert done.returncode == 0 and (folder / "model.onnx").exists(), done.stderr
    return folder


@cache
def whisper(program: Run, form: str) -> Path:
    """The demo's Whisper in a backend's format, by the tested program.

    Args:
        program: the fixture of that name.
        form: "ctranslate2" or "mlx".

    Returns:
        The model's folder.
    """
    folder = _made(f"whisper-{form}")
    done = program(
        *("whisperx", "convert_whisper", "--model", MODELS / "whisper-hi-demo", "--format", form),
        *("--quantization", "float32", "--output", folder),
    )
    assert done.returncode == 0, done.stderr
    return folder


def speech(path: Path, until: float = 1e9) -> Path:
    """Writes the true speech as the detection would.

    Args:
        path: the file to make.
        until: only speech that begins before this time, in seconds.

    Returns:
        The same path.
    """
    segments = [Segment(start=one.start, end=one.end) for one in truth().sentences if one.start < until]
    contracts.write(path, Speech(segments=segments, method="truth", duration=75.0))
    return path


def transcript(path: Path, until: float = 1e9) -> Path:
    """Writes what is said as the recognition would, a segment a sentence.

    Args:
        path: the file to make.
        until: only sentences that begin before this time, in seconds.

    Returns:
        The same path.
    """
    segments = [
        AsrSegment(start=max(0.0, one.start - 0.1), end=one.end + 0.1, text=one.hi)
        for one in truth().sentences
        if one.start < until
    ]
    contracts.write(path, Asr(language="hi", backend="truth", model="truth", status="ok", segments=segments))
    return path
