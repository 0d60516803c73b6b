"""A CTC model understands the demo by itself, with the times of words; languages that Whisper lacks are heard, too."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from faults import faulty
from support import SCRIPTS, demo_movie
from support.indic_conformer import make_model, text_of
from support.inside import inside

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Segment, Speech, Word
from moviesubs.flags import Flag
from moviesubs.media.wav import Wav
from scoring.words import WordStart, start_differences, start_errors, word_error_rate

Run = Callable[..., subprocess.CompletedProcess[str]]
Python = Callable[[str], str]
MODEL = demo_movie.MODELS / "wav2vec2-hi-demo"
PROGRAM = SCRIPTS / "transcribe_ctc.py"


def command(program: Run, folder: Path, *more: str | Path, model: Path = MODEL, until: float = 1e9) -> list[str | Path]:
    return [
        *("--audio", demo_movie.audio(program), "--speech", demo_movie.speech(folder / "speech.json", until)),
        *("--model", model, "--language", "hi", "--device", "cpu", "--threads", "1"),
        *("--output", folder / "asr.json", *more),
    ]


def test_the_demo_is_understood_and_its_words_have_their_times(program: Run, tmp_path: Path) -> None:
    done = program("whisperx", "transcribe_ctc", *command(program, tmp_path))
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.json", Asr)
    said = " ".join(sentence.hi for sentence in demo_movie.truth().sentences)
    assert word_error_rate([said], [" ".join(segment.text for segment in asr.segments)]) < 0.1
    assert (asr.language, asr.backend, asr.status, asr.device) == ("hi", "ctc", "ok", "cpu")
    assert not [one for one in asr.segments if one.flags]
    assert "decoding: beam search with 2gram.arpa" in done.stderr and "(100%)" in done.stderr
    for segment in asr.segments:
        assert segment.words and " ".join(word.word for word in segment.words) == segment.text
        assert (segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end)

    passed = program(
        *("common", "align", "--audio", demo_movie.audio(program), "--asr", tmp_path / "asr.json", "--backend", "ctc"),
        *("--speech", tmp_path / "speech.json", "--output", tmp_path / "aligned.json"),
    )
    assert passed.returncode == 0, passed.stderr
    aligned = contracts.read(tmp_path / "aligned.json", Asr)
    assert aligned.segments == asr.segments and aligned.alignment is not None
    assert (aligned.alignment.backend, aligned.alignment.status) == ("ctc", "words")
    found = [WordStart(word.word, word.start) for segment in aligned.segments for word in segment.words or []]
    spoken = demo_movie.truth().timed_words()
    assert start_errors(start_differences(spoken, found), len(spoken)).median < 60


def test_one_that_dies_goes_on_in_a_fresh_process(program: Run, tmp_path: Path) -> None:
    arguments = command(program, tmp_path, "--batch-size", "1", "--max-pause", "0.2", until=13)
    done = program("whisperx", "transcribe_ctc", *arguments, env=faulty("transcribe_ctc middle SIGKILL", tmp_path))
    assert done.returncode == 0, done.stderr
    asr = contracts.read(tmp_path / "asr.json", Asr)
    assert asr.status == "rescued" and (asr.reason or "").startswith("ctc failed: ")
    assert "CTC failed" in done.stderr and "trying again with 2 chunks done" in done.stderr
    assert len(asr.segments) >= sum(one.start < 13 for one in demo_movie.truth().sentences)


def test_mistakes_are_one_line_before_anything_is_loaded(program: Run, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").touch()
    make_model(tmp_path / "conformer")
    for language, model, message in [
        ("xx", "model", "unknown language 'xx'"),
        ("or", "none", "none: no config.json"),
        ("or", "model", "no model.safetensors or pytorch_model.bin"),
        ("fr", "conformer", "this model does not hear fr; it hears hi, kok, or"),
    ]:
        bare = [sys.executable, PROGRAM, *command(program, tmp_path, model=tmp_path / model)]
        done = subprocess.run([*map(str, bare), "--language", language], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr
        assert message.removeprefix("none: ") in done.stderr or "no such folder" in done.stderr, done.stderr
    assert not (tmp_path / "asr.json").exists()


def hear(model: str, lengths: list[int], together: bool) -> list[list[list[float]]]:
    from pathlib import Path

    import numpy as np

    from moviesubs.recognition.wav2vec2 import Wav2Vec2

    network = Wav2Vec2(Path(model), "cpu")
    sounds = [np.random.default_rng(length).normal(0, 0.1, length).astype(np.float32) for length in lengths]
    found = network.logprobs(sounds) if together else [network.logprobs([sound])[0] for sound in sounds]
    return [one.tolist() for one in found]


def tiny_model(folder: str, kind: str, demo: str) -> None:
    """A random model with the demo's letters, whose convolutions normalise in the other way."""
    import shutil
    from pathlib import Path

    import torch
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    torch.manual_seed(1)
    config = Wav2Vec2Config.from_pretrained(
        demo, feat_extract_norm=kind, num_hidden_layers=1, conv_bias=kind == "layer"
    )
    Wav2Vec2ForCTC(config).save_pretrained(folder)
    for name in ("vocab.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(Path(demo, name), folder)
    Path(folder, "preprocessor_config.json").write_text('{"do_normalize": true}')


@pytest.mark.parametrize("kind", ["group", "layer"])
def test_what_is_heard_in_a_chunk_does_not_depend_on_its_batch(python: Python, tmp_path: Path, kind: str) -> None:
    inside(python("whisperx"), tiny_model, str(tmp_path), kind, str(MODEL))
    lengths = [16000, 40000, 700]
    alone, together = (inside(python("whisperx"), hear, str(tmp_path), lengths, together) for together in (False, True))
    for one, other in zip(alone, together, strict=True):
        assert np.allclose(one, other, atol=1e-4)


def test_a_language_model_in_the_folder_is_used(program: Run, tmp_path: Path) -> None:
    """As pyctcdecode writes it; a word that its list lacks stays as it is heard, and one without it is decoded greedily."""
    model = tmp_path / "model"
    shutil.copytree(MODEL, model)
    left_out = demo_movie.truth().sentences[0].hi.split()[0].strip(",?!।")
    words = model / "language_model" / "unigrams.txt"
    words.write_text(words.read_text(encoding="utf-8").replace(f"\n{left_out}\n", "\n"), encoding="utf-8")
    done = program("whisperx", "transcribe_ctc", *command(program, tmp_path, model=model, until=9))
    assert done.returncode == 0 and "decoding: beam search with 2gram.arpa" in done.stderr, done.stderr
    asr = contracts.read(tmp_path / "asr.json", Asr)
    said = " ".join(one.hi for one in demo_movie.truth().sentences if one.start < 9)
    found = " ".join(segment.text for segment in asr.segments)
    assert left_out in found.split() and word_error_rate([said], [found]) < 0.1
    words.unlink()
    greedy = program("whisperx", "transcribe_ctc", *command(program, tmp_path, model=model, until=9))
    assert greedy.returncode == 0 and "decoding: greedy" in greedy.stderr, greedy.stderr


def test_indic_conformer_is_heard_as_its_own_code_would(program: Run, tmp_path: Path) -> None:
    """On a tiny model in the layout of the hub: the text of the reference's steps, each computed here anew."""
    make_model(tmp_path / "model")
    wav = demo_movie.audio(program)
    stretch = Segment(start=4.0, end=9.0)
    contracts.write(tmp_path / "speech.json", Speech(segments=[stretch], method="truth", duration=75.0))
    for language, theirs in (("hi", "hi"), ("gom", "kok")):
        done = program(
            *("whisperx", "transcribe_ctc", "--audio", wav, "--speech", tmp_path / "speech.json"),
            *("--model", tmp_path / "model", "--language", language, "--device", "cpu", "--threads", "1"),
            *("--output", tmp_path / "asr.json"),
        )
        assert done.returncode == 0, done.stderr
        asr = contracts.read(tmp_path / "asr.json", Asr)
        with Wav(wav) as sound:
            samples = sound.seconds(stretch.start - 0.2, stretch.end + 0.2)
        words = text_of(tmp_path / "model", samples, theirs).split()
        found = [word.word for segment in asr.segments for word in segment.words or ()]
        assert len(words) > 3 and found == words
        assert all(
            word.start <= word.end <= stretch.end + 0.2 + 1e-3 for one in asr.segments for word in one.words or ()
        )


def test_words_heard_twice_lose_their_times_too() -> None:
    from moviesubs.recognition.listening import merged

    def segment(start: float, text: str) -> AsrSegment:
        words = [
            Word(word=word, start=start + 0.3 * k, end=start + 0.3 * k + 0.2) for k, word in enumerate(text.split())
        ]
        return AsrSegment(start=start, end=words[-1].end, text=text, words=words)

    first, second = segment(0.0, "वह कल जाएगा"), segment(0.8, "जाएगा और हम देखेंगे")
    both = merged([first], [second], [Segment(start=0.0, end=3.0)])
    assert [one.text for one in both] == ["वह कल जाएगा", "और हम देखेंगे"]
    assert [word.word for word in both[1].words or ()] == ["और", "हम", "देखेंगे"]
    assert both[1].start == 1.1 and Flag.REPEATED not in both[1].flags
