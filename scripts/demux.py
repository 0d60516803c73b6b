"""Takes a movie's sound out: 16 kHz, mono, 16 bits, on the clock of the movie's picture; and says what it heard."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.atomic_files import atomic_path
from moviesubs.contracts import Probe, Sound
from moviesubs.media.channels import CHOICES, Mixer, decibels
from moviesubs.media.extraction import extract
from moviesubs.media.sound import Decoding, Placement, holes
from moviesubs.media.sound_check import check
from moviesubs.media.wav import SAMPLE_RATE, new_wav
from moviesubs.stage import program
from moviesubs.stage.progress import Progress
from moviesubs.stage.terminal import tell

#: seconds; a shorter movie is filled up with silence, since speech models need something to look at
SHORTEST_SECONDS = 1.0


def demux(movie: Path | str, probe: Probe, output: Path, channel: str | None = None) -> Sound:
    """Writes the sound of the chosen stretch.

    Args:
        movie: the movie file.
        probe: its probe.
        output: WAV file to write; sample 0 is at `probe.start` on the movie's clock.
        channel: one of `CHOICES` instead of the mix.

    Returns:
        What was measured.

    Raises:
        UserError: nothing could be decoded.
    """
    progress = Progress(f"demux {movie}", probe.end - probe.start, audio=True)
    mixer, noted = Mixer(channel), Decoding()
    placement = Placement(probe.start, probe.end)
    samples = 0
    with atomic_path(output) as temporary, new_wav(temporary) as audio:
        for block in extract(movie, probe, mixer, placement, noted):
            audio.writeframesraw(block)
            samples += len(block) // 2
            progress.at(samples / SAMPLE_RATE)
        end = probe.start + samples / SAMPLE_RATE
        warnings = check(movie, probe, mixer, placement, noted, end)
        shortest = round(min(SHORTEST_SECONDS, probe.end - probe.start) * SAMPLE_RATE)
        audio.writeframes(bytes(2 * max(0, shortest - samples)))
    progress.done()
    return Sound(
        level=mixer.level,
        peak=decibels(mixer.peak**2),
        end=end,
        correlation=mixer.correlation,
        holes=holes(placement, noted),
        complaints=noted.complaints,
        warnings=warnings,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the program.

    Args:
        arguments: the command line; None for the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movie", required=True, type=Path, help="movie file")
    parser.add_argument("--probe", required=True, type=Path, help="its probe.json")
    parser.add_argument("--audio-channel", choices=CHOICES, help="listen to this channel instead of a mix of all")
    parser.add_argument("--output", required=True, type=Path, help="WAV file to write")
    parser.add_argument("--sound", type=Path, help="JSON to write: level, holes and whatever a person should know")
    options = parser.parse_args(arguments)
    probe = contracts.read(options.probe, Probe)
    sound = demux(options.movie, probe, options.output, options.audio_channel)
    if options.sound:
        contracts.write(options.sound, sound)
    print(f"{options.movie}: level {sound.level:.0f} dB, peak {sound.peak:.0f} dB", file=sys.stderr, flush=True)
    for line in sound.warnings:
        tell(f"warning: {options.movie}: {line}")


if __name__ == "__main__":
    program.run(main)
