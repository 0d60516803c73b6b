"""Takes a movie's sound out: 16 kHz, mono, 16 bits, on the clock of the movie's picture."""

import argparse
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moviesubs import contracts
from moviesubs.atomic_files import atomic_path
from moviesubs.contracts import Probe, Stream
from moviesubs.errors import UserError
from moviesubs.media.ffmpeg import JUMP_SECONDS, Ffmpeg, input_options, jumps, local
from moviesubs.stage import program
from moviesubs.stage.progress import Progress, clock
from moviesubs.stage.terminal import tell

#: samples a second that the speech models take
RATE = 16_000
#: seconds; a larger step between timestamps and samples is a gap (or an overlap), a smaller one is jitter of the file
GAP_SECONDS = 0.05
#: seconds before a clip at which decoding begins, so that decoders have settled when it starts
RUN_UP_SECONDS = 10.0
#: seconds; a shorter movie is filled up with silence, since speech models need something to look at
SHORTEST_SECONDS = 1.0
#: seconds by which the sound may end early without being called cut off
MISSING_SECONDS = 1.0
#: samples read at a time
BLOCK = 1 << 16
#: share of each channel of 5.1 sound in the mix: dialogue is in the centre; "<" scales the sum to 1, so that nothing clips
DIALOGUE_MIX = "mono|FC<FC+0.35*FL+0.35*FR+0.15*BL+0.15*BR"


def command(movie: Path | str, probe: Probe) -> list[str]:
    """FFmpeg's command line.

    Timestamps are the container's, minus the time at which the stretch starts. `aresample` then makes samples and
    timestamps agree: silence where the sound starts late or has a gap, a cut where it starts early.
    (FFmpeg's documentation of `aresample`: async, first_pts, min_hard_comp.)

    Args:
        movie: the movie file.
        probe: its probe.

    Returns:
        Arguments; FFmpeg will write raw samples to standard output.
    """
    import ffmpeg

    audio = chosen(probe)
    options: dict[str, Any] = input_options(probe)
    origin = probe.clock + probe.start
    if origin - RUN_UP_SECONDS > 0 and probe.start > RUN_UP_SECONDS:
        options |= {"ss": f"{origin - RUN_UP_SECONDS:.3f}", "seek_timestamp": 1, "noaccurate_seek": None}
    if jumps(probe) and "ss" not in options and audio.start is not None:
        options |= {"dts_delta_threshold": JUMP_SECONDS}
        origin -= audio.start  # without -copyts FFmpeg counts from the first sample of the only stream it reads
    else:
        options |= {"copyts": None}
    sound = ffmpeg.input(local(movie), **options)[str(audio.index)].filter("asetpts", f"PTS-({origin:.6f})/TB")
    if (audio.channels or 1) > 2:
        sound = sound.filter("aformat", channel_layouts="5.1").filter("pan", DIALOGUE_MIX)
    sound = (
        sound.filter("aresample", RATE)
        .filter("aformat", sample_fmts="s16", channel_layouts="mono")
        .filter("aresample", **{"async": 1, "min_hard_comp": GAP_SECONDS, "first_pts": 0})
    )
    if probe.end < probe.duration:
        sound = sound.filter("atrim", end=f"{probe.end - probe.start:.6f}")
    arguments: list[str] = ffmpeg.get_args(ffmpeg.output(sound, "pipe:1", format="s16le", acodec="pcm_s16le"))
    return arguments


def chosen(probe: Probe) -> Stream:
    """The audio stream that a probe chose.

    Args:
        probe: the probe.

    Returns:
        The stream.
    """
    return next(stream for stream in probe.streams if stream.index == probe.audio)


def expected_end(probe: Probe) -> float:
    """Where the sound of the stretch should end, as far as the container tells.

    Args:
        probe: the probe.

    Returns:
        Seconds on the movie's clock.
    """
    audio = chosen(probe)
    if audio.start is None or audio.duration is None:
        return probe.end
    return min(probe.end, audio.start + audio.duration - probe.clock)


def demux(movie: Path | str, probe: Probe, output: Path) -> float:
    """Writes the sound of the chosen stretch.

    Args:
        movie: the movie file.
        probe: its probe.
        output: WAV file to write; sample 0 is at `probe.start` on the movie's clock.

    Returns:
        Seconds of sound that the movie had, silence for gaps included.

    Raises:
        UserError: nothing could be decoded.
    """
    progress = Progress(f"demux {movie}", probe.end - probe.start, audio=True)
    samples = 0
    with atomic_path(output) as temporary, wave.open(str(temporary), "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(RATE)
        with Ffmpeg(command(movie, probe)) as ffmpeg:
            while block := ffmpeg.output.read(2 * BLOCK):
                audio.writeframesraw(block)
                samples += len(block) // 2
                progress.at(samples / RATE)
            status = ffmpeg.wait()
        seconds = samples / RATE
        check(movie, probe, seconds, status != 0 or ffmpeg.damage)
        shortest = round(min(SHORTEST_SECONDS, probe.end - probe.start) * RATE)
        audio.writeframes(bytes(2 * max(0, shortest - samples)))
    progress.done()
    return seconds


def check(movie: Path | str, probe: Probe, seconds: float, complained: bool) -> None:
    """Says what is wrong with the sound, if anything.

    Args:
        movie: names the movie.
        probe: its probe.
        seconds: of sound decoded.
        complained: whether FFmpeg failed or wrote a complaint.

    Raises:
        UserError: there is no sound though the container promised some, or FFmpeg failed before the first sample.
    """
    audio = chosen(probe)
    starts = (audio.start if audio.start is not None else probe.clock) - probe.clock
    promised = probe.start <= max(0.0, starts) < probe.end
    if not seconds and (complained or promised):
        raise UserError(
            f"{movie}: no sound could be decoded from its audio stream {audio.index} ({audio.codec}); "
            "the file is damaged or cut off, or this FFmpeg lacks the decoder"
        )
    end = expected_end(probe)
    if probe.start + seconds < end - MISSING_SECONDS:
        cause = "the file is cut off or damaged: " if complained else ""
        found, wanted = clock(probe.start + seconds), clock(end)
        tell(f"warning: {movie}: {cause}its sound ends at {found}, not at {wanted}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the program.

    Args:
        arguments: the command line; None for the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movie", required=True, type=Path, help="movie file")
    parser.add_argument("--probe", required=True, type=Path, help="its probe.json")
    parser.add_argument("--output", required=True, type=Path, help="WAV file to write")
    options = parser.parse_args(arguments)
    demux(options.movie, contracts.read(options.probe, Probe), options.output)


if __name__ == "__main__":
    program.run(main)
