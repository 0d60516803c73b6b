"""Are the subtitles in a muxed movie those that went in? Every track is read back and compared, cue by cue."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from moviesubs.contracts import Probe
from moviesubs.errors import UserError
from moviesubs.media.clock import offset_at
from moviesubs.media.ffmpeg import PROTOCOLS, local, open_movie
from moviesubs.media.sound_check import time

#: seconds by which a cue may be off: containers count in milliseconds, some in less
CLOSE = 0.003
#: the same where there is sound alone: containers differ on whether the silence at its start that an encoder adds counts
CLOSE_TO_SOUND = 0.06


class Shown(NamedTuple):
    """A cue as a container holds it: seconds, and its text without markup; "" for pictures."""

    start: float
    end: float
    text: str


def plain(text: str) -> str:
    """Text without markup and line ends, for a comparison."""
    return " ".join(re.sub(r"<[^>]*>|\{\\[^}]*\}", "", text).replace("\\N", " ").replace("\\n", " ").split())


def _cue(packet: Any, codec: str, offset: float) -> Shown | None:
    """The cue of a packet; None for what shows nothing."""
    if packet.pts is None or not packet.size:
        return None
    start = float(packet.pts * packet.time_base) + offset
    end = start + float((packet.duration or 0) * packet.time_base)
    data = bytes(packet)
    if codec == "mov_text":
        length = int.from_bytes(data[:2], "big")
        return Shown(start, end, plain(data[2 : 2 + length].decode("utf-8", "replace"))) if length else None
    if codec in ("subrip", "text", "webvtt"):
        return Shown(start, end, plain(data.decode("utf-8", "replace")))
    if codec in ("ass", "ssa"):
        return Shown(start, end, plain(data.decode("utf-8", "replace").split(",", 8)[-1]))
    return Shown(start, end, "")


def tracks_of(path: Path | str, probe: Probe | None = None) -> tuple[dict[int, list[Shown]], float]:
    """The subtitle tracks of a movie by index, in the order of their times; and where its picture, or sound, starts."""
    import av

    with open_movie(path) as container:
        codecs = {
            stream.index: stream.codec_context.codec.canonical_name if stream.codec_context else ""
            for stream in container.streams
            if stream.type == "subtitle"
        }
        tracks: dict[int, list[Shown]] = {index: [] for index in codecs}
        pictures = [
            stream
            for kind in ("video", "audio")
            for stream in container.streams
            if stream.type == kind and "attached_pic" not in str(stream.disposition) and stream.start_time is not None
        ]
        first = float(pictures[0].start_time * pictures[0].time_base) if pictures else 0.0
        position = 0
        try:
            for packet in container.demux() if codecs else ():
                if packet.stream_index not in tracks:
                    continue
                position = packet.pos if packet.pos is not None and packet.pos >= 0 else position
                offset = offset_at(probe.steps, packet.stream_index, position) if probe else 0.0
                if cue := _cue(packet, codecs[packet.stream_index], offset):
                    tracks[packet.stream_index].append(cue)
        except (av.error.FFmpegError, OSError):
            pass  # cut off: what was read counts
    return {index: sorted(cues) for index, cues in tracks.items()}, first


def cues_of(path: Path) -> list[Shown]:
    """The cues of an SRT file."""
    import av

    cues = []
    container: Any = av.open(local(path), format="srt", container_options={"protocol_whitelist": PROTOCOLS})
    with container:
        for packet in container.demux():
            if cue := _cue(packet, "subrip", 0.0):
                cues.append(cue)
    return sorted(cues)


def difference(wanted: Sequence[Shown], there: Sequence[Shown], exact: bool, close: float = CLOSE) -> str | None:
    """The first difference between two tracks whose times count from the same zero.

    Args:
        wanted: what went in.
        there: what was read back.
        exact: ends and texts are compared as well; else starts only.
        close: seconds by which a cue may be off.

    Returns:
        For people; None where there is none.
    """
    for one, other in zip(wanted, there, strict=False):
        if abs(one.start - other.start) > close or (exact and abs(one.end - other.end) > close):
            return f"the cue at {time(one.start)} is shown from {time(other.start)} to {time(other.end)}"
        if exact and one.text != other.text:
            return f"the cue at {time(one.start)} says {other.text!r} instead of {one.text!r}"
    if len(wanted) != len(there):
        return f"it has {len(there)} cues instead of {len(wanted)}"
    return None


def compare(
    movie: Path, probe: Probe, kept: Sequence[int], subtitles: Mapping[str, Path], lead: float, output: Path
) -> None:
    """Compares every subtitle track of a muxed movie with what went in.

    Args:
        kept: indices of its subtitle tracks that are in the result, in their order.
        subtitles: language code to SRT file, in the order of the tracks that follow those.
        lead: seconds by which the files' times count from before the first picture.
        output: the result.

    Raises:
        UserError: a cue is missing, or at another time.
    """
    written, first = tracks_of(output)
    before = tracks_of(movie, probe)[0] if kept else {}
    wanted = [(f"track {index} of the movie", before.get(index, []), -probe.clock, False) for index in kept]
    wanted += [(str(path), cues_of(path), -lead, True) for path in subtitles.values()]
    if len(written) != len(wanted):
        raise UserError(f"{movie}: the result has {len(written)} subtitle tracks instead of {len(wanted)}")
    for (name, cues, shift, exact), there in zip(wanted, written.values(), strict=True):
        moved = [Shown(cue.start + shift, cue.end + shift, cue.text) for cue in cues]
        read_back = [Shown(cue.start - first, cue.end - first, cue.text) for cue in there]
        if reason := difference(moved, read_back, exact, CLOSE if probe.video is not None else CLOSE_TO_SOUND):
            raise UserError(f"{movie}: {name} did not come out as it went in: {reason}; write the other container")
