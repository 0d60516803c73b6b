"""MLX understands the demo like WhisperX; however its process ends, there is an answer that says so."""

import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import faulty
from support import SCRIPTS, demo_movie
from support.inside import inside
from support.processes import child_of

from moviesubs import contracts
from moviesubs.contracts import Asr, Speech
from moviesubs.language.scripts import share_in_script
from scoring.words import word_error_rate

Run = Callable[..., subprocess.CompletedProcess[str]]
Python = Callable[[str], str]
PROGRAM = SCRIPTS / "transcribe_mlx.py"


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
        *("--no-timestamps", "--language", "hi", "--chunk-size", "10", "--output", folder / "asr.mlx.json", *more),
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


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("middle SIGSEGV", "killed by SIGSEGV"),
        ("middle hang", "no progress for 20 s"),
        ("start exception", "RuntimeError: a fault of the test"),
    ],
)
def test_a_fault_of_any_kind_is_a_failed_answer(program: Run, tmp_path: Path, fault: str, reason: str) -> None:
    words = arguments(program, tmp_path, demo_movie.whisper(program, "mlx"), "--silence-limit", "20")
    words += ["--batch-size", "1", "--max-pause", "0.2"]
    done = program("mlx", "transcribe_mlx", *words, env=faulty(f"transcribe_mlx {fault}", tmp_path))
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.mlx.json", Asr)
    assert asr.status == "failed" and reason in (asr.reason or ""), asr.reason
    assert asr.failure is not None and ((asr.failure.position or 0) > 5) == ("middle" in fault)
    assert not [line for line in done.stderr.splitlines() if line.startswith("error: ")]


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


MULTIPLY = """
from moviesubs.stage.mlx_blas import take_blas_of_torch
take_blas_of_torch()
import mlx.core as mx
mx.eval(mx.ones((64, 64)) @ mx.ones((64, 64)))
"""


@pytest.mark.skipif(
    (platform.system(), platform.machine()) != ("Linux", "x86_64"),
    reason="elsewhere MLX and PyTorch bring other libraries",
)
def test_mlx_multiplies_with_the_blas_of_torch(python: Python) -> None:
    variables = {**os.environ, "LD_DEBUG": "bindings", "PYTHONPATH": str(PROGRAM.parent)}
    done = subprocess.run([python("mlx"), "-c", MULTIPLY], env=variables, capture_output=True, text=True, check=True)
    bound = [line for line in done.stderr.splitlines() if "mlx_cpu.libs/libblas" in line and "`sgemm_'" in line]
    assert bound and all("libtorch_cpu" in line.split(" to ")[1] for line in bound), bound


def decoded_alone(audio: str, folder: str, stretches: list[list[float]]) -> list[list[object]]:
    from pathlib import Path

    from moviesubs.contracts import Segment
    from moviesubs.media.wav import Wav
    from moviesubs.recognition.listening import Look
    from moviesubs.recognition.mlx_models import load
    from transcribe_mlx import Recogniser

    model, kind = load(Path(folder))
    with Wav(audio) as wav:
        recogniser = Recogniser(model, kind, wav, "hi", None, timestamps=False)
        chunks = [Segment(start=start, end=end) for start, end in stretches]
        together = recogniser.recognise(chunks, Look())
        alone = [recogniser.recognise([chunk], Look())[0] for chunk in chunks]
        foreign = recogniser.recognise(chunks[:1], Look("a", None, "Latn"))[0]
        mine = recogniser.recognise(chunks[:1], Look("b", None, "Deva"))[0]
    return [[" ".join(part.text for part in one) for one in found] for found in (together, alone, [foreign, mine])]


@pytest.fixture(scope="module")
def decoded(program: Run, python: Python) -> list[list[str | None]]:
    stretches = [[one.start, one.end] for one in demo_movie.truth().sentences[:3]] + [[0.0, 2.0]]
    audio, model = str(demo_movie.audio(program)), str(demo_movie.whisper(program, "mlx"))
    found: list[list[str | None]] = inside(python("mlx"), decoded_alone, audio, model, stretches)
    return found


def test_a_batch_gives_the_same_text_as_each_chunk_alone(decoded: list[list[str | None]]) -> None:
    together, alone, _ = decoded
    assert together == alone
    assert [text for text in together[:3] if not text] == []


def test_letters_of_other_scripts_can_be_kept_out(decoded: list[list[str | None]]) -> None:
    latin, devanagari = decoded[2]
    assert share_in_script(latin or "", "Latn") == 1.0  # the model knows Hindi only: its letters are gone all the same
    assert devanagari == decoded[0][0]


def longest_chunks(audio: str, folder: str, prompts: list[str | None]) -> list[float]:
    from pathlib import Path

    from moviesubs.media.wav import Wav
    from moviesubs.recognition.mlx_models import load
    from transcribe_mlx import Recogniser

    model, kind = load(Path(folder))
    with Wav(audio) as wav:
        return [Recogniser(model, kind, wav, "hi", prompt).longest_chunk() for prompt in prompts]


def test_a_prompt_leaves_less_room_for_the_text_of_a_chunk(program: Run, python: Python) -> None:
    audio, model = str(demo_movie.audio(program)), str(demo_movie.whisper(program, "mlx"))
    plain, prompted = inside(python("mlx"), longest_chunks, audio, model, [None, "नमस्ते " * 200])
    assert prompted < 0.8 * plain <= 24
