"""Subtitles that a movie has already, in place of speech recognition: a file beside it, or a track in it."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from moviesubs import contracts
from moviesubs.contracts import Asr, Cue, Probe, Segment, Speech
from moviesubs.errors import UserError
from moviesubs.formats.read import read_cues
from moviesubs.language.languages import language_code
from moviesubs.library.transcript_of_subtitles import segments
from moviesubs.media.ffmpeg import Ffmpeg, local, read_options
from moviesubs.retime.retime import find_fit, retimed_spans
from moviesubs.stage import program
from moviesubs.stage.terminal import tell


def shifted(cues: Sequence[Cue], zero: float) -> list[Cue]:
    """Cues on the movie's own clock, whose zero is at so many seconds of theirs."""
    shift = round(zero * 1000)
    return [replace(cue, start=cue.start - shift, end=cue.end - shift) for cue in cues]


def cues_of_track(movie: Path, probe: Probe, stream: int) -> list[Cue]:
    """The cues of a text track in a movie, on the movie's own clock.

    Args:
        stream: index of the track in the file.

    Raises:
        UserError: FFmpeg cannot turn the track into text.
    """
    import ffmpeg

    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "track.srt"
        source = ffmpeg.input(local(movie), **read_options(probe, [stream]))
        arguments = ffmpeg.get_args(ffmpeg.output(source[str(stream)], local(written), f="srt"))
        with Ffmpeg(arguments) as process:
            failed = process.wait()
        if failed or not written.exists():
            reason = next(iter(process.complaints), "FFmpeg does not say why")
            raise UserError(
                f"{movie}: its subtitle track {stream} cannot be read: {reason}; set existing to ignore or skip"
            )
        cues, _ = read_cues(written)
    return shifted(cues, probe.clock)


def in_step(cues: list[Cue], speech: Speech, start: float, name: str) -> list[Cue]:
    """Cues in step with detected speech, whose times count from `start` on the movie's clock; as they are where nothing fits."""
    fit, _ = find_fit(cues, [], [Segment(start=one.start + start, end=one.end + start) for one in speech.segments])
    if fit is None:
        tell(f"warning: {name}: does not fit the sound anywhere; its times are left as they are")
        return cues
    offset = fit.pieces[0][1]
    print(f"{name}: drift {fit.drift:.5f}, {offset:+.2f} s at its start, {len(fit.pieces)} pieces", file=sys.stderr)
    moved = retimed_spans([(cue.start, cue.end) for cue in cues], fit)
    return [replace(cue, start=first, end=last) for cue, (first, last) in zip(cues, moved, strict=True)]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__)
    source = made.add_mutually_exclusive_group(required=True)
    source.add_argument("--subtitles", type=Path, help="subtitle file; its times count from the container's start")
    source.add_argument("--stream", type=int, help="index of a text track in the movie")
    made.add_argument("--movie", type=Path, required=True, help="movie file")
    made.add_argument("--probe", type=Path, required=True, help="probe.json of the movie")
    made.add_argument("--language", type=language_code, required=True, help="code of the language of the subtitles")
    made.add_argument(
        "--speech", nargs="?", type=Path, help="speech.json: first put them in step with where speech begins"
    )
    made.add_argument(
        "--output", type=Path, required=True, help="asr.json to write; seconds from the start of audio.wav"
    )
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the subtitles and writes them as a recogniser would."""
    options = parser().parse_args(arguments)
    probe = contracts.read(options.probe, Probe)
    problems: list[str] = []
    if options.subtitles:
        cues, problems = read_cues(options.subtitles)
        cues = shifted(cues, probe.lead)
    else:
        cues = cues_of_track(options.movie, probe, options.stream)
    name = str(options.subtitles or f"{options.movie}, track {options.stream}")
    for problem in problems:
        tell(f"warning: {name}: {problem}")
    if options.speech:
        cues = in_step(cues, contracts.read(options.speech, Speech), probe.start, name)
    asr_segments = segments(cues, probe.start, probe.end)
    if not asr_segments:
        raise UserError(
            f"{name}: holds no text for {probe.start:.0f} s to {probe.end:.0f} s of the movie; set existing to ignore or skip"
        )
    contracts.write(
        options.output,
        Asr(language=options.language, backend="subtitles", model=name, status="ok", segments=asr_segments),
    )
    print(f"{len(cues)} cues of {name}: {len(asr_segments)} segments", file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
