"""How long a movie is: by what its container says where that can be believed, else by reading it through."""

import sys
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moviesubs.contracts import Stream
from moviesubs.media.clock import JUMP_SECONDS, JUMPING, Clocks
from moviesubs.media.ffmpeg import open_movie
from moviesubs.stage.progress import Progress

#: seconds before the supposed end from which on a file is read to find the real one
TAIL_SECONDS = 10.0
#: seconds; from this start time on, what Matroska calls the duration is not trusted
LATE_START = 0.5
#: places of a movie, as shares of its length, at which there must be something near the time that was asked for
PLACES = (0.25, 0.5, 0.75, 0.95)
#: seconds; a shorter movie is not looked at there
LONG_SECONDS = 3 * JUMP_SECONDS
#: numbers that are kept of a packet: stream, time, length, place in the file, time at which it is shown
FIELDS = 5
#: seconds that frames take at most which share one time
LONGEST_ROW = 2.0
#: packets read to see what is at a place
LOOKED_AT = 50


def read_through(path: Path | str, leader: int) -> Clocks:
    """Reads a file from beginning to end and follows its clocks.

    Args:
        path: the movie file.
        leader: index of its picture, or of its sound where there is none.

    Returns:
        Spans of the streams and jumps of their clocks.
    """
    import av

    size = max(1, Path(path).stat().st_size)
    progress = Progress(f"read {path} through, megabytes", size / 1e6)
    packets = array("d")
    frames: dict[int, int] = {}  # by stream: how many without a time have come since its last packet with one
    frame_lengths: dict[int, float] = {}
    with open_movie(path) as container:
        jumping = not JUMPING.isdisjoint(container.format.name.split(","))
        timed = {stream.index for stream in container.streams if stream.type in ("video", "audio")}
        try:
            for packet in container.demux():
                time = packet.dts if packet.dts is not None else packet.pts
                if packet.stream_index not in timed or not packet.size:
                    continue
                if time is None:
                    frames[packet.stream_index] = frames.get(packet.stream_index, 0) + 1
                    continue
                base = packet.time_base
                shown = float((packet.pts if packet.pts is not None else time) * base)
                position = packet.pos if packet.pos is not None and packet.pos >= 0 else None
                length = float((packet.duration or 0) * base)
                _measure(packets, packet.stream_index, frames, frame_lengths, until=float(time * base))
                packets.extend(
                    (packet.stream_index, float(time * base), length, -1 if position is None else position, shown)
                )
                if position:
                    progress.at(position / 1e6)
        except (av.error.FFmpegError, OSError):
            pass  # cut off: what was read counts
    for index in frames:
        _measure(packets, index, frames, frame_lengths)
    clocks = _follow(packets, leader, jumping)
    overlaps = clocks.alone()
    return _follow(packets, leader, jumping, overlaps) if overlaps else clocks


def _measure(
    packets: "array[float]", index: int, frames: dict[int, int], lengths: dict[int, float], until: float | None = None
) -> None:
    """Gives the last packet of a stream the length of the frames that have followed it.

    Only the first frame of those that lie together in a transport stream has a time; of AAC whose header comes late the others have
    no length either, and 0.3 s of sound seem to be missing at the end.

    Args:
        packets: those with a time.
        index: of the stream.
        frames: how many without a time have followed, by stream; it is counted anew.
        lengths: seconds of a frame, by stream, as far as it was measured.
        until: when the next packet with a time begins; None at the end of the file.
    """
    count = frames.get(index, 0)
    frames[index] = 0
    if not count:
        return
    at = next((at for at in range(len(packets) - FIELDS, -1, -FIELDS) if packets[at] == index), None)
    if at is None:
        return
    if until is not None and 0 < until - packets[at + 1] <= LONGEST_ROW:
        lengths[index] = (until - packets[at + 1]) / (count + 1)
    if index in lengths:
        packets[at + 2] = max(packets[at + 2], lengths[index] * (count + 1))


def _follow(packets: "array[float]", leader: int, jumping: bool, overlaps: frozenset[int] = frozenset()) -> Clocks:
    clocks = Clocks(leader, jumping, overlaps)
    for at in range(0, len(packets), FIELDS):
        index, time, length, position, shown = packets[at : at + FIELDS]
        clocks.add(int(index), time, length, None if position < 0 else int(position), shown)
    clocks.finish()
    return clocks


def _tail(container: Any) -> float | None:
    """Where the last packets end, in seconds on the container's clock."""
    import av

    last: float | None = None
    try:
        for packet in container.demux():
            time = packet.pts if packet.pts is not None else packet.dts
            if time is not None:
                last = max(float((time + (packet.duration or 0)) * packet.time_base), last or 0.0)
    except (av.error.FFmpegError, OSError):
        pass
    return last


def end_of(container: Any, streams: Sequence[Stream]) -> float | None:
    """Where a movie ends, as its container says.

    Args:
        container: the opened movie.
        streams: its streams.

    Returns:
        Seconds on the container's clock, or None where the file does not say.
    """
    import av

    timed = [stream for stream in streams if stream.type in ("video", "audio") and not stream.attached_picture]
    length = max(0, container.duration or 0)  # damaged headers hold negative ones
    if "matroska" in container.format.name and (container.start_time or 0) / 1e6 > LATE_START and length:
        # the header's Duration counts from the first picture or from zero, depending on who wrote the file
        try:
            container.seek(max(container.start_time, container.start_time + length - int(TAIL_SECONDS * 1e6)))
        except (av.error.FFmpegError, OSError):
            return None  # damaged: it has to be read through
        return _tail(container)
    ends = [stream.start + stream.duration for stream in timed if stream.start is not None and stream.duration]
    if length:
        # both are wrong at times: a container counts subtitles in, ASF gives each stream the whole duration
        whole: float = ((container.start_time or 0) + length) / 1e6
        return min(whole, max(ends)) if len(ends) == len(timed) else whole
    return max(ends, default=None)


def is_doubtful(container: Any, streams: Sequence[Stream], end: float | None) -> bool:
    """Whether a file's clock has to be looked at by reading it through.

    Transport and program streams do not say where their clock jumps. Of other files, a stray timestamp makes the length
    wrong; then there is nothing at most places of the supposed length.

    Args:
        container: the opened movie; it is left somewhere in the middle.
        streams: its streams.
        end: as `end_of` says.
    """
    import av

    if end is None or not JUMPING.isdisjoint(container.format.name.split(",")):
        return True
    begin = (container.start_time or 0) / 1e6
    if end - begin < LONG_SECONDS:
        return False
    timed = {stream.index for stream in streams if stream.type in ("video", "audio") and not stream.attached_picture}
    for place in PLACES:
        wanted = begin + place * (end - begin)
        try:
            container.seek(int(wanted * av.time_base))
            near = False
            for number, packet in enumerate(container.demux()):
                time = packet.pts if packet.pts is not None else packet.dts
                near = packet.stream_index in timed and time is not None and (
                    abs(float(time * packet.time_base) - wanted) <= JUMP_SECONDS
                )  # fmt: skip
                if near or number >= LOOKED_AT:
                    break
        except (av.error.FFmpegError, OSError):
            return True
        if not near:
            return True
    return False


def correct(streams: Sequence[Stream], clocks: Clocks) -> float | None:
    """Takes over times that were found by reading a file through.

    Args:
        streams: of the movie; start and duration are changed.
        clocks: what was found.

    Returns:
        Where the movie ends, in seconds on the container's clock; None where nothing was found.
    """
    for stream in streams:
        if stream.index in clocks.spans and not stream.attached_picture:
            first, last = clocks.spans[stream.index]
            stream.start = first if stream.start is None else stream.start
            stream.duration = last - stream.start
    covers = {stream.index for stream in streams if stream.attached_picture}
    return max((last for index, (_, last) in clocks.spans.items() if index not in covers), default=None)


def report_jumps(path: Path | str, clocks: Clocks) -> None:
    """Says in the log where the clock jumps."""
    for step in clocks.steps:
        line = f"{path}: stream {step.stream}: from byte {step.position} on {step.offset:+.3f} s are added to its clock"
        print(line, file=sys.stderr, flush=True)
