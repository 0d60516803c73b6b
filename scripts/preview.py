"""A small copy of a movie for its report: H.264 and AAC in MP4, which every browser plays, on the clock of the subtitles."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moviesubs import contracts
from moviesubs.atomic_files import atomic_path
from moviesubs.contracts import Probe, Stream
from moviesubs.errors import UserError
from moviesubs.media.ffmpeg import PROTOCOLS, Ffmpeg, local, read_options
from moviesubs.stage import program
from moviesubs.stage.options import add_threads_option
from moviesubs.stage.progress import Progress
from moviesubs.stage.terminal import tell

#: the picture's quality (x264's constant rate factor) and the most that it may take, in bits a second, at 240 lines
QUALITY, RATE = 32, 180_000
#: frames a second at most
FRAMES = 25
#: seconds between two pictures to which a browser can jump at once
KEYFRAMES = 2.0
#: bits a second of the sound, which is speech at 16 kHz
SOUND = 32_000


def picture_of(probe: Probe) -> Stream | None:
    """The chosen video stream, None where there is only sound."""
    return next((stream for stream in probe.streams if stream.index == probe.video), None)


def command(
    movie: Path, probe: Probe, audio: Path, height: int, output: Path, threads: int, with_picture: bool = True
) -> list[str]:
    """FFmpeg's command line.

    The sound is what speech recognition got, which is on the movie's clock already; the picture's timestamps are the
    container's minus the time at which the stretch starts, so that both begin at zero.

    Args:
        height: of the preview's picture, in lines; a smaller picture stays as it is.
        threads: that decode and that encode; decoding a film in full HD is nine tenths of the work.
        with_picture: False leaves the picture out.
    """
    import ffmpeg

    length = probe.end - probe.start
    sound = ffmpeg.input(local(audio), f="wav", protocol_whitelist=PROTOCOLS)["a:0"]
    coding: dict[str, Any] = {"c:a": "aac", "b:a": SOUND, "t": f"{length:.3f}"}
    streams = [sound]
    picture = picture_of(probe) if with_picture else None
    if picture:
        origin = probe.clock + probe.start
        # scale takes pictures of any size; a graph that is built anew with every size would begin at zero again
        options = {"reinit_filter": 0, "threads": threads}
        source: dict[str, Any] = read_options(probe, [picture.index], probe.start) | options
        streams.insert(
            0,
            ffmpeg.input(local(movie), **source)[str(picture.index)]
            .filter("setpts", f"PTS-({origin:.6f})/TB")
            .filter("fps", f"min({FRAMES},source_fps)", start_time=0)
            .filter("scale", w="trunc(oh*dar/2)*2", h=f"trunc(min({height},ih)/2)*2", flags="area")
            .filter("setsar", 1),
        )
        rate = round(RATE * (height / 240) ** 1.5)
        coding |= {"c:v": "libx264", "preset": "veryfast", "crf": QUALITY, "maxrate": rate, "bufsize": 4 * rate}
        coding |= {"threads": threads, "pix_fmt": "yuv420p", "force_key_frames": f"expr:gte(t,n_forced*{KEYFRAMES:g})"}
    output_stream = ffmpeg.output(
        *streams,
        local(output),
        f="mp4",
        movflags="+faststart",
        map_metadata="-1",
        map_chapters="-1",
        progress="pipe:1",
        stats_period="2",
        **coding,
    )
    arguments: list[str] = ffmpeg.get_args(output_stream)
    return arguments


def preview(movie: Path, probe: Probe, audio: Path, height: int, output: Path, threads: int) -> None:
    """Writes the preview; without a picture where the movie has none, or where it cannot be decoded.

    Args:
        height: of the preview's picture, in lines.

    Raises:
        UserError: FFmpeg could not write it, not even the sound alone.
    """
    progress = Progress(f"preview {movie}", probe.end - probe.start, audio=True)
    with atomic_path(output, suffix=".mp4") as temporary:
        for with_picture in (True, False):
            arguments = command(movie, probe, audio, height, temporary, threads, with_picture)
            with Ffmpeg(["-y", *arguments]) as ffmpeg:
                for line in ffmpeg.output:
                    if match := re.match(rb"out_time_us=(\d+)", line):
                        progress.at(int(match[1]) / 1e6)
                if not ffmpeg.wait():
                    break
                reason = ffmpeg.complaints[-1] if ffmpeg.complaints else "no reason given"
            if not with_picture:
                raise UserError(f"{movie}: FFmpeg could not write its preview: {reason}; set report.preview to false")
            tell(f"warning: {movie}: its picture cannot be shown in the report: {reason}")
    progress.done()


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movie", required=True, type=Path, help="movie file")
    parser.add_argument("--probe", required=True, type=Path, help="its probe.json")
    parser.add_argument("--audio", required=True, type=Path, help="its audio.wav")
    parser.add_argument("--height", type=int, default=240, metavar="LINES", help="of the picture (%(default)s)")
    parser.add_argument("--output", required=True, type=Path, help="MP4 file to write")
    add_threads_option(parser)
    options = parser.parse_args(arguments)
    if options.height < 16:
        raise UserError("--height must be at least 16")
    probe = contracts.read(options.probe, Probe)
    preview(options.movie, probe, options.audio, options.height, options.output, options.threads)


if __name__ == "__main__":
    program.run(main)
