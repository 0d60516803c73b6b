"""WhisperX understands the demo, does the work of a failed MLX, and passes on what MLX understood."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import faulty
from msgspec.structs import replace
from support import SCRIPTS, demo_movie
from support.inside import inside

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Failure, Segment, Speech
from moviesubs.flags import Flag
from moviesubs.language.scripts import share_in_script
from moviesubs.recognition.whisper import better_script, recognise_all, segment_of
from scoring.words import word_error_rate

Run = Callable[..., subprocess.CompletedProcess[str]]
Python = Callable[[str], str]
PROGRAM = SCRIPTS / "transcribe_whisperx.py"


def command(program: Run, folder: Path, *more: str | Path) -> list[str | Path]:
    return [
        *("--audio", demo_movie.audio(program), "--speech", demo_movie.speech(folder / "speech.json")),
        *("--model", demo_movie.whisper(program, "ctranslate2"), "--language", "hi", "--device", "cpu"),
        *("--chunk-size", "10", "--threads", "1", "--output", folder / "asr.json", *more),
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


def merged_by_whisperx(cases: list[list[list[float]]], limit: float) -> list[list[list[float]]]:
    from whisperx.diarize import Segment
    from whisperx.vads import Vad

    found = []
    for case in cases:
        chunks = Vad.merge_chunks([Segment(start, end) for start, end in case], limit, 0.5, 0.363)
        found.append([[chunk["start"], chunk["end"]] for chunk in chunks])
    return found


def test_chunks_are_those_that_whisperx_would_make(python: Python) -> None:
    import random

    from moviesubs.recognition.chunks import merge

    chance, cases = random.Random(3), []
    for _ in range(200):
        edges = sorted(round(chance.uniform(0, 120), 2) for _ in range(2 * chance.randint(1, 20)))
        pairs = [[a, b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
        cases.append([[a, min(b, a + 20)] for a, b in pairs])
    ours = [[[c.start, c.end] for c in merge([Segment(start=a, end=b) for a, b in case], 20)] for case in cases]
    assert ours == inside(python("whisperx"), merged_by_whisperx, cases, 20)


class Silence:
    """Audio without any sound."""

    def seconds(self, start: float, end: float) -> object:
        import numpy as np

        return np.zeros(round((end - start) * 16000), dtype=np.float32)


def test_a_chunk_with_more_text_than_the_decoder_holds_is_done_in_halves() -> None:
    asked: list[float] = []

    def recognise(chunks: list[Segment]) -> list[AsrSegment | None]:
        asked.extend(chunk.end - chunk.start for chunk in chunks)
        return [segment_of(chunk, "text", 448 if chunk.end - chunk.start > 6 else 100) for chunk in chunks]

    chunks = [Segment(start=0, end=24), Segment(start=30, end=35)]
    segments = recognise_all(Silence(), chunks, recognise)  # type: ignore[arg-type]
    assert [segment.flags for segment in segments] == [[]] * len(segments) and len(segments) > 4
    assert segments[0].start == 0 and segments[-2].end == 24
    assert all(before.end <= after.start for before, after in zip(segments, segments[1:], strict=False))
    assert asked[:2] == [24, 5]


def test_text_that_never_fits_is_kept_and_flagged() -> None:
    chunks = [Segment(start=0, end=5)]
    segments = recognise_all(Silence(), chunks, lambda some: [segment_of(one, "la la", 448) for one in some])  # type: ignore[arg-type]
    assert [(segment.text, segment.flags) for segment in segments] == [("la la", [Flag.CUT_OFF])]


@pytest.mark.parametrize(("text", "silent", "flags"), [("हाँ", False, []), ("धन्यवाद", True, [Flag.REMOVED_NO_SPEECH])])
def test_text_taken_for_silence_is_kept_as_removed(text: str, silent: bool, flags: list[str]) -> None:
    segment = segment_of(Segment(start=0, end=1), f" {text} ", 10, silent=silent)
    assert segment is not None and (segment.text, segment.flags) == (text, flags)
    assert segment_of(Segment(start=0, end=1), "  ", 10) is None


def test_half_a_letter_is_no_text() -> None:
    segment = segment_of(Segment(start=0, end=1), "शाबाश \N{REPLACEMENT CHARACTER}", 10)
    assert segment and segment.text == "शाबाश"
    assert segment_of(Segment(start=0, end=1), "\N{REPLACEMENT CHARACTER}", 10) is None


def text(words: str, logprob: float | None) -> AsrSegment:
    return AsrSegment(start=0, end=2, text=words, avg_logprob=logprob)


def test_a_chunk_in_the_wrong_script_is_decoded_again_and_the_better_text_wins() -> None:
    urdu, hindi, plain = text("میں گھر جا رہا ہوں", -0.3), text("मैं घर जा रहा हूँ", -0.4), text("नमस्ते", -0.1)
    chunks = [Segment(start=0, end=2), Segment(start=3, end=5)]
    again: list[Segment] = []

    def recognise(some: list[Segment]) -> list[AsrSegment | None]:
        return [replace(urdu if one.start == 0 else plain, start=one.start, end=one.end) for one in some]

    def in_script(some: list[Segment]) -> list[AsrSegment | None]:
        again.extend(some)
        return [hindi]

    found = recognise_all(Silence(), chunks, recognise, in_script=("Deva", in_script))  # type: ignore[arg-type]
    assert again == chunks[:1]
    assert [(one.text, one.flags) for one in found] == [
        (hindi.text, []), (urdu.text, [Flag.REMOVED_OTHER_SCRIPT]), (plain.text, []),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "second",
    [None, text("मैं घर", -1.9), text("main ghar", -0.1)],
    ids=["no text", "a worse text", "the wrong script again"],
)
def test_text_in_another_script_stays_flagged_where_nothing_better_is_found(second: AsrSegment | None) -> None:
    english = text("What are you doing here?", -0.2)
    assert better_script(english, second, "Deva") == [replace(english, flags=[Flag.OTHER_SCRIPT])]


def decoded_again(audio: str, folder: str, start: float, end: float) -> list[object]:
    import argparse
    from pathlib import Path

    from moviesubs.contracts import Segment
    from moviesubs.media.wav import Wav
    from moviesubs.recognition.temperature_fallback import Decoded
    from transcribe_whisperx import Recogniser, load

    options = argparse.Namespace(compute_type="float32", beam_size=1, initial_prompt=None, hotwords=None, threads=1)
    pipeline = load(Path(folder), "hi", "cpu", options)
    chunk = Segment(start=start, end=end)
    with Wav(audio) as wav:
        recogniser = Recogniser(pipeline, wav, "hi")
        plain = recogniser.recognise([chunk])[0]
        prompt = pipeline.model.get_prompt(pipeline.tokenizer, [], without_timestamps=True)
        again = recogniser._again(chunk, prompt, Decoded("जा " * 200, 400, -0.1))
        latin = recogniser.recognise([chunk], recogniser.foreign_tokens("Latn"))[0]
        devanagari = recogniser.recognise([chunk], recogniser.foreign_tokens("Deva"))[0]
    texts = [one and one.text for one in (plain, latin, devanagari)]
    return [*texts, again.text.strip(), again.avg_logprob, again.no_speech_prob]


def test_a_loop_is_decoded_again_at_a_higher_temperature_and_other_scripts_can_be_kept_out(
    program: Run, python: Python
) -> None:
    said = demo_movie.truth().sentences[1]
    audio, model = str(demo_movie.audio(program)), str(demo_movie.whisper(program, "ctranslate2"))
    plain, latin, devanagari, again, logprob, silence = inside(
        python("whisperx"), decoded_again, audio, model, said.start, said.end
    )
    assert again == plain == devanagari
    assert -0.5 < logprob <= 0 and 0 <= silence < 0.5
    assert share_in_script(latin or "", "Latn") == 1.0
