"""Speech is found where the demo's people speak, in silence there is none, and pieces change nothing."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import demo_movie
from support.inside import inside

from detect_speech import aligned_pieces, carry_over, clean
from moviesubs import contracts
from moviesubs.contracts import Segment, Speech
from moviesubs.media.wav import Wav, write_wav
from scoring.stretches import Recording, Turn, speech_detection

Run = Callable[..., subprocess.CompletedProcess[str]]
Python = Callable[[str], str]


@pytest.mark.parametrize("method", ["pyannote", "silero"])
def test_speech_is_found_where_people_speak(program: Run, tmp_path: Path, method: str) -> None:
    done = program(
        *("whisperx", "detect_speech", "--audio", demo_movie.audio(program), "--method", method),
        *("--device", "cpu", "--threads", "1", "--output", tmp_path / "speech.json"),
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
    for samples, method in [(160000, "silero"), (100, "pyannote"), (0, "pyannote")]:
        write_wav(tmp_path / "a.wav", [np.zeros(samples)])
        done = program(
            *("whisperx", "detect_speech", "--audio", tmp_path / "a.wav", "--method", method),
            *("--device", "cpu", "--output", tmp_path / "speech.json"),
        )
        assert done.returncode == 0, done.stderr
        assert contracts.read(tmp_path / "speech.json", Speech).segments == []


def test_a_file_that_is_no_sound_is_one_clear_line(program: Run, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    done = program("whisperx", "detect_speech", "--audio", tmp_path / "a.wav", "--output", tmp_path / "speech.json")
    assert done.returncode == 1 and not (tmp_path / "speech.json").exists()
    assert done.stderr.splitlines() == [
        f"error: {tmp_path / 'a.wav'}: not a WAV file (it ends too early); make it with scripts/demux.py"
    ]


def segments_by_piece(path: str, pieces: list[float]) -> list[list[list[float]]]:
    from pathlib import Path

    from moviesubs.stage import device

    device.configure(threads=1)
    import detect_speech

    found = []
    for piece in pieces:
        detect_speech.PIECE = piece
        speech = detect_speech.detect_speech(Path(path), "pyannote", 0.5, 0.363, "cpu", 1)
        found.append([[segment.start, segment.end] for segment in speech.segments])
    return found


def test_pieces_give_the_scores_of_the_whole(python: Python, program: Run) -> None:
    whole, pieces = inside(python("whisperx"), segments_by_piece, str(demo_movie.audio(program)), [1e9, 27.0])
    assert len(whole) > 10 and pieces == whole


def test_a_silent_movie_has_no_speech_for_pyannote_either(python: Python, tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", [np.zeros(160000)])
    assert inside(python("whisperx"), segments_by_piece, str(tmp_path / "a.wav"), [1e9]) == [[]]


def test_pieces_cover_everything_once_with_context() -> None:
    pieces = list(aligned_pieces(2500, 1000, 100))
    assert pieces == [(0, 1100, 0, 1000), (900, 2100, 1000, 2000), (1900, 2500, 2000, 2500)]


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
