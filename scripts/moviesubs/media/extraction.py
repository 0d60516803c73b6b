"""The sound of a stretch as blocks of samples: decoded, placed, mixed and resampled, never more than the stretch is long."""

from collections.abc import Iterator
from pathlib import Path

from moviesubs.contracts import Probe
from moviesubs.media.channels import Mixer
from moviesubs.media.sound import Decoding, Placement, Resampling, decode
from moviesubs.media.wav import SAMPLE_RATE


def extract(
    movie: Path | str, probe: Probe, mixer: Mixer, placement: Placement, noted: Decoding, seconds: float | None = None
) -> Iterator[bytes]:
    """Samples at 16 kHz, 16 bits, the first of which is at `placement.at` when this begins.

    Args:
        movie: the movie file.
        probe: its probe; `start` is where the samples begin.
        mixer: makes one channel of several.
        placement: puts frames where they belong.
        noted: what the decoder complained of.
        seconds: at most so much; None: to the end of the probe's stretch.
    """
    clip = probe.end < probe.duration
    length = seconds if seconds is not None else probe.end - probe.start if clip else None
    left = None if length is None else round(length * SAMPLE_RATE)
    for block in _blocks(movie, probe, mixer, placement, noted):
        yield block if left is None else block[: 2 * left]
        if left is not None:
            left -= len(block) // 2
            if left <= 0:
                return


def _blocks(movie: Path | str, probe: Probe, mixer: Mixer, placement: Placement, noted: Decoding) -> Iterator[bytes]:
    resampling = Resampling(mixer)
    for frame in decode(movie, probe, noted, placement.at):
        for silence, placed in placement.place(frame):
            yield from resampling.add(silence, placed)
    for silence, placed in placement.finish():
        yield from resampling.add(silence, placed)
    yield from resampling.finish()
