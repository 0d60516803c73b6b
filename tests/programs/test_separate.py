"""Voices come out of the music, the file keeps its length to the sample, and pieces leave no seams."""

import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import demo_movie

from moviesubs.media.wav import Wav, write_wav
from separate import faded, loudness

Run = Callable[..., subprocess.CompletedProcess[str]]
MODEL = demo_movie.MODELS / "htdemucs-demo"


def separated(program: Run, sound: Path, output: Path, model: Path = MODEL) -> subprocess.CompletedProcess[str]:
    return program(
        *("demucs", "separate", "--audio", sound, "--model", model, "--device", "cpu", "--threads", "1"),
        *("--output", output),
    )


def level(path: Path, start: float, end: float) -> float:
    """Loudness of a stretch in decibels."""
    with Wav(path) as wav:
        return float(10 * np.log10(np.square(wav.seconds(start, end)).mean() + 1e-10))


def test_music_goes_and_voices_keep_their_level(program: Run, tmp_path: Path) -> None:
    sound, voices = demo_movie.audio(program), tmp_path / "vocals.wav"
    done = separated(program, sound, voices)
    assert done.returncode == 0, done.stderr
    with Wav(sound) as before, Wav(voices) as after:
        assert before.samples == after.samples
    sentence = demo_movie.truth().sentences[0]
    music = level(sound, 1.0, 4.0) - level(voices, 1.0, 4.0)
    speech = level(sound, sentence.start, sentence.end) - level(voices, sentence.start, sentence.end)
    assert music > 10 and abs(speech) < 3, (music, speech)
    assert "(100%)" in done.stderr


def test_silence_stays_silence(program: Run, tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", [np.zeros(12345)])
    done = separated(program, tmp_path / "a.wav", tmp_path / "b.wav")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_a_model_that_would_run_code_is_refused(program: Run, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    witness = tmp_path / "ran"
    metadata = {"klass": "builtins.open", "args": json.dumps([str(witness), "w"]), "kwargs": "{}"}
    header = json.dumps({"__metadata__": metadata}).encode()
    (folder / "bad.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    (folder / "bad.yaml").write_text("models: [bad]")
    write_wav(tmp_path / "a.wav", [np.sin(np.arange(16000))])
    done = separated(program, tmp_path / "a.wav", tmp_path / "b.wav", folder)
    assert done.returncode == 1 and "the class 'builtins.open' is not one of" in done.stderr
    assert not witness.exists() and not (tmp_path / "b.wav").exists()


def test_a_folder_without_a_model_is_one_clear_line(program: Run, tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", [np.sin(np.arange(16000))])
    done = separated(program, tmp_path / "a.wav", tmp_path / "b.wav", tmp_path)
    assert done.returncode == 1 and "0 YAML files instead of one" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("samples", [1, 99, 100, 999, 1000, 1001, 1100, 1899, 12345])
def test_pieces_leave_no_seams(samples: int) -> None:
    sound = np.random.default_rng(samples).standard_normal(samples).astype(np.float32)
    result = np.concatenate(list(faded(samples, 1000, 100, lambda start, stop: sound[start:stop].copy())))
    assert result.shape == sound.shape and np.allclose(result, sound, atol=1e-6)


def test_two_pieces_that_differ_are_faded_into_each_other() -> None:
    result = np.concatenate(list(faded(1500, 1000, 100, lambda start, stop: np.full(stop - start, float(start > 0)))))
    assert not result[:900].any() and result[1000:].all()
    assert (np.diff(result[899:1001]) > 0).all() and np.abs(np.diff(result)).max() < 0.02


def test_loudness_is_that_of_the_whole_file(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).uniform(-0.3, 0.5, 16000 * 3)
    write_wav(tmp_path / "a.wav", [sound])
    with Wav(tmp_path / "a.wav") as wav:
        assert loudness(wav) == pytest.approx((sound.mean(), sound.std()), abs=1e-4)
