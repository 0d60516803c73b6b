"""Small movies for tests, made with FFmpeg, a look at what came out, and the media programs run within this process."""

import array
import contextlib
import importlib
import io
import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from moviesubs.media.ffmpeg import ffmpeg_program
from moviesubs.stage import program

#: length of a beep in seconds
BEEP = 0.1
#: seconds by which a beep may be off: the delay of Opus, which old releases of FFmpeg leave in; 2 ms for the rest
CLOSE = 0.008


class Finished(NamedTuple):
    """How a program ended."""

    returncode: int
    stderr: str


def run(name: str, *arguments: object) -> Finished:
    """Runs a program of scripts/ as its last line does, but without a process of its own, which takes most of the time.

    Args:
        name: "probe", say.
        arguments: its command line.

    Returns:
        Exit status, and what it wrote to standard error.
    """
    main = importlib.import_module(name).main
    written = io.StringIO()
    with contextlib.redirect_stderr(written):
        try:
            program.run(main, [str(word) for word in arguments])
        except SystemExit as end:
            return Finished(int(end.code or 0), written.getvalue())
    return Finished(0, written.getvalue())


def ffmpeg(*arguments: object) -> str:
    """Runs FFmpeg.

    Args:
        arguments: its command line, without the program.

    Returns:
        What it wrote to standard output.
    """
    command = [ffmpeg_program(), "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def picture(seconds: float = 4.0, rate: int = 25) -> list[str]:
    """Input arguments: a moving test picture.

    Args:
        seconds: its length.
        rate: frames a second.

    Returns:
        Arguments for `ffmpeg`.
    """
    return ["-f", "lavfi", "-i", f"testsrc=size=64x48:rate={rate}:duration={seconds}"]


def beeps(
    times: Sequence[float], seconds: float = 4.0, layout: str = "mono", channel: int = 0, rate: int = 48_000
) -> list[str]:
    """Input arguments: silence with beeps.

    Args:
        times: where beeps start, in seconds.
        seconds: length of the sound.
        layout: channel layout, "5.1" say.
        channel: the channel that beeps; the others are silent.
        rate: samples a second.

    Returns:
        Arguments for `ffmpeg`.
    """
    gate = "+".join(f"between(t,{time},{time + BEEP})" for time in times) or "0"
    count = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    sound = f"0.5*sin(2*PI*1000*t)*min(1,{gate})"
    channels = "|".join(sound if number == channel else "0" for number in range(count))
    return ["-f", "lavfi", "-i", f"aevalsrc='{channels}':c={layout}:s={rate}:d={seconds}"]


def make(path: Path, *arguments: object, codec: str = "mpeg4", sound: str = "aac") -> Path:
    """Makes a movie.

    Args:
        path: the movie; its suffix says the container.
        arguments: inputs and options for FFmpeg.
        codec: of the picture.
        sound: codec of the sound.

    Returns:
        The path.
    """
    ffmpeg(*arguments, "-c:v", codec, "-c:a", sound, f"file:{path}")
    return path


def samples(path: Path) -> "array.array[int]":
    """The samples of a WAV file, which must be 16 kHz, mono, 16 bits.

    Args:
        path: the WAV file.

    Returns:
        The samples.
    """
    with wave.open(str(path)) as audio:
        assert (audio.getframerate(), audio.getnchannels(), audio.getsampwidth()) == (16_000, 1, 2)
        return array.array("h", audio.readframes(audio.getnframes()))


def beeps_in(path: Path, threshold: float = 0.04) -> list[float]:
    """Where the beeps of a WAV file start.

    Args:
        path: the WAV file, 16 kHz.
        threshold: share of full scale above which there is a beep.

    Returns:
        Seconds.
    """
    loud = [number / 16_000 for number, sample in enumerate(samples(path)) if abs(sample) > threshold * 32768]
    return [time for time, before in zip(loud, [-1.0, *loud], strict=False) if time - before > BEEP / 2]


def look(path: Path) -> dict[str, Any]:
    """What PyAV sees in a media file.

    Args:
        path: the file.

    Returns:
        "streams": type, codec, tags and flags of each; "cues": for each subtitle stream, (start, end) of its packets,
        in seconds from the first picture.
    """
    import av

    container: Any = av.open(f"file:{path}")
    with container:
        streams = [
            {
                "type": stream.type,
                "codec": stream.codec_context.codec.canonical_name if stream.codec_context else None,
                "tags": {name.lower(): value for name, value in stream.metadata.items()},
                "flags": [flag.name for flag in type(stream.disposition) if flag & stream.disposition],
            }
            for stream in container.streams
        ]
        pictures = (stream for stream in container.streams.video if "attached_pic" not in str(stream.disposition))
        first = next((float(stream.start_time * stream.time_base) for stream in pictures), 0.0)
        cues: dict[int, list[tuple[float, float]]] = {stream.index: [] for stream in container.streams.subtitles}
        for packet in container.demux():
            if packet.stream.index in cues and packet.pts is not None and packet.size > 2:  # 2: a pause in MP4
                start = float(packet.pts * packet.time_base) - first
                end = start + float(packet.duration * packet.time_base)
                cues[packet.stream.index].append((round(start, 3), round(end, 3)))
    return {"streams": streams, "cues": list(cues.values())}
