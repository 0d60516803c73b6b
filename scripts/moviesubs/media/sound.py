"""A movie's sound as samples on the movie's clock: every frame lies where its timestamp says, whatever the stream does in between."""

import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from moviesubs.contracts import Hole, Probe, Stream
from moviesubs.media.channels import Mixer
from moviesubs.media.clock import JUMP_SECONDS, JUMPING, offset_at
from moviesubs.media.ffmpeg import PASSED_LINES, RUN_UP_SECONDS, open_movie
from moviesubs.media.wav import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np

#: seconds; a larger step between timestamps and samples is a gap (or an overlap), a smaller one is jitter of the file
GAP_SECONDS = 0.05
#: seconds; when all frames of STEADY_SECONDS are off by more than this, it is no jitter
DRIFT_SECONDS, STEADY_SECONDS = 0.01, 0.5
#: seconds of silence by which sound and clock disagree that a person is told of
HOLE_SECONDS = 0.2
#: seconds of sound that are mixed and resampled at a time
BLOCK_SECONDS = 1.0
#: seconds of sound in the past after which it is clear that the clock went back for good
PAST_SECONDS = 3.0
#: complaints of the decoder within a second of each other that make damage, also where nothing is missing
COMPLAINTS = 3
#: what FFmpeg's readers say where a file ends in the middle of something
_CUT_OFF = re.compile(r"prematurely|partial file|truncat", re.IGNORECASE)


class Frame(NamedTuple):
    """Decoded sound: `start` in seconds on the movie's clock, (channels, samples) from -1 to 1, names of the channels.

    `start` is not a number where the file does not say it: the frame follows the one before.
    """

    start: float
    samples: "np.ndarray"
    rate: int
    names: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """Its length."""
        return float(self.samples.shape[1]) / self.rate


@dataclass
class Decoding:
    """What was noticed while a stream was decoded.

    Attributes:
        complaints: number of packets that the decoder complained of.
        damaged: stretches in which it did, with the number of complaints.
        packets_end: seconds on the movie's clock at which the last packet ends.
        error: why reading ended before the file did.
    """

    complaints: int = 0
    damaged: list[list[float]] = field(default_factory=list)
    packets_end: float | None = None
    error: str | None = None

    def complain(self, start: float, end: float) -> None:
        """Notes a packet that could not be decoded whole."""
        self.complaints += 1
        if self.damaged and start - self.damaged[-1][1] < 1.0:
            self.damaged[-1][1:] = [max(end, self.damaged[-1][1]), self.damaged[-1][2] + 1]
        else:
            self.damaged.append([start, end, 1])


def chosen(probe: Probe) -> Stream:
    """The audio stream that a probe chose."""
    return next(stream for stream in probe.streams if stream.index == probe.audio)


def decode(movie: Path | str, probe: Probe, noted: Decoding, start: float | None = None) -> Iterator[Frame]:
    """Decodes the chosen stream.

    Args:
        noted: filled while frames are taken.
        start: begin about here, in seconds on the movie's clock; None: at the stretch's start.
    """
    import av

    begin = probe.start if start is None else start
    with open_movie(movie) as container, av.logging.Capture() as messages:
        av.logging.set_level(av.logging.WARNING)
        av.logging.set_skip_repeated(False)
        try:
            stream = container.streams[probe.audio]
            if begin > RUN_UP_SECONDS and not probe.steps:
                container.seek(int((probe.clock + begin - RUN_UP_SECONDS) * av.time_base))
            yield from _decode_packets(container, stream, probe, noted, messages)
        finally:
            av.logging.set_level(None)


def _decode_packets(container: Any, stream: Any, probe: Probe, noted: Decoding, messages: list[Any]) -> Iterator[Frame]:
    import av

    steps = [step for step in probe.steps if step.stream == probe.audio]
    position, at = 0, 0.0
    jumping = not JUMPING.isdisjoint(container.format.name.split(","))
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.error.FFmpegError, OSError) as error:
            noted.error = str(error)
            return
        if cut := next((text for _, _, text in messages if _CUT_OFF.search(text)), None):
            noted.error = cut.strip()
        if packet is None:
            return
        if steps:
            position = packet.pos if packet.pos is not None and packet.pos >= 0 else position
            shift = round(offset_at(steps, probe.audio, position) / packet.time_base)
            packet.pts = None if packet.pts is None else packet.pts + shift
            packet.dts = None if packet.dts is None else packet.dts + shift
        time = packet.pts if packet.pts is not None else packet.dts
        at = at if time is None else float(time * packet.time_base) - probe.clock
        end = at + float((packet.duration or 0) * packet.time_base)
        if messages and noted.packets_end is not None and at - noted.packets_end > HOLE_SECONDS:
            noted.complain(noted.packets_end, at)  # the reader lost packets
        if packet.size:
            noted.packets_end = max(end, noted.packets_end or end)
        del messages[:]
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, ValueError):
            frames = []
            messages.append((0, "", ""))
        messages[:] = [message for message in messages if message[0] <= av.logging.ERROR]
        if messages or packet.is_corrupt:
            noted.complain(at, end)
            if noted.complaints <= PASSED_LINES and messages:
                print(f"ffmpeg: at {at:.1f} s: {str(messages[0][2]).strip()}", file=sys.stderr, flush=True)
        # in transport streams only what begins a packet of its own has a time; the others' times are guesses, wrong where rates change
        guessed = jumping and (packet.pos is None or packet.pos < 0)
        for frame in frames:
            if frame.samples:
                start = math.nan if guessed or frame.pts is None else float(frame.pts * frame.time_base) - probe.clock
                yield Frame(start, _samples(frame), frame.sample_rate, _names(frame))


def _samples(frame: Any) -> "np.ndarray":
    """The samples of a frame as 32-bit floats from -1 to 1, (channels, samples)."""
    import numpy as np

    samples: np.ndarray = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    floats: np.ndarray = samples.astype(np.float32)
    if samples.dtype == np.uint8:
        floats = (floats - 128) / 128
    elif samples.dtype.kind == "i":
        floats /= -float(np.iinfo(samples.dtype).min)
    return floats


def _names(frame: Any) -> tuple[str, ...]:
    return tuple(channel.name for channel in frame.layout.channels)


@dataclass
class Placement:
    """Puts frames one after the other where their timestamps say: silence for gaps, cuts for overlaps.

    Attributes:
        at: seconds on the movie's clock up to which there is sound.
        until: seconds on the movie's clock after which no gap is believed.
        gaps: silence that was put in, as (start, end), but for that before the first frame.
        went_back: seconds at which the clock went back for good.
    """

    at: float
    until: float
    gaps: list[tuple[float, float]] = field(default_factory=list)
    went_back: list[float] = field(default_factory=list)
    started: bool = False
    _shift: float = 0.0
    _held: Frame | None = None
    _errors: list[float] = field(default_factory=list)
    _steady: float = 0.0
    _past: float = 0.0
    _anchor: float | None = None
    _since: float = 0.0

    def place(self, frame: Frame) -> Iterator[tuple[float, Frame]]:
        """Places a frame.

        Yields:
            Seconds of silence, and the part of a frame that follows them.
        """
        if math.isnan(frame.start):
            if self._anchor is None:
                return
            frame = frame._replace(start=self._anchor + self._since)
        else:
            self._shift += self._stall(frame)
            self._anchor, self._since = frame.start, 0.0
        self._since += frame.seconds
        frame = frame._replace(start=frame.start + self._shift)
        if self._held:
            held, self._held = self._held, None
            goes_on = abs(frame.start - held.start - held.seconds) < 1 and held.start < self.until + JUMP_SECONDS
            if goes_on:
                yield from self._put(held)
            else:  # a stray timestamp, or a clock that left the movie
                if abs(frame.start - held.start - held.seconds) < 1:
                    self._shift += self.at - held.start
                    frame = frame._replace(start=self.at + held.seconds)
                yield from self._put(held._replace(start=self.at))
        if self.started and frame.start - self.at > JUMP_SECONDS:
            self._held = frame
            return
        yield from self._put(frame)

    def _stall(self, frame: Frame) -> float:
        """What a clock that hardly moves on while sound comes lacks: frames count then, not their timestamps."""
        if self._anchor is None or self._held:
            return 0.0
        late = frame.start + self._shift - self.at
        stalled = 0 <= frame.start - self._anchor < self._since / 10 and late < -GAP_SECONDS
        return -late if stalled else 0.0

    def finish(self) -> Iterator[tuple[float, Frame]]:
        """Places what was held back."""
        if self._held:
            yield from self._put(self._held._replace(start=self.at))

    def _put(self, frame: Frame) -> Iterator[tuple[float, Frame]]:
        error = frame.start - self.at
        if abs(error) <= GAP_SECONDS and self.started:
            error = self._drift(error, frame.seconds)
        else:
            self._errors.clear()
        if error <= -frame.seconds:
            self._past += frame.seconds if self.started else 0.0
            if self._past < PAST_SECONDS or error > -PAST_SECONDS:
                return
            self.went_back.append(self.at)
            self._shift -= error
            error = 0.0
        self._past = 0.0
        if error > 0:
            if self.started and error > DRIFT_SECONDS:
                self.gaps.append((self.at, self.at + error))
            self.at += error
        elif error < 0:
            frame = frame._replace(samples=frame.samples[:, round(-error * frame.rate) :])
        self.started = True
        self.at += frame.seconds
        yield max(0.0, error), frame

    def _drift(self, error: float, seconds: float) -> float:
        """What of an error is no jitter."""
        if abs(error) < DRIFT_SECONDS or (self._errors and error * self._errors[-1] < 0):
            self._errors.clear()
            self._steady = 0.0
            return 0.0
        self._errors.append(error)
        self._steady += seconds
        if self._steady < STEADY_SECONDS:
            return 0.0
        steady = min(self._errors, key=abs)
        self._errors.clear()
        self._steady = 0.0
        return steady


@dataclass
class Resampling:
    """Gathers placed sound, mixes it and turns it into 16-bit samples at 16 kHz; the number of samples follows the clock."""

    mixer: Mixer
    seconds: float = 0.0
    written: int = 0
    _run: tuple[int, tuple[str, ...]] | None = None
    _blocks: "list[np.ndarray]" = field(default_factory=list)
    _gathered: int = 0
    _resampler: Any = None

    def add(self, silence: float, frame: Frame) -> Iterator[bytes]:
        """Takes silence and the frame that follows; yields samples."""
        import numpy as np

        run = (frame.rate, frame.names)
        if self._run != run:
            changed = self._run is not None and self._run[0] != frame.rate
            yield from self._mixed()
            if changed:
                yield from self._flush()
            self._run = run
        while silence > 0:
            length = min(silence, BLOCK_SECONDS)
            silence -= length
            count = round((self.seconds + length) * frame.rate) - round(self.seconds * frame.rate)
            self.seconds += length
            yield from self._gather(np.zeros((len(frame.samples), count), np.float32))
        self.seconds += frame.seconds
        yield from self._gather(frame.samples)

    def finish(self) -> Iterator[bytes]:
        """Yields what is left."""
        yield from self._mixed()
        yield from self._flush()

    def _gather(self, samples: "np.ndarray") -> Iterator[bytes]:
        assert self._run
        self._blocks.append(samples)
        self._gathered += samples.shape[1]
        if self._gathered >= BLOCK_SECONDS * self._run[0]:
            yield from self._mixed()

    def _mixed(self) -> Iterator[bytes]:
        import av
        import numpy as np

        if not self._gathered or self._run is None:
            return
        rate, names = self._run
        mono = self.mixer.mix(np.concatenate(self._blocks, axis=1), names, rate)
        self._blocks, self._gathered = [], 0
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mono[None, :]), "fltp", "mono")
        frame.sample_rate = rate
        if self._resampler is None:
            self._resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
        yield from self._written(self._resampler.resample(frame))

    def _flush(self) -> Iterator[bytes]:
        """Ends a run of one sample rate, and makes up for what rounding cost."""
        if self._resampler is None:
            return
        yield from self._written(self._resampler.resample(None))
        self._resampler = None
        missing = round(self.seconds * SAMPLE_RATE) - self.written
        if missing > 0:
            self.written += missing
            yield bytes(2 * missing)

    def _written(self, frames: list[Any]) -> Iterator[bytes]:
        for frame in frames:
            samples = frame.to_ndarray()[0]
            self.written += len(samples)
            yield samples.tobytes()


def holes(placement: Placement, noted: Decoding) -> list[Hole]:
    """Stretches of the sound that are silent or damaged, for people."""
    missing = [
        Hole(
            start=start,
            end=end,
            damaged=any(first - 1 < end and last + 1 > start for first, last, _ in noted.damaged),
        )
        for start, end in placement.gaps
        if end - start >= HOLE_SECONDS
    ]
    bare = [
        Hole(start=first, end=max(last, first + 0.001), damaged=True)
        for first, last, count in noted.damaged
        if count >= COMPLAINTS and not any(hole.start - 1 < last and hole.end + 1 > first for hole in missing)
    ]
    return sorted([*missing, *bare], key=lambda hole: hole.start)
