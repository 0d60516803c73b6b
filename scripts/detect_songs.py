"""Finds the songs of a movie: stretches in which separated voices and the music without them are both loud, for long."""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.contracts import Probe, Segment, Songs
from moviesubs.errors import UserError
from moviesubs.media.ffmpeg import PROTOCOLS, Ffmpeg, local
from moviesubs.stage import program
from moviesubs.transcript.songs import song_stretches

#: seconds of a window in which levels are measured
WINDOW = 0.5
#: samples a second of the audio that stages listen to
RATE = 16_000


def levels_command(audio: Path, vocals: Path, *, music: bool) -> list[str]:
    """FFmpeg's command line, which prints the level of every window.

    It writes lines of `key=value` to standard output (filters `astats` and `ametadata`).

    Args:
        music: measure what is left without the voices, instead of the voices.
    """
    import ffmpeg

    options = {"protocol_whitelist": PROTOCOLS, "format_whitelist": "wav"}
    voice = ffmpeg.input(local(vocals), **options).audio
    sound = voice
    if music:
        whole = ffmpeg.input(local(audio), **options).audio
        inverted = voice.filter("aeval", "-val(0)")  # `amix` takes no negative weights
        sound = ffmpeg.filter([whole, inverted], "amix", inputs=2, normalize=0, duration="shortest")
    sound = (
        sound.filter("asetnsamples", round(RATE * WINDOW))
        .filter("astats", metadata=1, reset=1, measure_perchannel="none", measure_overall="RMS_level")
        .filter("ametadata", mode="print", key="lavfi.astats.Overall.RMS_level", file="pipe:1")
    )
    arguments: list[str] = ffmpeg.get_args(ffmpeg.output(sound, "-", format="null"))
    return arguments


def levels(lines: Iterable[bytes]) -> list[float]:
    """The levels in FFmpeg's output: decibels below full scale, one per window; digital silence is -200."""
    matches = (re.match(rb"lavfi\.astats\.Overall\.RMS_level=(\S+)", line) for line in lines)
    return [max(-200.0, float(match[1])) for match in matches if match]


def measure_levels(audio: Path, vocals: Path, *, music: bool) -> list[float]:
    """Measures the levels of a sound, see `levels_command`.

    Raises:
        UserError: FFmpeg cannot read the files.
    """
    with Ffmpeg(levels_command(audio, vocals, music=music)) as ffmpeg:
        decibels = levels(ffmpeg.output)
        if ffmpeg.wait():
            raise UserError(f"{vocals}: its levels cannot be measured; delete it to have it made again")
    return decibels


def main(arguments: Sequence[str] | None = None) -> None:
    """Detects the songs of one movie."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, required=True, help="audio.wav")
    parser.add_argument("--vocals", type=Path, required=True, help="vocals.wav")
    parser.add_argument("--probe", type=Path, required=True, help="probe.json, for where the sound starts")
    parser.add_argument("--output", type=Path, required=True, help="songs.json to write")
    options = parser.parse_args(arguments)
    start = contracts.read(options.probe, Probe).start
    voice = measure_levels(options.audio, options.vocals, music=False)
    music = measure_levels(options.audio, options.vocals, music=True)
    songs = [Segment(start=start + song.start, end=start + song.end) for song in song_stretches(voice, music, WINDOW)]
    contracts.write(options.output, Songs(stretches=songs, method="levels of voices and music"))
    print(f"{len(songs)} songs", file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
