"""MLX understands the demo like WhisperX; however its process ends, there is an answer that says so."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import demo_movie
import pytest
from processes import child_of

from moviesubs import contracts
from moviesubs.contracts import Asr, Speech
from scoring.words import word_error_rate
from transcribe_mlx import TEMPERATURES, decode_with_fallback

Run = Callable[..., subprocess.CompletedProcess[str]]
Python = Callable[[str], str]
PROGRAM = Path(__file__).parents[1] / "scripts" / "transcribe_mlx.py"


def arguments(program: Run, folder: Path, model: Path | str, *more: str) -> list[str]:
    words = [
        *(
            "--audio",
            demo_movie.audio(program),
            "--speech",
            demo_movie.speech(folder / "speech.json"),
            "--model",
            model,
        ),
        *("--language", "hi", "--chunk-size", "10", "--output", folder / "asr.mlx.json", *more),
    ]
    return [str(word) for word in words]


def test_the_demo_is_understood(program: Run, tmp_path: Path) -> None:
    done = program("mlx", "transcribe_mlx", *arguments(program, tmp_path, demo_movie.whisper(program, "mlx")))
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.mlx.json", Asr)
    assert (asr.status, asr.backend, asr.language) == ("ok", "mlx", "hi"), done.stderr
    said = " ".join(sentence.hi for sentence in demo_movie.truth().sentences)
    assert word_error_rate([said], [" ".join(segment.text for segment in asr.segments)]) < 0.25
    assert all(segment.avg_logprob is not None and segment.no_speech_prob is not None for segment in asr.segments)
    assert "(100%)" in done.stderr


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL])
def test_a_killed_model_is_a_failed_answer(program: Run, python: Python, tmp_path: Path, how: signal.Signals) -> None:
    command = [python("mlx"), str(PROGRAM), *arguments(program, tmp_path, demo_movie.whisper(program, "mlx"))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        os.kill(child_of(running), how)
        _, errors = running.communicate()
    assert running.returncode == 0
    asr = contracts.read(tmp_path / "asr.mlx.json", Asr)
    assert (asr.status, asr.segments) == ("failed", [])
    assert asr.failure is not None and asr.failure.signal == how.name and how.name in (asr.reason or "")
    assert f"MLX failed: killed by {how.name}" in errors and "language hi" in errors


def test_a_model_that_takes_too_long_is_a_failed_answer(program: Run, tmp_path: Path) -> None:
    limits = ["--time-limit", "0.3", "--time-limit-share", "0"]
    done = program("mlx", "transcribe_mlx", *arguments(program, tmp_path, demo_movie.whisper(program, "mlx"), *limits))
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.mlx.json", Asr)
    assert asr.status == "failed" and "time limit of 0.3 s" in (asr.reason or "")


def test_a_machine_without_mlx_is_a_failed_answer(program: Run, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for name in ("config.json", "weights.safetensors"):
        (model / name).touch()
    command = [sys.executable, str(PROGRAM), *arguments(program, tmp_path, model)]  # this interpreter has no MLX
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.mlx.json", Asr)
    assert asr.status == "failed" and "No module named 'mlx'" in (asr.reason or "")
    assert asr.failure is not None and asr.failure.exit_code == 1


def test_without_speech_no_model_is_needed(program: Run, tmp_path: Path) -> None:
    words = arguments(program, tmp_path, "no/such/model")
    contracts.write(tmp_path / "speech.json", Speech(segments=[], method="truth", duration=75.0))
    done = subprocess.run([sys.executable, str(PROGRAM), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.mlx.json", Asr)
    assert (asr.status, asr.segments) == ("ok", [])


def result(compression: float, logprob: float, silence: float) -> SimpleNamespace:
    return SimpleNamespace(compression_ratio=compression, avg_logprob=logprob, no_speech_prob=silence)


@pytest.mark.parametrize(
    ("first", "tries"),
    [
        (result(1.5, -0.3, 0.1), 1),  # plain text
        (result(9.0, -0.3, 0.1), 2),  # a loop
        (result(1.5, -1.5, 0.1), 2),  # improbable
        (result(9.0, -1.5, 0.9), 1),  # silence: another temperature would not help
    ],
)
def test_doubtful_text_is_decoded_again_less_greedily(first: SimpleNamespace, tries: int) -> None:
    asked: list[float] = []

    def decode(temperature: float) -> SimpleNamespace:
        asked.append(temperature)
        return first if len(asked) == 1 else result(1.0, -0.1, 0.0)

    decode_with_fallback(decode)
    assert asked == list(TEMPERATURES[:tries])
