"""Puts pictures and sound into a movie file, with FFmpeg."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import imageio_ffmpeg
import pictures
import soundtrack
from screenplay import Screenplay

#: how FFmpeg codes each kind of picture, and the codec of the sound that goes with it
CODECS = {
    "h264": ["libx264", "-preset", "slow", "-crf", "24", "-pix_fmt", "yuv420p"],
    "hevc": ["libx265", "-preset", "medium", "-crf", "26", "-pix_fmt", "yuv420p", "-x265-params", "log-level=error"],
    "vp9": ["libvpx-vp9", "-crf", "34", "-b:v", "0", "-cpu-used", "4", "-row-mt", "1"],
    "mpeg4": ["mpeg4", "-q:v", "4"],
}
SOUND = {"h264": "aac", "hevc": "aac", "mpeg4": "libmp3lame", "vp9": "libopus"}

#: frames between two lines of progress
PROGRESS_FRAMES = 500


def write_wave(path: Path, sound: soundtrack.Stereo) -> None:
    """Writes 16-bit stereo.

    Args:
        path: the WAV file.
        sound: samples at 48 kHz, (samples, 2).
    """
    with wave.open(str(path), "wb") as audio:
        audio.setnchannels(2)
        audio.setsampwidth(2)
        audio.setframerate(soundtrack.RATE)
        audio.writeframes((sound * 32767).round().astype("<i2").tobytes())


def encode(
    output: Path, screenplay: Screenplay, sound: soundtrack.Stereo, codec: str, frame_rate: int, offset: float
) -> None:
    """Draws the frames and hands them to FFmpeg with the sound.

    Args:
        output: the movie; its suffix says the container.
        screenplay: what is seen.
        sound: what is heard.
        codec: of the picture, one of CODECS.
        frame_rate: frames a second.
        offset: seconds by which the sound starts after the picture.

    Raises:
        RuntimeError: FFmpeg failed.
    """
    width, height = pictures.SIZE
    seen = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(frame_rate), "-i", "pipe:0"]
    tags = ["-metadata:s:a:0", "language=hin", "-metadata:s:a:0", "title=Dialogue"]
    coding = ["-c:v", *CODECS[codec], "-c:a", SOUND[codec], "-b:a", "112k"]
    exactly = ["-fflags", "+bitexact", "-flags", "+bitexact"]
    with tempfile.TemporaryDirectory(dir=output.parent) as folder:
        movie = Path(folder) / f"new{output.suffix}"
        write_wave(Path(folder) / "sound.wav", sound)
        heard = ["-itsoffset", f"{offset:.3f}", "-i", str(Path(folder) / "sound.wav")]
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *seen, *heard, "-map", "0", "-map", "1"]
        ffmpeg = subprocess.Popen([*command, *coding, *exactly, *tags, f"file:{movie}"], stdin=subprocess.PIPE)
        assert ffmpeg.stdin
        with ffmpeg.stdin:
            for number, frame in enumerate(pictures.frames(screenplay, frame_rate), start=1):
                ffmpeg.stdin.write(frame)
                if number % PROGRESS_FRAMES == 0:
                    total = round(screenplay.seconds * frame_rate)
                    print(f"{output.name}: {number} of {total} frames", file=sys.stderr, flush=True)
        if ffmpeg.wait():
            raise RuntimeError(f"FFmpeg could not write {output}")
        movie.replace(output)
