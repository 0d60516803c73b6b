"""The demo's two speakers are told apart; a model that would run code is refused."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import demo_movie

from moviesubs import contracts
from moviesubs.contracts import Speakers
from moviesubs.media.wav import write_wav
from scoring.stretches import Recording, Turn, diarization_error_rate

Run = Callable[..., subprocess.CompletedProcess[str]]
MODEL = demo_movie.MODELS / "speaker-embedding-demo"


def test_two_speakers_are_told_apart(program: Run, tmp_path: Path) -> None:
    done = program(
        *("whisperx", "diarize", "--audio", demo_movie.audio(program), "--model", MODEL, "--device", "cpu"),
        *("--threads", "1", "--min-speakers", "2", "--max-speakers", "2", "--output", tmp_path / "speakers.json"),
    )
    assert done.returncode == 0, done.stderr
    speakers = contracts.read(tmp_path / "speakers.json", Speakers)
    true = [Turn(one.start, one.end, one.speaker) for one in demo_movie.truth().sentences]
    turns = [Turn(turn.start, turn.end, turn.speaker) for turn in speakers.turns]
    assert len({turn.speaker for turn in speakers.turns}) == 2
    assert diarization_error_rate([Recording(true, turns, 75.0)], collar=0.5) < 0.15
    assert all(before.end <= after.start for before, after in zip(speakers.turns, speakers.turns[1:], strict=False))


def test_nobody_speaks_in_silence(program: Run, tmp_path: Path) -> None:
    for samples in (16000 * 12, 100):
        write_wav(tmp_path / "a.wav", [np.zeros(samples)])
        done = program(
            *("whisperx", "diarize", "--audio", tmp_path / "a.wav", "--model", MODEL, "--device", "cpu"),
            *("--output", tmp_path / "speakers.json"),
        )
        assert done.returncode == 0, done.stderr
        assert contracts.read(tmp_path / "speakers.json", Speakers).turns == []


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (None, "config.yaml: no such file"),
        ({"pipeline": {"name": "subprocess.Popen", "params": {"args": "id"}}}, "the pipeline is 'subprocess.Popen'"),
        (
            {"pipeline": {"name": "pyannote.audio.pipelines.SpeakerDiarization"}, "preprocessors": {"a": {"name": "os.system"}}},
            "preprocessors is not allowed here",
        ),
        (
            {"pipeline": {"name": "pyannote.audio.pipelines.SpeakerDiarization",
                          "params": {"segmentation": None, "embedding": "some/where"}}},
            "the embedding model some/where is not there",
        ),
    ],
)  # fmt: skip
def test_a_wrong_model_is_one_clear_line(program: Run, tmp_path: Path, config: object, message: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    if config:
        (folder / "config.yaml").write_text(json.dumps(config))
    write_wav(tmp_path / "a.wav", [np.zeros(32000)])
    done = program(
        *("whisperx", "diarize", "--audio", tmp_path / "a.wav", "--model", folder, "--device", "cpu"),
        *("--output", tmp_path / "speakers.json"),
    )
    assert done.returncode == 1 and message in done.stderr.splitlines()[-1] and "Traceback" not in done.stderr
    assert not (tmp_path / "speakers.json").exists()


def test_a_checkpoint_that_would_run_code_is_refused(program: Run, tmp_path: Path) -> None:
    import pickle
    import shutil
    import zipfile

    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    witness = tmp_path / "ran"

    class Code:
        def __reduce__(self) -> tuple[object, tuple[str, str]]:
            return open, (str(witness), "w")

    with zipfile.ZipFile(folder / "embedding" / "pytorch_model.bin", "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps(Code(), protocol=2))
        file.writestr("archive/version", "3\n")
    write_wav(tmp_path / "a.wav", [np.zeros(32000)])
    done = program(
        *("whisperx", "diarize", "--audio", tmp_path / "a.wav", "--model", folder, "--device", "cpu"),
        *("--output", tmp_path / "speakers.json"),
    )
    assert done.returncode == 1 and "holds more than weights and is refused" in done.stderr
    assert not witness.exists()
