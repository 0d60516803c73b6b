"""Looks into a movie file: its streams, its clock, and which sound and stretch of it will be worked on."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moviesubs import contracts
from moviesubs.contracts import ClockStep, Probe, Stream
from moviesubs.errors import UserError
from moviesubs.language.languages import language_code
from moviesubs.media.audio_choice import choose_audio, choose_picture, is_other_sound
from moviesubs.media.ffmpeg import codec_names, open_movie
from moviesubs.media.reading import correct, end_of, is_doubtful, read_through, report_jumps
from moviesubs.stage import program
from moviesubs.stage.terminal import tell

#: types of streams that matter here; FFmpeg's others are data
KINDS = ("video", "audio", "subtitle", "attachment")
#: seconds by which a clip's end may lie beyond the movie's: people round up
END_TOLERANCE = 1.0
#: seconds; less of a movie is not worth a subtitle
SHORTEST_CLIP = 0.1
#: what a codec is called that FFmpeg's libraries cannot decode, until its program has named it
UNKNOWN = "unknown"
#: seconds, about a frame: a container that starts less before its picture starts with it
SHORTEST_LEAD = 0.04


def describe(stream: Any) -> Stream:
    """One stream of an opened movie as a record.

    Args:
        stream: an `av.stream.Stream`.

    Returns:
        The record; times are in seconds on the container's clock.
    """
    from av.stream import Disposition

    context = stream.codec_context
    flags = stream.disposition
    kind: Any = stream.type if stream.type in KINDS else "data"
    title = stream.metadata.get("title") or None
    language = stream.metadata.get("language")
    record = Stream(
        index=stream.index,
        type=kind,
        codec=context.codec.canonical_name if context else UNKNOWN,
        language=language if language and language != "und" else None,
        title=title,
        default=bool(flags & Disposition.default),
        forced=bool(flags & Disposition.forced),
        attached_picture=bool(flags & Disposition.attached_pic),
        commentary=bool(flags & (Disposition.comment | Disposition.visual_impaired | Disposition.descriptions))
        or is_other_sound(title),
        start=None if stream.start_time is None else float(stream.start_time * stream.time_base),
        duration=float(stream.duration * stream.time_base) if (stream.duration or 0) > 0 else None,
    )
    if kind == "audio" and context:
        record.channels = context.channels or None
        record.layout = context.layout.name
        record.sample_rate = context.sample_rate or None
        record.bits = 8 * context.format.bytes if context.format else None
    if kind == "video" and context:
        record.width, record.height = context.width, context.height
        rate = stream.average_rate or stream.guessed_rate
        record.frame_rate = float(rate) if rate and not record.attached_picture else None
    return record


def stretch(path: str, duration: float, start: float | None, end: float | None) -> tuple[float, float]:
    """The stretch of a movie to work on, checked.

    Args:
        path: names the movie in errors.
        duration: of the movie, in seconds.
        start: of the clip, in seconds on the movie's clock, or None.
        end: of the clip, or None.

    Returns:
        Start and end in seconds; the whole movie where nothing was asked for.

    Raises:
        UserError: the clip does not lie within the movie.
    """
    if duration < SHORTEST_CLIP:
        raise UserError(
            f"{path}: ends {duration:.3f} s after it begins, by its own clock; it is empty, cut off or damaged beyond use"
        )
    first = 0.0 if start is None else start
    last = duration if end is None else end
    if not 0 <= first < duration or last > duration + END_TOLERANCE or last - first < SHORTEST_CLIP:
        raise UserError(
            f"{path}: the clip from {first:g} s to {last:g} s is not within the movie, "
            f"which lasts {duration:.3f} s; change start and end"
        )
    return first, min(last, duration)


def probe(
    path: Path | str,
    language: str | None = None,
    index: int | None = None,
    start: float | None = None,
    end: float | None = None,
) -> Probe:
    """Looks into a movie.

    Args:
        path: the movie file.
        language: short code of the language spoken, to choose an audio stream by.
        index: the audio stream's index in the container, instead.
        start: of the clip to work on, in seconds on the movie's clock.
        end: of the clip.

    Returns:
        What was found and chosen.

    Raises:
        UserError: the file is no movie, has no sound, or lacks what was asked for.
    """
    name = str(path)
    try:
        name.encode()
    except UnicodeEncodeError:
        raise UserError(f"{name.encode(errors='replace').decode()}: its name is not valid UTF-8; rename it") from None
    with open_movie(path) as container:
        streams = [describe(stream) for stream in container.streams]
        audio, warnings = choose_audio(name, streams, language, index)
        picture = choose_picture(streams)
        timing = picture or audio
        finish = end_of(container, streams)
        begin = None if container.start_time is None else container.start_time / 1e6
        doubtful = is_doubtful(container, streams, finish) or timing.start is None
        form = container.format.name
    if any(stream.codec == UNKNOWN for stream in streams):
        names = codec_names(path)
        for stream in streams:
            stream.codec = names.get(stream.index, UNKNOWN) if stream.codec == UNKNOWN else stream.codec
    steps: list[ClockStep] = []
    if finish is None or doubtful:
        clocks = read_through(path, timing.index)
        report_jumps(name, clocks)
        if audio.index not in clocks.spans:
            raise UserError(
                f"{name}: its audio stream {audio.index} holds nothing; the file is cut off or damaged beyond use"
            )
        steps, finish = clocks.steps, correct(streams, clocks)
    clock = next((stream.start for stream in (picture, audio) if stream and stream.start is not None), 0.0)
    finish = clock if finish is None else finish
    first, last = stretch(name, finish - clock, start, end)
    lead = clock - begin if begin is not None else 0.0
    return Probe(
        path=name,
        format=form,
        duration=finish - clock,
        clock=clock,
        start=first,
        end=last,
        audio=audio.index,
        audio_language=language,
        video=picture.index if picture else None,
        lead=lead if lead >= SHORTEST_LEAD else 0.0,
        steps=steps,
        warnings=warnings,
        streams=streams,
    )


def summary(record: Probe) -> str:
    """What was found, in one line for the log."""
    audio = next(stream for stream in record.streams if stream.index == record.audio)
    return (
        f"{record.path}: {record.format}, {record.duration:.3f} s, {record.start:.3f} s to {record.end:.3f} s are used, "
        f"audio stream {audio.index} ({audio.codec}, {audio.language or 'no language'}, {audio.layout})"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the program.

    Args:
        arguments: the command line; None for the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movie", required=True, type=Path, help="movie file")
    parser.add_argument("--output", required=True, type=Path, help="probe.json to write")
    parser.add_argument(
        "--audio-language", type=language_code, help="choose the audio stream of this language (short code, hi say)"
    )
    parser.add_argument("--audio-stream", type=int, help="choose the audio stream with this index in the file")
    parser.add_argument(
        "--start", type=float, help="start of the stretch to work on, in seconds from the first picture"
    )
    parser.add_argument("--end", type=float, help="end of the stretch to work on, in seconds from the first picture")
    options = parser.parse_args(arguments)
    record = probe(options.movie, options.audio_language, options.audio_stream, options.start, options.end)
    contracts.write(options.output, record)
    print(summary(record), file=sys.stderr, flush=True)
    for line in record.warnings:
        tell(f"warning: {record.path}: {line}")


if __name__ == "__main__":
    program.run(main)
