"""Windows cover all sound, and two thresholds turn scores into stretches of speech."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from moviesubs.media.wav import SAMPLE_RATE, Wav, write_wav
from moviesubs.recognition.voice_activity import FRAME, FRAME_STEP, WINDOW, speech_scores, stretches, window_starts


@given(some.integers(0, 10_000_000))
def test_windows_cover_the_audio_and_no_window_lies_behind_it(samples: int) -> None:
    starts = window_starts(samples)
    assert starts[0] == 0 and starts[-1] + WINDOW >= samples and starts[-1] < max(1, samples)


def loudness(windows: np.ndarray) -> np.ndarray:
    """Stands where the network does: frame by frame, whether there is sound."""
    frames = np.lib.stride_tricks.sliding_window_view(windows[:, 0], FRAME, axis=1)[:, ::FRAME_STEP]
    loud = (np.abs(frames).mean(axis=2) > 0.1).astype(np.float32)
    return np.stack([loud, loud / 2], axis=2)


@pytest.mark.parametrize(("seconds", "threads"), [(4.0, 1), (23.4, 2), (140.0, 2)])
def test_scores_of_windows_are_laid_where_their_sound_is(tmp_path: Path, seconds: float, threads: int) -> None:
    sound = np.zeros(int(seconds * SAMPLE_RATE))
    spoken = [(0.7, 1.9), (seconds - 1.1, seconds - 0.4)]
    for start, end in spoken:
        sound[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)] = 0.5
    write_wav(tmp_path / "a.wav", [sound])
    seen: list[float] = []
    with Wav(tmp_path / "a.wav") as wav:
        scores = speech_scores(wav, loudness, threads, seen.append)
    found = [(one.start, one.end) for one in stretches(scores, 0.5, 0.363, 0.1)]
    assert np.abs(np.array(found) - np.array(spoken)).max() < 2 * FRAME / SAMPLE_RATE, found
    assert seen == sorted(seen) and seen[-1] == pytest.approx(seconds)


def scores_of(pattern: str) -> list[float]:
    """One score a letter: loud, middle (between both thresholds), quiet."""
    return [{"l": 0.9, "m": 0.4, "q": 0.1}[letter] for letter in pattern]


@pytest.mark.parametrize(
    ("pattern", "frames"),
    [
        ("q" * 30, []),
        ("q" * 10 + "l" * 10 + "q" * 10, [(10, 20)]),
        ("q" * 10 + "l" * 10 + "m" * 5 + "q" * 10, [(10, 25)]),
        ("q" * 10 + "m" * 20 + "q" * 10, []),
        ("q" * 10 + "l" * 10 + "q" * 5 + "l" * 10 + "q" * 10, [(10, 35)]),
        ("q" * 10 + "l" * 10 + "q" * 7 + "l" * 10 + "q" * 10, [(10, 20), (27, 37)]),
        ("q" * 10 + "l" * 5 + "q" * 10, []),
        ("l" * 10, [(0, 9)]),
    ],
)
def test_speech_begins_above_one_threshold_and_ends_below_the_other(
    pattern: str, frames: Sequence[tuple[int, int]]
) -> None:
    found = [(one.start, one.end) for one in stretches(scores_of(pattern), 0.5, 0.363, 0.1)]
    expected = [tuple((FRAME / 2 + FRAME_STEP * frame) / SAMPLE_RATE for frame in pair) for pair in frames]
    assert len(found) == len(expected)
    assert np.array(found) == pytest.approx(np.array(expected))
