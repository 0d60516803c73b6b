"""Speech is found where the demo's people speak, and in silence there is none."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import demo_movie

from detect_speech import carry_over, clean
from moviesubs import contracts
from moviesubs.contracts import Segment, Speech
from moviesubs.media.wav import Wav, write_wav
from scoring.stretches import Recording, Turn, speech_detection

Run = Callable[..., subprocess.CompletedProcess[str]]


def options_of(method: str, program: Run) -> tuple[str | Path, ...]:
    """The detector's part of the command line."""
    model = ("--model", demo_movie.speech_detector(program)) if method == "pyannote" else ()
    return "--method", method, *model


@pytest.mark.parametrize("method", ["pyannote", "silero"])
def test_speech_is_found_where_people_speak(program: Run, tmp_path: Path, method: str) -> None:
    done = program(
        *("whisperx", "detect_speech", "--audio", demo_movie.audio(program), *options_of(method, program)),
        *("--threads", "1", "--output", tmp_path / "speech.json"),
    )
    assert done.returncode == 0, done.stderr
    found = contracts.read(tmp_path / "speech.json", Speech)
    true = [Turn(sentence.start, sentence.end) for sentence in demo_movie.truth().sentences]
    stretches = [Turn(segment.start, segment.end) for segment in found.segments]
    score = speech_detection([Recording(true, stretches, found.duration)], collar=0.4)
    assert score.recall > 0.95 and score.precision > 0.9, score
    assert found.method == method and abs(found.duration - 75) < 0.1
    assert "0:01:15 of 0:01:15 (100%)" in done.stderr


def test_no_speech_in_silence_nor_in_nearly_nothing(program: Run, tmp_path: Path) -> None:
    for samples, method in [(160000, "silero"), (160000, "pyannote"), (100, "pyannote"), (0, "pyannote")]:
        write_wav(tmp_path / "a.wav", [np.zeros(samples)])
        done = program(
            *("whisperx", "detect_speech", "--audio", tmp_path / "a.wav", *options_of(method, program)),
            *("--output", tmp_path / "speech.json"),
        )
        assert done.returncode == 0, done.stderr
        assert contracts.read(tmp_path / "speech.json", Speech).segments == []


def test_a_file_that_is_no_sound_is_one_clear_line(program: Run, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    done = program(
        *("whisperx", "detect_speech", "--audio", tmp_path / "a.wav", *options_of("silero", program)),
        *("--output", tmp_path / "speech.json"),
    )
    assert done.returncode == 1 and not (tmp_path / "speech.json").exists()
    assert done.stderr.splitlines() == [
        f"error: {tmp_path / 'a.wav'}: not a WAV file (it ends too early); make it with scripts/demux.py"
    ]


def test_speech_at_the_end_of_a_piece_is_not_cut(tmp_path: Path) -> None:
    sound = np.zeros(100 * 16000)
    true = [(3, 8), (9, 14), (19.5, 28), (30, 31), (50, 51), (60, 95)]
    for start, end in true:
        sound[int(start * 16000) : int(end * 16000)] = 0.5
    write_wav(tmp_path / "a.wav", [sound])

    def detect(samples: np.ndarray) -> list[Segment]:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], samples > 0.1, [0]]).astype(int))) / 16000
        return [Segment(start=a, end=b) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    with Wav(tmp_path / "a.wav") as wav:
        found = clean(carry_over(wav, detect, 20.0, lambda _: None), wav.duration)
    assert [(round(item.start, 3), round(item.end, 3)) for item in found] == true


def test_found_speech_is_in_order_inside_the_audio_and_without_overlap() -> None:
    found = clean(
        [Segment(start=5, end=6), Segment(start=-1, end=2), Segment(start=1, end=3), Segment(start=9, end=12)], 10
    )
    assert [(item.start, item.end) for item in found] == [(0, 3), (5, 6), (9, 10)]
