"""The sound of what is to be checked, cut out of the movie's sound and put together as one small file."""

import tempfile
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from moviesubs.errors import UserError
from moviesubs.media.ffmpeg import Ffmpeg, local

#: seconds of sound at most, some five megabytes
MOST_SECONDS = 1500.0
#: bits a second: speech at 16 kHz
RATE = 24_000
#: seconds of silence between two clips
PAUSE = 0.3


@dataclass(frozen=True)
class Clip:
    """A stretch of the movie, in seconds on its clock, and where it starts in the file of clips."""

    start: float
    end: float
    offset: float


def select_ranges(stretches: Iterable[tuple[float, float]], most: float = MOST_SECONDS) -> list[tuple[float, float]]:
    """Chooses the stretches that the clips hold.

    Args:
        stretches: in seconds, what matters most first; they may overlap.
        most: seconds of sound; what comes after is left out.

    Returns:
        Stretches in order of time, overlapping ones joined.
    """
    selection: list[tuple[float, float]] = []
    for start, end in stretches:
        joined = _merge([*selection, (start, end)])
        if end > start and sum(b - a for a, b in joined) <= most:
            selection = joined
    return selection


def _merge(stretches: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def cut(audio: Path, begin: float, stretches: Sequence[tuple[float, float]]) -> tuple[list[Clip], bytes]:
    """Cuts clips out of a movie's sound.

    Args:
        audio: audio.wav of the movie.
        begin: where it begins, in seconds on the movie's clock.
        stretches: to cut out, in seconds on the movie's clock.

    Returns:
        Where each clip lies, and the file of clips (AAC in MP4); nothing and b"" where there is nothing to cut.

    Raises:
        UserError: the sound cannot be read, or FFmpeg cannot write the clips.
    """
    if not stretches:
        return [], b""
    import ffmpeg

    clips = []
    with tempfile.TemporaryDirectory() as folder:
        raw, encoded = Path(folder, "clips.wav"), Path(folder, "clips.m4a")
        try:
            with wave.open(str(audio), "rb") as source, wave.open(str(raw), "wb") as target:
                rate, frames, width = source.getframerate(), source.getnframes(), source.getsampwidth()
                target.setparams(source.getparams())
                written = 0
                for start, end in stretches:
                    first = min(frames, max(0, round((start - begin) * rate)))
                    count = min(frames, max(first, round((end - begin) * rate))) - first
                    source.setpos(first)
                    target.writeframesraw(source.readframes(count))
                    clips.append(Clip(start, end, round(written / rate, 3)))
                    target.writeframesraw(bytes(width * source.getnchannels() * round(PAUSE * rate)))
                    written += count + round(PAUSE * rate)
        except (OSError, EOFError, wave.Error) as error:
            raise UserError(f"{audio}: not a readable WAV file: {error}; delete it to have it made again") from None
        sound = ffmpeg.input(local(raw), f="wav", protocol_whitelist="file,pipe")
        output = ffmpeg.output(sound, local(encoded), f="mp4", movflags="+faststart", **{"c:a": "aac", "b:a": RATE})
        with Ffmpeg(ffmpeg.get_args(output)) as running:
            if running.wait():
                raise UserError(f"{audio}: FFmpeg could not cut clips: {' '.join(running.complaints)[-200:]}")
        return clips, encoded.read_bytes()
