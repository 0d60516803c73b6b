"""What a child process has recognised so far, kept in a file: when it dies, the next one goes on from there."""

import threading
from collections.abc import Iterable
from pathlib import Path

import msgspec

from moviesubs.contracts import AsrSegment, Record, Segment


class Part(Record):
    """A chunk that is done, or only begun; `segments`: its text. `attempt` tells apart several looks at it."""

    start: float
    end: float
    attempt: str = ""
    begun: bool = False
    segments: list[AsrSegment] = []


class Parts:
    """The chunks that are done, noted by several threads at once too. Without a file they are kept in memory only."""

    def __init__(self, path: Path | None = None) -> None:
        """Reads what an earlier child has left.

        Args:
            path: a file of JSON lines that need not exist; a last line that is cut off is left out.
        """
        self.path = path
        self._writing = threading.Lock()
        self._found: dict[tuple[float, float, str], list[AsrSegment]] = {}
        self._begun: dict[tuple[float, float, str], None] = {}
        lines = path.read_bytes().split(b"\n") if path and path.exists() else []
        for line in lines[:-1]:
            part = msgspec.json.decode(line, type=Part)
            key = (part.start, part.end, part.attempt)
            if part.begun:
                self._begun.pop(key, None)
                self._begun[key] = None
            else:
                self._found[key] = part.segments

    def __len__(self) -> int:
        """How many chunks are done."""
        return len(self._found)

    def has(self, chunk: Segment, attempt: str = "") -> bool:
        """Whether a chunk is done."""
        return (chunk.start, chunk.end, attempt) in self._found

    def get(self, chunk: Segment, attempt: str = "") -> list[AsrSegment]:
        """The segments of a chunk that is done."""
        return self._found[chunk.start, chunk.end, attempt]

    def unfinished(self) -> list[tuple[Segment, str]]:
        """The chunks, with their attempts, that were begun and not done, the last one last: it died there."""
        return [(Segment(start=key[0], end=key[1]), key[2]) for key in self._begun if key not in self._found]

    def begin(self, chunks: Iterable[Segment], attempt: str = "") -> None:
        """Notes that these chunks are worked on."""
        for chunk in chunks:
            self._begun[chunk.start, chunk.end, attempt] = None
            self._write(Part(start=chunk.start, end=chunk.end, attempt=attempt, begun=True))

    def add(self, chunk: Segment, segments: list[AsrSegment], attempt: str = "") -> None:
        """Notes a chunk; it is in the file when this returns."""
        self._found[chunk.start, chunk.end, attempt] = segments
        self._write(Part(start=chunk.start, end=chunk.end, attempt=attempt, segments=segments))

    def _write(self, part: Part) -> None:
        if self.path:
            with self._writing, self.path.open("ab") as file:
                file.write(msgspec.json.encode(part) + b"\n")
