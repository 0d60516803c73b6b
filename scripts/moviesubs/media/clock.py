"""The clock of a file whose timestamps jump: joined recordings, restarted encoders, stray packets.

Every stream of a file counts on one clock as long as the file is sound. Where it jumps, an offset is found that lets the
movie go on, the same for all streams, so that sound and picture stay together. A stretch without sound is no jump: the
picture goes on beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from moviesubs.contracts import ClockStep

#: formats whose clock may jump in the middle (recordings, joined files); FFmpeg's AVFMT_TS_DISCONT
JUMPING = frozenset({"mpegts", "mpeg"})
#: seconds: a longer step forward is a jump of the clock, a shorter one a stretch without packets
JUMP_SECONDS = 60.0
#: seconds: a longer step back is a jump, in formats whose clock may jump; FFmpeg's own limit
BACK_SECONDS = 0.1
#: seconds by which streams of one file may be apart from each other where they lie side by side in it
NEAR_SECONDS = 10.0
#: seconds by which another stream may overlap itself where the clock jumps: joined parts do not end with all streams at once
OVERLAP_SECONDS = 2.0
#: jumps of which account is kept; a file with more has no clock
MOST_STEPS = 200


@dataclass
class _Run:
    """Packets of a stream on a new clock, of which it is not known yet whether the picture's clock has jumped as well."""

    position: int
    first: float
    end: float


@dataclass
class _Stream:
    offset: float
    end: float
    position: int
    run: _Run | None = None


@dataclass
class Clocks:
    """Follows the clocks of a file's streams, packet by packet in the order of the file.

    Attributes:
        leader: the stream whose jumps count for all: the picture, or the only sound.
        jumping: the format is one whose clock may jump back by any time.
        steps: the jumps that were found, for each stream.
        overlaps: places of the file at which the leader goes back and nothing else does: no jump, it overlaps itself.
        spans: first and last time of each stream, in seconds, jumps undone.
    """

    leader: int
    jumping: bool
    overlaps: frozenset[int] = frozenset()
    steps: list[ClockStep] = field(default_factory=list)
    spans: dict[int, tuple[float, float]] = field(default_factory=dict)
    _streams: dict[int, _Stream] = field(default_factory=dict)
    _offsets: list[float] = field(default_factory=lambda: [0.0])
    _back: dict[int, tuple[float, int]] = field(default_factory=dict)

    def add(self, index: int, time: float, duration: float, position: int | None, shown: float | None = None) -> None:
        """Takes note of a packet.

        Args:
            index: of its stream.
            time: its decoding time, in seconds on the container's clock.
            duration: in seconds.
            position: in the file, in bytes; None where it is not known: it lies where the one before it does.
            shown: its presentation time, where it is another.
        """
        stream = self._streams.get(index)
        if stream is None:
            offset = self._streams[self.leader].offset if self.leader in self._streams else 0.0
            stream = self._streams[index] = _Stream(offset, time + offset, position or 0)
            if offset:
                self._step(index, 0, offset)
        stream.position = position if position is not None else stream.position
        if stream.run:
            self._go_on(index, stream, time, duration)
        elif not self._fits(stream, time, stream.offset) and not self._hole(index, time + stream.offset, stream):
            self._jump(index, stream, time, duration)
        if stream.run is None:
            stream.end = max(stream.end, time + stream.offset + duration)
        seen = (time if shown is None else shown) + (stream.end - time - duration if stream.run else stream.offset)
        first, last = self.spans.get(index, (seen, seen))
        self.spans[index] = (min(first, seen), max(last, seen + duration))

    def finish(self) -> None:
        """Decides what was left open at the end of the file."""
        for index, stream in self._streams.items():
            if stream.run:
                self._alone(index, stream)

    def alone(self) -> frozenset[int]:
        """Places at which the leader went back a little and no other stream did, though others went on."""
        others = {index for index in self._streams if index != self.leader}
        followed = {step.offset for step in self.steps if step.stream in others}
        return frozenset(
            position
            for position, (back, number) in self._back.items()
            if others and 0 < back < JUMP_SECONDS and self._offsets[number] not in followed
        )

    def _fits(self, stream: _Stream, time: float, offset: float, back: float | None = None) -> bool:
        allowed = back if back is not None else BACK_SECONDS if self.jumping else JUMP_SECONDS
        return -allowed <= time + offset - stream.end <= JUMP_SECONDS

    def _hole(self, index: int, time: float, stream: _Stream) -> bool:
        """Whether a step forward is a stretch without packets: other streams have gone on to that time."""
        others = (other for number, other in self._streams.items() if number != index and not other.run)
        return time > stream.end and any(abs(time - other.end) <= NEAR_SECONDS for other in others)

    def _step(self, index: int, position: int, offset: float) -> None:
        if len(self.steps) < MOST_STEPS:
            self.steps.append(ClockStep(stream=index, position=position, offset=offset))

    def _jump(self, index: int, stream: _Stream, time: float, duration: float) -> None:
        back = OVERLAP_SECONDS if self.jumping else JUMP_SECONDS
        known = [offset for offset in reversed(self._offsets) if offset != stream.offset]
        fitting = next((offset for offset in known if self._fits(stream, time, offset, back)), None)
        if fitting is not None:
            self._settle(index, stream, stream.position, fitting)
        elif index == self.leader and stream.position in self.overlaps:
            stream.end = time + stream.offset
        elif index == self.leader:
            self._back[stream.position] = (stream.end - stream.offset - time, len(self._offsets))
            offset = stream.end - time
            self._offsets.append(offset)
            self._settle(index, stream, stream.position, offset)
            for number, other in self._streams.items():
                if other.run and self._fits(other, other.run.first, offset, back):
                    run, other.run = other.run, None
                    self._settle(number, other, run.position, offset)
                    other.end = max(other.end, run.end + offset)
        else:
            stream.run = _Run(stream.position, time, time + duration)

    def _settle(self, index: int, stream: _Stream, position: int, offset: float) -> None:
        stream.offset = offset
        self._step(index, position, offset)

    def _go_on(self, index: int, stream: _Stream, time: float, duration: float) -> None:
        run = stream.run
        assert run
        if self._fits(stream, time, stream.offset):  # back on its old clock: the run was stray
            stream.run = None
            self._step(index, run.position, stream.end - run.first)
            self._step(index, stream.position, stream.offset)
        elif -BACK_SECONDS <= time - run.end <= JUMP_SECONDS:
            run.end = max(run.end, time + duration)
            if run.end - run.first > NEAR_SECONDS:
                self._alone(index, stream)
        else:
            self._alone(index, stream)
            if not self._fits(stream, time, stream.offset):
                self._jump(index, stream, time, duration)

    def _alone(self, index: int, stream: _Stream) -> None:
        """A stream jumps and the picture does not: by a long way it goes on where it was, by a short one it overlaps itself."""
        run, stream.run = stream.run, None
        assert run
        if abs(run.first + stream.offset - stream.end) > JUMP_SECONDS:
            self._settle(index, stream, run.position, stream.end - run.first)
            stream.end = run.end + stream.offset


def offset_at(steps: Sequence[ClockStep], stream: int, position: int) -> float:
    """What is added to a stream's timestamps at a place of the file, in seconds.

    Args:
        steps: of the file, in order.
        stream: its index.
        position: in bytes.
    """
    return next((step.offset for step in reversed(steps) if step.stream == stream and step.position <= position), 0.0)


def setts(steps: Iterable[ClockStep], stream: int) -> str | None:
    """FFmpeg's bitstream filter that undoes the jumps of a stream's clock.

    Only the first packet of those that lie together knows its position, so the last one is remembered (`st`, `ld`).

    Args:
        steps: of the file.
        stream: its index.

    Returns:
        The filter, or None where there is nothing to do.
    """
    own = sorted((step for step in steps if step.stream == stream), key=lambda step: step.position)
    if not own:
        return None
    terms, before = ["0*st(0,if(gte(POS,0),POS,ld(0)))"], 0.0
    for step in own:
        terms.append(f"gte(ld(0),{step.position})*{step.offset - before:.6f}")
        before = step.offset
    moved = f"({'+'.join(terms)})/TB"
    return f"setts=pts='PTS+{moved}':dts='DTS+{moved}'"


def input_clock(steps: Sequence[ClockStep], streams: Iterable[int], shift: float = 0.0) -> Mapping[str, str | None]:
    """FFmpeg's input options that keep the container's timestamps, its jumps undone.

    Args:
        steps: of the file.
        streams: those that are read.
        shift: seconds to add to all timestamps.
    """
    filters = {f"bsf:{index}": setts(steps, index) for index in streams}
    moved = {"itsoffset": f"{shift:.6f}"} if shift else {}
    return {"copyts": None, **moved, **{name: value for name, value in filters.items() if value}}
