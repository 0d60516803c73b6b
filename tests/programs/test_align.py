"""Words get the times at which they are said; whatever goes wrong, the segments keep theirs and the file says why."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import faulty
from support import ROOT, SCRIPTS, demo_movie
from support.inside import inside
from support.processes import child_of

from moviesubs import contracts
from moviesubs.alignment.attention import times_of
from moviesubs.contracts import Asr, AsrSegment
from moviesubs.flags import Flag
from scoring.words import WordStart, start_differences, start_errors

Run = Callable[..., subprocess.CompletedProcess[str]]
Python = Callable[[str], str]
PROGRAM = SCRIPTS / "align.py"
ALIGNER = demo_movie.MODELS / "wav2vec2-hi-demo"


def arguments(program: Run, folder: Path, model: Path | str | None, *more: str) -> list[str]:
    words: list[object] = ["--audio", demo_movie.audio(program), "--asr", folder / "asr.json", "--device", "cpu"]
    words += ["--model", model] if model else []
    words += ["--onnx", demo_movie.aligner(program)] if isinstance(model, Path) and model == ALIGNER else []
    return [str(word) for word in [*words, "--output", folder / "aligned.json", *more]]


def plain(folder: Path, words: list[str]) -> Asr:
    """Runs the program with the tests' own interpreter, which has none of the libraries."""
    command = [sys.executable, str(PROGRAM), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return contracts.read(folder / "aligned.json", Asr)


@pytest.mark.parametrize("library", ["torch", "onnx"])
def test_words_get_the_times_at_which_they_are_said(program: Run, tmp_path: Path, library: str) -> None:
    demo_movie.transcript(tmp_path / "asr.json")
    model = ALIGNER if library == "onnx" else str(ALIGNER)
    done = program("whisperx", "align", *arguments(program, tmp_path, model))
    assert done.returncode == 0, done.stderr
    aligned = contracts.read(tmp_path / "aligned.json", Asr)
    assert aligned.alignment is not None and aligned.alignment.status == "words", aligned.alignment
    found = [WordStart(word.word, word.start) for segment in aligned.segments for word in segment.words or []]
    spoken = demo_movie.truth().timed_words()
    errors = start_errors(start_differences(spoken, found), len(spoken))
    assert errors.compared == errors.spoken == len(spoken) and errors.median < 60, errors
    for segment in aligned.segments:
        assert segment.words and " ".join(word.word for word in segment.words) == segment.text
    assert "(100%)" in done.stderr


def test_digits_latin_letters_and_lone_punctuation_get_times(program: Run, tmp_path: Path) -> None:
    first = demo_movie.truth().sentences[0]
    text = f"{first.hi} — 500 रुपये OK ।"
    segments = [AsrSegment(start=first.start, end=first.end + 1, text=text)]
    segments += [AsrSegment(start=8, end=9, text="—")]
    contracts.write(tmp_path / "asr.json", Asr(language="hi", backend="t", model="t", status="ok", segments=segments))
    done = program("whisperx", "align", *arguments(program, tmp_path, ALIGNER))
    assert done.returncode == 0, done.stderr
    aligned = contracts.read(tmp_path / "aligned.json", Asr)
    words = aligned.segments[0].words
    assert words is not None and [word.word for word in words] == text.split()
    end = round(first.end + 1, 3)  # as the file has it
    assert all(first.start <= word.start <= word.end <= end for word in words)
    assert aligned.segments[1].words is None and aligned.segments[1].flags == ["not-aligned"]
    assert aligned.alignment is not None
    assert (aligned.alignment.status, aligned.alignment.reason) == ("words", "1 of 2 segments could not be aligned")


def test_switched_off_or_without_a_model_the_segments_keep_their_times(program: Run, tmp_path: Path) -> None:
    demo_movie.transcript(tmp_path / "asr.json")
    before = contracts.read(tmp_path / "asr.json", Asr)
    for model, more, reason in [
        (ALIGNER, ["--backend", "none"], "switched off"),
        (None, [], "no alignment model for language hi"),
        ("no/such/model", [], "the alignment model no/such/model is not there"),
    ]:
        aligned = plain(tmp_path, arguments(program, tmp_path, model, *more))
        assert aligned.segments == before.segments
        assert aligned.alignment is not None
        assert (aligned.alignment.status, aligned.alignment.reason) == ("segments", reason)


def test_without_libraries_the_segments_keep_their_times(program: Run, tmp_path: Path) -> None:
    demo_movie.transcript(tmp_path / "asr.json")
    aligned = plain(tmp_path, arguments(program, tmp_path, ALIGNER))
    assert aligned.alignment is not None and aligned.alignment.status == "segments"
    assert "No module named" in (aligned.alignment.reason or "") and aligned.alignment.failure is not None


def aligned_by_adapter(folder: str) -> list[object]:
    """A tiny model in the form of MMS, with random weights: of English, and an adapter of Tamil."""
    import json
    from pathlib import Path

    import numpy
    import torch
    from safetensors.torch import save_file
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    from moviesubs.alignment.ctc import ctc_aligner
    from moviesubs.recognition.wav2vec2 import Wav2Vec2

    special = {"<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3, "|": 4}
    tamil = {**special, **{letter: 5 + k for k, letter in enumerate("நான்வீட்டிற்குபோகிறேன்")}}
    tamil = {letter: number for number, letter in enumerate(tamil)}
    english = {letter: number for number, letter in enumerate([*special, *"abcdefghijklmnopqrstuvwxyz"])}
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    sizes |= {
        "num_conv_pos_embeddings": 16,
        "num_conv_pos_embedding_groups": 2,
        "adapter_attn_dim": 8,
        "pad_token_id": 0,
    }
    convolutions = {
        "conv_dim": (32, 32),
        "conv_kernel": (40, 32),
        "conv_stride": (20, 16),
        "num_feat_extract_layers": 2,
    }
    convolutions |= {"feat_extract_norm": "layer", "do_stable_layer_norm": True}
    torch.manual_seed(0)
    place = Path(folder)
    spoken = Wav2Vec2ForCTC(Wav2Vec2Config(vocab_size=len(tamil), **sizes, **convolutions))
    weights = {name: weight.data.contiguous() for name, weight in spoken._get_adapters().items()}
    Wav2Vec2ForCTC(Wav2Vec2Config(vocab_size=len(english), **sizes, **convolutions)).save_pretrained(place)
    save_file(weights, place / "adapter.tam.safetensors", {"format": "pt"})
    (place / "vocab.json").write_text(json.dumps({"eng": english, "tam": tamil}))
    settings = {
        "tokenizer_class": "Wav2Vec2CTCTokenizer",
        "target_lang": "eng",
        "pad_token": "<pad>",
        "bos_token": "<s>",
    }
    settings |= {"eos_token": "</s>", "unk_token": "<unk>", "word_delimiter_token": "|"}
    (place / "tokenizer_config.json").write_text(json.dumps(settings))
    network = Wav2Vec2(place, "cpu")
    same = torch.equal(network.model.lm_head.weight, weights["lm_head.weight"])
    samples = numpy.random.default_rng(0).standard_normal(48000).astype(numpy.float32)
    aligned = ctc_aligner(network, "ta")(samples, ["நான்", "வீட்டிற்கு", "போகிறேன்"])
    times = [(word.start, word.end) if word else None for word in aligned.words]
    return [same, "ந" in network.alphabet.tokens, times]


def test_a_language_without_a_model_of_its_own_is_aligned_by_its_adapter_of_mms(python: Python, tmp_path: Path) -> None:
    same, known, times = inside(python("whisperx"), aligned_by_adapter, str(tmp_path))
    assert same and known
    assert len(times) == 3 and all(time and 0 <= time[0] <= time[1] <= 3 for time in times)
    assert times[0][0] <= times[1][0] <= times[2][0]


def refused_pickle(folder: str, model: str) -> str:
    """What is said of a model whose weights are a pickle that would run something."""
    import pickle
    import shutil
    from pathlib import Path

    from moviesubs.errors import UserError
    from moviesubs.recognition.wav2vec2 import Wav2Vec2

    place = Path(folder, "model")
    shutil.copytree(model, place, ignore=shutil.ignore_patterns("*.safetensors"))
    (place / "pytorch_model.bin").write_bytes(pickle.dumps(print))
    try:
        Wav2Vec2(place, "cpu")
    except UserError as error:
        return str(error)
    return "loaded"


def test_a_model_that_is_refused_is_not_said_to_be_missing(python: Python, tmp_path: Path) -> None:
    model = ROOT / "resources" / "demo" / "models" / "wav2vec2-hi-demo"
    said = inside(python("whisperx"), refused_pickle, str(tmp_path), str(model))
    assert "a checkpoint holds more than weights and is refused" in said and "huggingface" not in said
    assert "\n" not in said


def test_nothing_recognised_is_nothing_to_align(program: Run, tmp_path: Path) -> None:
    contracts.write(tmp_path / "asr.json", Asr(language="hi", backend="t", model="t", status="ok", segments=[]))
    aligned = plain(tmp_path, arguments(program, tmp_path, ALIGNER))
    assert aligned.segments == [] and aligned.alignment is not None and aligned.alignment.status == "words"


def test_a_crashed_aligner_leaves_segment_times(program: Run, python: Python, tmp_path: Path) -> None:
    demo_movie.transcript(tmp_path / "asr.json")
    command = [python("whisperx"), str(PROGRAM), *arguments(program, tmp_path, ALIGNER)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        os.kill(child_of(running), signal.SIGSEGV)
        _, errors = running.communicate()
    assert running.returncode == 0 and "alignment failed: killed by SIGSEGV" in errors
    aligned = contracts.read(tmp_path / "aligned.json", Asr)
    assert aligned.alignment is not None and aligned.alignment.failure is not None
    assert (aligned.alignment.status, aligned.alignment.failure.signal) == ("segments", "SIGSEGV")
    assert len(aligned.segments) == len(demo_movie.truth().sentences)


@pytest.mark.parametrize(
    ("fault", "reason"), [("middle SIGSEGV", "killed by SIGSEGV"), ("start import", "No module named 'onnxruntime'")]
)
def test_an_aligner_with_a_fault_leaves_segment_times(program: Run, tmp_path: Path, fault: str, reason: str) -> None:
    demo_movie.transcript(tmp_path / "asr.json", until=20)
    words = arguments(program, tmp_path, ALIGNER)
    done = program("whisperx", "align", *words, env=faulty(f"align {fault}", tmp_path))
    assert done.returncode == 0, done.stderr
    aligned = contracts.read(tmp_path / "aligned.json", Asr)
    assert aligned.alignment is not None and reason in (aligned.alignment.reason or "")
    assert aligned.alignment.status == "segments" and not any(segment.words for segment in aligned.segments)
    assert not [line for line in done.stderr.splitlines() if line.startswith("error: ")]


def test_what_was_removed_is_not_aligned(program: Run, tmp_path: Path) -> None:
    first = demo_movie.truth().sentences[0]
    segments = [
        AsrSegment(start=first.start, end=first.end, text=first.hi),
        AsrSegment(start=8, end=9, text="Thanks for watching!", flags=[Flag.REMOVED_BOILERPLATE]),
        AsrSegment(start=9, end=10, text="", flags=[Flag.REMOVED_NOT_RECOGNISED]),
    ]
    contracts.write(tmp_path / "asr.json", Asr(language="hi", backend="t", model="t", status="ok", segments=segments))
    done = program("whisperx", "align", *arguments(program, tmp_path, ALIGNER))
    assert done.returncode == 0, done.stderr
    aligned = contracts.read(tmp_path / "aligned.json", Asr)
    assert aligned.segments[0].words and aligned.segments[1:] == segments[1:]
    assert aligned.alignment is not None and aligned.alignment.reason is None


def test_an_aligner_that_takes_too_long_leaves_segment_times(program: Run, tmp_path: Path) -> None:
    demo_movie.transcript(tmp_path / "asr.json")
    limits = ["--time-limit", "0.1", "--time-limit-share", "0"]
    done = program("whisperx", "align", *arguments(program, tmp_path, ALIGNER, *limits))
    assert done.returncode == 0, done.stderr
    aligned = contracts.read(tmp_path / "aligned.json", Asr)
    assert aligned.alignment is not None and "time limit of 0.1 s" in (aligned.alignment.reason or "")


def test_mlx_aligns_too(program: Run, tmp_path: Path) -> None:
    demo_movie.transcript(tmp_path / "asr.json", until=20)
    model = demo_movie.whisper(program, "mlx")
    done = program("mlx", "align", *arguments(program, tmp_path, model, "--backend", "mlx"))
    assert done.returncode == 0, done.stderr
    aligned = contracts.read(tmp_path / "aligned.json", Asr)
    assert aligned.alignment is not None and aligned.alignment.status == "words", aligned.alignment
    for segment in aligned.segments:
        assert segment.words and " ".join(word.word for word in segment.words) == segment.text


@pytest.mark.parametrize(
    ("words", "pieces", "times"),
    [
        (["घर", "गया।"], [(" घर", 0, 1, 0.5), (" गया", 1, 2, 0.7), ("।", 2, 3, 1.0)], [(0, 1, 0.5), (1, 3, 0.775)]),
        (["ab", "c"], [(" a", 0, 1, 1.0), ("b c", 1, 2, 0.5)], [(0, 2, 0.75), (1, 2, 0.5)]),
        (["ab", "c"], [(" ab", 0, 1, 1.0)], [(0, 1, 1.0), None]),
    ],
)
def test_times_of_pieces_become_times_of_words(
    words: list[str], pieces: list[tuple[str, float, float, float]], times: list[tuple[float, float, float] | None]
) -> None:
    found = [word and (word.start, word.end, word.score) for word in times_of(words, pieces)]
    assert found == [time and pytest.approx(time) for time in times]
