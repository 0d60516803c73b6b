"""Finds where the shots of a movie begin, with FFmpeg's scene change detector."""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from moviesubs import contracts
from moviesubs.contracts import Probe, Shots, Stream
from moviesubs.media.ffmpeg import Ffmpeg, local, read_options
from moviesubs.stage import program
from moviesubs.stage.options import add_threads_option
from moviesubs.stage.progress import Progress
from moviesubs.stage.terminal import tell

#: how much a picture must differ from the one before it, 0 to 100: FFmpeg's default for `scdet`, whose documentation advises 8 to 14
THRESHOLD = 10.0
#: width in pixels to which pictures are scaled: cuts are seen as well, in a fraction of the time
WIDTH = 160
#: pictures are compared in red, green and blue: cuts between pictures of like brightness are missed in `yuv420p`
PIXELS = "gbrp"
#: seconds; of two changes that lie closer, the first counts: a flash, or a picture that flickers
SHORTEST_SHOT = 0.25


def command(
    movie: Path | str, probe: Probe, video: Stream, threshold: float = THRESHOLD, threads: int = 1
) -> list[str]:
    """FFmpeg's command line. Timestamps are the container's, minus the movie's zero.

    Args:
        video: the movie's picture.
        threshold: of the detector.
        threads: that decode.

    Returns:
        Arguments; FFmpeg will write its position and the time of every change to standard output, as lines of `key=value`.
    """
    import ffmpeg

    options: dict[str, Any] = read_options(probe, [video.index], probe.start) | {"threads": threads}
    # scale takes pictures of any size; a graph that is built anew with every size would forget the picture before
    options["reinit_filter"] = 0
    picture = (
        ffmpeg.input(local(movie), **options)[str(video.index)]
        .filter("setpts", f"PTS-({probe.clock:.6f})/TB")
        .filter("scale", WIDTH, -2, flags="fast_bilinear")
        .filter("format", PIXELS)
        .filter("scdet", threshold=threshold)
        .filter("metadata", mode="print", key="lavfi.scd.time", file="pipe:1")
    )
    if probe.end < probe.duration:
        picture = picture.filter("trim", end=f"{probe.end:.6f}")
    output = ffmpeg.output(picture, "-", format="null", fps_mode="passthrough")
    arguments: list[str] = ["-progress", "pipe:1", "-stats_period", "5", *ffmpeg.get_args(output)]
    return arguments


def parse_output(lines: Iterable[bytes]) -> Iterator[tuple[str, float]]:
    """What FFmpeg says while it works.

    Args:
        lines: of its standard output.

    Yields:
        Pairs of "change" or "position" and a time in seconds on the movie's clock.
    """
    keys = {"lavfi.scd.time": ("change", 1.0), "out_time_us": ("position", 1e-6)}
    for line in lines:
        match = re.match(rb"(lavfi\.scd\.time|out_time_us)=(-?[0-9.]+)\s*$", line)
        if match:
            name, unit = keys[match[1].decode()]
            yield name, float(match[2]) * unit


def shots(changes: Iterable[float], start: float, end: float) -> list[float]:
    """The changes that begin a shot.

    Args:
        changes: what the detector found, in seconds.
        start: of the stretch that is worked on.
        end: of that stretch.

    Returns:
        In order, within the stretch, not closer together than the shortest shot.
    """
    kept: list[float] = []
    for change in sorted(changes):
        if start < change < end and (not kept or change - kept[-1] >= SHORTEST_SHOT):
            kept.append(round(change, 3))
    return kept


def main(arguments: Sequence[str] | None = None) -> None:
    """Detects the shots of one movie.

    A movie that is damaged gives the shots up to there; one without a picture has none.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movie", type=Path, required=True, help="movie file")
    parser.add_argument("--probe", type=Path, required=True, help="its probe.json")
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help="0 to 100, lower finds more (%(default)g)")
    add_threads_option(parser)
    parser.add_argument("--output", type=Path, required=True, help="shots.json to write")
    options = parser.parse_args(arguments)
    probe = contracts.read(options.probe, Probe)
    video = next((stream for stream in probe.streams if stream.index == probe.video), None)
    changes: list[float] = []
    if video is not None:
        progress = Progress(f"detect shots in {options.movie.name}", probe.end - probe.start, audio=True)
        with Ffmpeg(command(options.movie, probe, video, options.threshold, options.threads)) as ffmpeg:
            for name, seconds in parse_output(ffmpeg.output):
                if name == "change":
                    changes.append(seconds)
                else:
                    progress.at(min(max(0.0, seconds - probe.start), progress.total))
            status = ffmpeg.wait()
        if status or ffmpeg.damage:
            tell(f"warning: {options.movie}: the picture is damaged; shots are those that could be seen")
    shot_changes = shots(changes, probe.start, probe.end)
    contracts.write(options.output, Shots(changes=shot_changes, method="ffmpeg scdet", threshold=options.threshold))
    print(f"{len(shot_changes)} shot changes", file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
