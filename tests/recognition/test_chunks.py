"""Speech becomes chunks that fit Whisper's window, and none of it is lost."""

import tracemalloc
import wave
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.media.wav import SAMPLE_RATE, Wav, write_wav
from moviesubs.recognition.chunks import (
    PADDING,
    SEAM_COST,
    Seam,
    batches_of,
    chunks_of,
    fewest_chunks,
    padded,
    quietest_moment,
    split_long,
)
from moviesubs.recognition.coverage import common, seconds
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


@pytest.fixture(scope="module")
def murmur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wav]:
    """Noise that swells and fades, longer than any speech of these tests."""
    chance = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("sound") / "murmur.wav"
    write_wav(
        path, [np.repeat(chance.uniform(0, 1, 4000), SAMPLE_RATE // 20) * chance.uniform(-0.5, 0.5, 200 * SAMPLE_RATE)]
    )
    with Wav(path) as wav:
        yield wav


@settings(deadline=None)
@given(SPEECH.filter(lambda segments: not segments or segments[-1].end < 200), LIMIT, st.floats(0.1, 5.0))
def test_chunks_hold_all_speech_and_no_two_fit_into_one(
    murmur: Wav, segments: list[Segment], limit: float, max_pause: float
) -> None:
    chunks = chunks_of(murmur, segments, limit, max_pause)
    parts = [common(segments, [chunk]) for chunk in chunks]
    assert all(parts) and np.isclose(sum(map(seconds, parts)), seconds(segments))
    bare = [Segment(start=part[0].start, end=part[-1].end) for part in parts]
    assert all(one.end - one.start <= limit + 1e-6 for one in bare)
    assert all(after.start - before.end <= max_pause for part in parts for before, after in pairwise(part))
    for before, after in pairwise(bare):
        assert after.end - before.start > limit - 1e-6 or after.start - before.end > max_pause


@given(st.lists(st.tuples(st.floats(0.05, 3), st.floats(0.05, 20)), min_size=1, max_size=12), st.floats(20.0, 30.0))
def test_no_other_cuts_make_fewer_chunks(pairs: list[tuple[float, float]], limit: float) -> None:
    seams, end = [], 0.0
    for pause, length in pairs:
        seams.append(Seam(end, end + pause, SEAM_COST * 0.5**pause))
        end += pause + length
    filled = [seams[0].start]  # each chunk as long as it can be
    for before, after in pairwise([*seams, Seam(end, end, 0.0)]):
        if after.end - filled[-1] > limit:
            filled.append(before.start)
    chunks = fewest_chunks([*seams, Seam(end, end, 0.0)], limit)
    assert len(chunks) == len(filled) and max(chunk.end - chunk.start for chunk in chunks) <= limit


def test_of_the_fewest_cuts_those_in_the_longest_pauses_are_made() -> None:
    seams = [
        Seam(0, 0, 0),
        *(Seam(end, end + pause, SEAM_COST * 0.5**pause) for end, pause in [(10, 1.5), (20, 0.2)]),
        Seam(35, 35, 0),
    ]
    assert [(one.start, one.end) for one in fewest_chunks(seams, 30)] == [(0, 10), (11.5, 35)]


@given(st.integers(0, 60), st.integers(1, 16), st.integers(1, 8))
def test_batches_keep_every_worker_busy_to_the_end(count: int, size: int, workers: int) -> None:
    chunks = [Segment(start=float(index), end=index + 1.0) for index in range(count)]
    batches = batches_of(chunks, size, workers)
    assert [chunk for batch in batches for chunk in batch] == chunks
    lengths = [len(batch) for batch in batches]
    assert max(lengths, default=0) - min(lengths, default=0) <= 1 and all(1 <= length <= size for length in lengths)
    assert len(batches) % workers == 0 or len(batches) == count


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


def test_a_long_pause_ends_a_chunk(murmur: Wav) -> None:
    segments = [Segment(start=a, end=b) for a, b in [(0, 1), (4.5, 6), (7, 8)]]
    assert [(c.start, c.end) for c in chunks_of(murmur, segments, 29, 2)] == [(0, 1.2), (4.3, 8.2)]
    assert [(c.start, c.end) for c in chunks_of(murmur, segments, 29, 4)] == [(0, 8.2)]


def test_a_cut_within_speech_is_not_made_in_a_word_to_fill_a_chunk(tmp_path: Path) -> None:
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, 50 * 16000)
    sound[24 * 16000 : 24 * 16000 + 3200] = 0
    write_wav(tmp_path / "a.wav", [sound])
    with Wav(tmp_path / "a.wav") as wav:
        chunks = chunks_of(wav, [Segment(start=0, end=50)], 29, 2)
    assert len(chunks) == 2 and 24 <= chunks[0].end <= 24.2


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
