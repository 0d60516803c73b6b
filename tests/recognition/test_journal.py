"""What a child has done survives it, and so does the knowledge of where it died."""

from pathlib import Path

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.recognition.journal import Parts

A, B, C = (Segment(start=k, end=k + 0.123456789) for k in (0, 1, 2))


def test_the_next_child_knows_what_is_done_and_where_the_last_one_died(tmp_path: Path) -> None:
    parts = Parts(tmp_path / "parts")
    parts.begin([A, B])
    parts.add(A, [AsrSegment(start=A.start, end=A.end, text="नमस्ते")])
    parts.add(B, [])
    parts.begin([C], "script")
    with (tmp_path / "parts").open("ab") as file:
        file.write(b'{"start": 2.0, "end"')  # it was killed while it wrote
    again = Parts(tmp_path / "parts")
    assert len(again) == 2
    assert (again.has(A), again.has(B), again.has(C), again.has(A, "script")) == (True, True, False, False)
    assert again.get(A) == parts.get(A) and again.get(B) == []
    assert again.unfinished() == [(C, "script")]


def test_without_a_file_they_live_in_memory() -> None:
    parts = Parts()
    parts.begin([A])
    parts.add(A, [])
    assert parts.has(A) and parts.unfinished() == []
