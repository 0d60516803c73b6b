"""WhisperX understands the demo, does the work of a failed MLX, and passes on what MLX understood."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import faulty
from support import SCRIPTS, demo_movie
from support.inside import inside

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Failure, Speech
from moviesubs.language.scripts import share_in_script
from scoring.words import word_error_rate

Run = Callable[..., subprocess.CompletedProcess[str]]
Python = Callable[[str], str]
PROGRAM = SCRIPTS / "transcribe_whisperx.py"


def command(program: Run, folder: Path, *more: str | Path) -> list[str | Path]:
    return [
        *("--audio", demo_movie.audio(program), "--speech", demo_movie.speech(folder / "speech.json")),
        *("--model", demo_movie.whisper(program, "ctranslate2"), "--language", "hi", "--device", "cpu"),
        *("--no-timestamps", "--chunk-size", "10", "--threads", "1", "--output", folder / "asr.json", *more),
    ]


def test_the_demo_is_understood(program: Run, tmp_path: Path) -> None:
    done = program("whisperx", "transcribe_whisperx", *command(program, tmp_path, "--compute-type", "float32"))
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.json", Asr)
    said = " ".join(sentence.hi for sentence in demo_movie.truth().sentences)
    assert word_error_rate([said], [" ".join(segment.text for segment in asr.segments)]) < 0.2
    assert (asr.language, asr.backend, asr.status, asr.device) == ("hi", "whisperx", "ok", "cpu")
    assert all(segment.end - segment.start <= 10.001 for segment in asr.segments)
    assert all(segment.avg_logprob is not None for segment in asr.segments)
    assert "(100%)" in done.stderr


def test_half_a_minute_of_quick_hindi_is_not_cut_off(program: Run, tmp_path: Path) -> None:
    arguments = command(program, tmp_path, "--chunk-size", "30", "--max-pause", "5", "--compute-type", "float32")
    done = program("whisperx", "transcribe_whisperx", *arguments)
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.json", Asr)
    assert max(segment.end - segment.start for segment in asr.segments) > 20
    said = " ".join(sentence.hi for sentence in demo_movie.truth().sentences)
    assert word_error_rate([said], [" ".join(segment.text for segment in asr.segments)]) < 0.15


def test_chunks_are_shorter_where_the_prompt_takes_the_room_of_the_text(program: Run, tmp_path: Path) -> None:
    arguments = command(program, tmp_path, "--chunk-size", "30", "--max-pause", "5", "--initial-prompt", "नमस्ते " * 200)
    done = program("whisperx", "transcribe_whisperx", *arguments)
    assert done.returncode == 0, done.stderr
    said = re.search(r"chunks of ([\d.]+) s: the model has room for no more in hi", done.stderr)
    assert said
    asr = contracts.read(tmp_path / "asr.json", Asr)
    assert max(segment.end - segment.start for segment in asr.segments) <= float(said[1]) + 0.5 < 25


def test_what_mlx_failed_at_is_done_and_says_so(program: Run, tmp_path: Path) -> None:
    failed = Asr(
        language="hi", backend="mlx", model="tiny", status="failed", segments=[], reason="killed by SIGSEGV",
        failure=Failure(reason="killed by SIGSEGV", signal="SIGSEGV", seconds=2.5),
    )  # fmt: skip
    contracts.write(tmp_path / "asr.mlx.json", failed)
    demo_movie.speech(tmp_path / "speech.json", until=9)
    arguments = command(program, tmp_path, "--mlx", tmp_path / "asr.mlx.json", "--initial-prompt", "नमस्ते")
    demo_movie.speech(tmp_path / "speech.json", until=9)
    done = program("whisperx", "transcribe_whisperx", *arguments, "--hotwords", "दवा")
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.json", Asr)
    assert (asr.status, asr.backend, asr.reason) == ("rescued", "whisperx", "mlx failed: killed by SIGSEGV")
    assert asr.failure == failed.failure and asr.segments


@pytest.mark.parametrize("how", ["middle SIGKILL", "start exception"])
def test_a_whisperx_that_dies_goes_on_in_a_fresh_process(program: Run, tmp_path: Path, how: str) -> None:
    demo_movie.speech(tmp_path / "speech.json", until=13)
    arguments = command(program, tmp_path, "--batch-size", "1", "--max-pause", "0.2")
    demo_movie.speech(tmp_path / "speech.json", until=13)
    done = program("whisperx", "transcribe_whisperx", *arguments, env=faulty(f"transcribe_whisperx {how}", tmp_path))
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.json", Asr)
    assert asr.status == "rescued" and asr.failure is not None and "a fresh process went on" in (asr.reason or "")
    assert len(asr.segments) == sum(one.start < 13 for one in demo_movie.truth().sentences)
    assert ("trying again with 2 chunks done" in done.stderr) == ("middle" in how)
    assert not [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert not list(tmp_path.glob(".part-*"))


def test_what_mlx_understood_is_passed_on_without_any_library(program: Run, tmp_path: Path) -> None:
    answer = Asr(
        language="hi", backend="mlx", model="m", status="ok", segments=[AsrSegment(start=1, end=2, text="नमस्ते")]
    )
    contracts.write(tmp_path / "asr.mlx.json", answer)
    arguments = [
        "--audio",
        "no",
        "--speech",
        "no",
        "--model",
        "no",
        "--language",
        "hi",
        "--output",
        tmp_path / "asr.json",
    ]
    bare = [sys.executable, PROGRAM, *arguments, "--mlx", tmp_path / "asr.mlx.json"]  # has neither torch nor whisperx
    done = subprocess.run([str(word) for word in bare], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert contracts.read(tmp_path / "asr.json", Asr) == answer


def test_without_speech_no_model_is_needed(program: Run, tmp_path: Path) -> None:
    contracts.write(tmp_path / "speech.json", Speech(segments=[], method="truth", duration=75.0))
    arguments = ["--audio", demo_movie.audio(program), "--speech", tmp_path / "speech.json", "--model", "no/such/model"]
    bare = [sys.executable, PROGRAM, *arguments, "--language", "hi", "--output", tmp_path / "asr.json"]
    done = subprocess.run([str(word) for word in bare], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert contracts.read(tmp_path / "asr.json", Asr).segments == []


def test_mistakes_are_one_line_before_anything_is_loaded(program: Run, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.bin").touch()
    demo_movie.speech(tmp_path / "speech.json")
    for language, model, message in [
        ("xx", "model", "unknown language 'xx'"),
        ("or", "model", "Whisper does not recognise Odia (or)"),
        ("hi", "none", "none: no such folder"),
        ("hi", "model", "no tokenizer.json"),
    ]:
        bare = [sys.executable, PROGRAM, "--audio", demo_movie.audio(program), "--speech", tmp_path / "speech.json"]
        bare += ["--model", tmp_path / model, "--language", language, "--output", tmp_path / "asr.json"]
        done = subprocess.run([str(word) for word in bare], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and message in done.stderr, done.stderr
    assert not (tmp_path / "asr.json").exists()


def decoded_again(audio: str, folder: str, start: float, end: float) -> list[object]:
    import argparse
    from pathlib import Path

    from moviesubs.contracts import Segment
    from moviesubs.media.wav import Wav
    from moviesubs.recognition import temperature_fallback
    from moviesubs.recognition.listening import Look
    from transcribe_whisperx import Recogniser, load

    options = argparse.Namespace(language="hi", beam_size=1, initial_prompt=None, hotwords=None, timestamps=False)
    chunk = Segment(start=start, end=end)
    with Wav(audio) as wav:
        recogniser = Recogniser(load(Path(folder), "cpu", "float32", 1), wav, options)

        def heard(look: Look) -> list[object]:
            return [[one.text, one.avg_logprob, one.no_speech_prob] for one in recogniser.recognise([chunk], look)[0]]

        recogniser.prepare([chunk])
        texts = [heard(Look()), heard(Look("a", None, "Latn")), heard(Look("b", None, "Deva"))]
        temperature_fallback.MOST_COMPRESSED = 0.0  # every text is a loop now
        temperature_fallback.TEMPERATURES = (0.0, 9.0)
        again = heard(Look())
    return [*texts, again]


def test_a_loop_is_decoded_again_at_a_higher_temperature_and_other_scripts_can_be_kept_out(
    program: Run, python: Python
) -> None:
    said = demo_movie.truth().sentences[1]
    audio, model = str(demo_movie.audio(program)), str(demo_movie.whisper(program, "ctranslate2"))
    [plain], latin, [devanagari], again = inside(python("whisperx"), decoded_again, audio, model, said.start, said.end)
    text, logprob, silence = plain
    assert devanagari[0] == text not in [one[0] for one in again]
    assert -0.5 < logprob <= 0 and 0 <= silence < 0.5
    assert all(share_in_script(one[0], "Latn") == 1.0 for one in latin)


def never_ending(audio: str, folder: str, start: float, end: float) -> list[object]:
    import argparse
    from pathlib import Path

    from moviesubs.contracts import Segment
    from moviesubs.media.wav import Wav
    from moviesubs.recognition.listening import Look
    from moviesubs.recognition.whisper import TEXT_POSITIONS
    from transcribe_whisperx import Recogniser, load, longest

    options = argparse.Namespace(language="hi", beam_size=1, initial_prompt=None, hotwords=None, timestamps=False)
    chunk = Segment(start=start, end=end)
    with Wav(audio) as wav:
        recogniser = Recogniser(load(Path(folder), "cpu", "float32", 1), wav, options)
        stop = recogniser.tokenizer.eot
        recogniser.foreign_tokens = lambda script: [stop]
        [flags] = [one.flags for one in recogniser.recognise([chunk], Look("", None, "Deva"))[0]]
        prompt, features = recogniser.prompt(Look()), recogniser.features([chunk])

        def tokens(before: list[int], most: int) -> int:
            limit = longest(most, len(before))
            settings = {"beam_size": 1, "suppress_tokens": [stop], "max_length": limit}
            return len(recogniser.model.model.generate(features, [before], **settings)[0].sequences_ids[0])

        said = [recogniser.tokenizer.sot_prev, *[1000] * 223, *prompt]
        lengths = [
            tokens(before, TEXT_POSITIONS - len(before)) - TEXT_POSITIONS + len(before) for before in (prompt, said)
        ]
        return [flags, lengths, tokens(said, 30)]


def test_a_text_may_fill_the_decoder_and_is_then_known_to_be_cut_off(program: Run, python: Python) -> None:
    said = demo_movie.truth().sentences[1]
    audio, model = str(demo_movie.audio(program)), str(demo_movie.whisper(program, "ctranslate2"))
    found = inside(python("whisperx"), never_ending, audio, model, said.start, said.end)
    assert found == [["cut-off"], [0, 0], 30]
