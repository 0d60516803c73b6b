"""Speech becomes chunks that fit Whisper's window, and none of it is lost."""

import tracemalloc
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.media.wav import SAMPLE_RATE, Wav, write_wav
from moviesubs.recognition.chunks import PADDING, chunks_of, merge, padded, quietest_moment, split_long
from moviesubs.recognition.listening import Listener, Look
from moviesubs.recognition.whisper import finish

SPEECH = st.lists(st.tuples(st.floats(0.01, 5), st.floats(0.05, 90)), max_size=12).map(
    lambda pairs: [
        Segment(start=sum(map(sum, pairs[:k])) + gap, end=sum(map(sum, pairs[:k])) + gap + length)
        for k, (gap, length) in enumerate(pairs)
    ]
)
LIMIT = st.floats(1.0, 30.0)


@settings(deadline=None)
@given(SPEECH, LIMIT, st.randoms())
def test_cutting_keeps_all_speech_in_order_and_below_the_limit(segments: list[Segment], limit: float, random) -> None:  # type: ignore[no-untyped-def]
    parts = split_long(segments, limit, random.uniform)
    assert all(0 < part.end - part.start <= limit + 1e-9 for part in parts)
    assert np.isclose(sum(p.end - p.start for p in parts), sum(s.end - s.start for s in segments))
    assert all(before.end <= after.start for before, after in zip(parts, parts[1:], strict=False))


@settings(deadline=None)
@given(SPEECH, LIMIT)
def test_chunks_cover_all_speech_and_no_two_fit_into_one(segments: list[Segment], limit: float) -> None:
    parts = split_long(segments, limit, lambda low, high: high)
    chunks = merge(parts, limit)
    assert all(chunk.end - chunk.start <= limit + 1e-9 for chunk in chunks)
    assert all(any(c.start <= part.start and part.end <= c.end for c in chunks) for part in parts)
    for before, after in zip(chunks, chunks[1:], strict=False):
        following = next(part for part in parts if part.start == after.start)
        assert following.end - before.start > limit


def test_a_cut_falls_into_the_pause(tmp_path: Path) -> None:
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, 20 * 16000)
    sound[13 * 16000 : 13 * 16000 + 8000] = 0
    write_wav(tmp_path / "a.wav", [sound])
    with Wav(tmp_path / "a.wav") as wav:
        assert 13 <= quietest_moment(wav, 8, 16) <= 13.5
        chunks = chunks_of(wav, [Segment(start=0, end=20)], 16, 2)
    assert [chunk.start for chunk in chunks] == [0, chunks[0].end] and 13 <= chunks[0].end <= 13.5


def test_a_chunk_is_never_longer_than_whispers_window(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", [np.zeros(100 * 16000)])
    with Wav(tmp_path / "a.wav") as wav:
        chunks = chunks_of(wav, [Segment(start=0, end=100)], 500, 2)
    assert max(chunk.end - chunk.start for chunk in chunks) <= 30 and chunks[-1].end == 100


def test_a_long_pause_ends_a_chunk() -> None:
    segments = [Segment(start=a, end=b) for a, b in [(0, 1), (4.5, 6), (7, 8)]]
    assert [(c.start, c.end) for c in merge(segments, 30, 2)] == [(0, 1), (4.5, 8)]
    assert [(c.start, c.end) for c in merge(segments, 30)] == [(0, 8)]


@given(SPEECH, st.floats(0.0, 2.0), st.floats(0.0, 5.0))
def test_padding_adds_sound_and_never_overlaps(chunks: list[Segment], padding: float, rest: float) -> None:
    duration = (chunks[-1].end if chunks else 0.0) + rest
    wider = padded(chunks, padding, duration)
    assert len(wider) == len(chunks)
    for before, after in zip(chunks, wider, strict=True):
        assert before.start - padding - 1e-9 <= after.start <= before.start + 1e-9
        assert before.end - 1e-9 <= after.end <= before.end + padding + 1e-9
        assert after.start >= 0 and after.end <= duration + 1e-9
    assert all(first.end <= second.start + 1e-9 for first, second in zip(wider, wider[1:], strict=False))


def test_a_word_that_begins_before_its_detected_start_is_in_its_chunk(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", [np.zeros(10 * 16000)])
    with Wav(tmp_path / "a.wav") as wav:
        chunks = chunks_of(wav, [Segment(start=1, end=2), Segment(start=2.1, end=3)], 1, 2)
    assert chunks[0].start == 1 - PADDING and chunks[-1].end == 3 + PADDING and chunks[0].end == chunks[1].start


def test_three_hours_of_speech_are_cut_and_judged_without_being_in_memory(tmp_path: Path) -> None:
    hours, path = 3 * 3600, tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for _ in range(hours // 60):
            file.writeframes(bytes(2 * 60 * SAMPLE_RATE))
    speech = [Segment(start=0, end=hours)]

    def recognise(batch: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
        held = [wav.seconds(chunk.start, chunk.end) for chunk in batch]
        assert all(len(samples) <= 30 * SAMPLE_RATE for samples in held)
        return [[AsrSegment(start=chunk.start, end=chunk.end, text="नमस्ते, आप कैसे हैं? " * 10)] for chunk in batch]

    tracemalloc.start()
    with Wav(path) as wav:
        chunks = chunks_of(wav, speech, 30, 2)
        found = finish(Listener(wav, speech, recognise).fully(chunks, Look()), speech, wav)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == len(chunks) >= hours / 30
    whole = hours * SAMPLE_RATE * 4
    assert peak < whole / 10
