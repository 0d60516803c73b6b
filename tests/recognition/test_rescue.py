"""A recogniser that dies is started again where it died; it gives up a chunk, or the whole, only after several deaths."""

from pathlib import Path

import pytest

from moviesubs.contracts import Asr, AsrSegment, Failure, Segment
from moviesubs.errors import USER_ERROR, UserError
from moviesubs.flags import Flag
from moviesubs.recognition.journal import Parts
from moviesubs.recognition.rescue import until_done

CHUNKS = [Segment(start=k, end=k + 1) for k in range(6)]
KILLED = Failure(reason="killed by SIGKILL", signal="SIGKILL", seconds=3.0, position=1.0)


class Model:
    """A recogniser that dies on some chunks, so many times each."""

    def __init__(self, deadly: dict[int, int], loads: bool = True) -> None:
        self.deadly, self.loads = dict(deadly), loads
        self.asked: list[tuple[int, str]] = []

    def __call__(self, batch_size: int, on: str, path: Path) -> Asr | Failure:
        self.asked.append((batch_size, on))
        if not self.loads:
            return Failure(reason="killed by SIGKILL", signal="SIGKILL", seconds=3.0)
        parts = Parts(path)
        todo = [chunk for chunk in CHUNKS if not parts.has(chunk)]
        for first in range(0, len(todo), batch_size):
            batch = todo[first : first + batch_size]
            parts.begin(batch)
            for chunk in batch:
                if self.deadly.get(int(chunk.start), 0) > 0:
                    self.deadly[int(chunk.start)] -= 1
                    return KILLED
            for chunk in batch:
                parts.add(chunk, [AsrSegment(start=chunk.start, end=chunk.end, text="x")])
        found = [segment for chunk in CHUNKS for segment in parts.get(chunk)]
        return Asr(language="hi", backend="whisperx", model="m", status="ok", segments=found)


def test_a_recogniser_that_lives_is_not_rescued(tmp_path: Path) -> None:
    model = Model({})
    answer = until_done(model, tmp_path / "parts", 4, "cuda", "a.wav")
    assert (answer.status, answer.failure, model.asked) == ("ok", None, [(4, "cuda")])


def test_after_a_death_the_work_goes_on_one_chunk_at_a_time(tmp_path: Path) -> None:
    model = Model({4: 1})
    answer = until_done(model, tmp_path / "parts", 2, "cpu", "a.wav")
    assert [segment.text for segment in answer.segments] == ["x"] * 6
    assert answer.status == "rescued" and answer.failure == KILLED and "SIGKILL" in (answer.reason or "")
    assert model.asked == [(2, "cpu"), (1, "cpu")]


def test_a_chunk_that_kills_every_child_is_given_up_and_the_rest_is_recognised(tmp_path: Path) -> None:
    answer = until_done(Model({2: 9, 4: 9}), tmp_path / "parts", 4, "cpu", "a.wav")
    assert [segment.text for segment in answer.segments] == ["x", "x", "", "x", "", "x"]
    assert answer.segments[2].flags == [Flag.REMOVED_NOT_RECOGNISED]
    assert answer.segments[2].reasons == {Flag.REMOVED_NOT_RECOGNISED: "killed by SIGKILL"}


def test_a_model_that_never_loads_is_an_error_after_a_try_on_the_processor(tmp_path: Path) -> None:
    model = Model({}, loads=False)
    with pytest.raises(UserError, match="WhisperX failed 3 times in a row: killed by SIGKILL"):
        until_done(model, tmp_path / "parts", 4, "cuda", "a.wav")
    assert model.asked == [(4, "cuda"), (1, "cuda"), (1, "cpu")]


def test_a_model_that_dies_on_everything_does_not_die_for_ever(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="failed 3 times"):
        until_done(Model(dict.fromkeys(range(6), 99)), tmp_path / "parts", 4, "cpu", "a.wav")


def test_a_mistake_of_the_user_is_not_tried_again(tmp_path: Path) -> None:
    asked = []

    def attempt(batch_size: int, on: str, parts: Path) -> Failure:
        asked.append(batch_size)
        return Failure(reason="no CUDA device is usable here", exit_code=USER_ERROR)

    with pytest.raises(UserError, match="no CUDA device"):
        until_done(attempt, tmp_path / "parts", 4, "cuda", "a.wav")
    assert asked == [4]


def test_no_memory_left_is_tried_again_with_less(tmp_path: Path) -> None:
    asked = []

    def attempt(batch_size: int, on: str, parts: Path) -> Asr | Failure:
        asked.append(batch_size)
        if batch_size > 1:
            return Failure(reason="CUDA out of memory; use a smaller batch size", exit_code=USER_ERROR)
        return Asr(language="hi", backend="whisperx", model="m", status="ok", segments=[])

    assert until_done(attempt, tmp_path / "parts", 16, "cuda", "a.wav").status == "rescued"
    assert asked == [16, 1]
