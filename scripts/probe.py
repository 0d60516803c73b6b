"""Looks into a movie file: its streams, its clock, and which sound and stretch of it will be worked on."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moviesubs import contracts
from moviesubs.contracts import Probe, Stream
from moviesubs.errors import UserError
from moviesubs.language.languages import code_of_iso639, language_code
from moviesubs.media.audio_choice import choose_audio
from moviesubs.media.ffmpeg import open_movie
from moviesubs.stage import program
from moviesubs.stage.terminal import tell

#: types of streams that matter here; FFmpeg's others are data
KINDS = ("video", "audio", "subtitle", "attachment")
#: seconds by which a clip's end may lie beyond the movie's: people round up
END_TOLERANCE = 1.0
#: seconds; less of a movie is not worth a subtitle
SHORTEST_CLIP = 0.1
#: seconds before the supposed end from which on a file is read to find the real one
TAIL_SECONDS = 10.0
#: seconds; from this start time on, what Matroska calls the duration is not trusted
LATE_START = 0.5


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
        codec=context.codec.canonical_name if context else "unknown",
        language=language if language and language != "und" else None,
        title=title,
        default=bool(flags & Disposition.default),
        forced=bool(flags & Disposition.forced),
        attached_picture=bool(flags & Disposition.attached_pic),
        commentary=bool(flags & (Disposition.comment | Disposition.visual_impaired | Disposition.descriptions))
        or "commentary" in (title or "").lower(),
        start=None if stream.start_time is None else float(stream.start_time * stream.time_base),
        duration=None if stream.duration is None else float(stream.duration * stream.time_base),
    )
    if kind == "audio" and context:
        record.channels = context.channels or None
        record.layout = context.layout.name
        record.sample_rate = context.sample_rate or None
    if kind == "video" and context:
        record.width, record.height = context.width, context.height
        rate = stream.average_rate or stream.guessed_rate
        record.frame_rate = float(rate) if rate and not record.attached_picture else None
    return record


def choose_picture(streams: Sequence[Stream]) -> Stream | None:
    """The video stream that gives the movie its clock: the default one, else the first; a cover picture is none.

    Args:
        streams: all streams of the movie.

    Returns:
        The stream, or None where there is only sound.
    """
    pictures = [stream for stream in streams if stream.type == "video" and not stream.attached_picture]
    return min(pictures, key=lambda stream: (not stream.default, stream.index), default=None)


def read_through(container: Any) -> dict[int, tuple[float, float]]:
    """First and last time of each stream, found by reading on to the end of the file; for files that do not say (live recordings).

    Args:
        container: an opened movie, at its start or wherever it was brought to by `seek`.

    Returns:
        Stream index to (start, end) in seconds on the container's clock. Streams without packets are left out.
    """
    import av

    spans: dict[int, tuple[float, float]] = {}
    try:
        for packet in container.demux():
            time = packet.pts if packet.pts is not None else packet.dts
            if time is None:
                continue
            start = float(time * packet.time_base)
            end = start + float((packet.duration or 0) * packet.time_base)
            first, last = spans.get(packet.stream.index, (start, end))
            spans[packet.stream.index] = (min(first, start), max(last, end))
    except (av.error.FFmpegError, OSError):
        pass  # cut off: what was read counts
    return spans


def end_of(container: Any, streams: Sequence[Stream]) -> float | None:
    """Where a movie ends, on the container's clock.

    Args:
        container: the opened movie.
        streams: its streams.

    Returns:
        Seconds, or None where the file does not say.
    """
    timed = [stream for stream in streams if stream.type in ("video", "audio") and not stream.attached_picture]
    if "matroska" in container.format.name and (container.start_time or 0) / 1e6 > LATE_START and container.duration:
        # the header's Duration counts from the first picture or from zero, depending on who wrote the file
        container.seek(max(container.start_time, container.start_time + container.duration - int(TAIL_SECONDS * 1e6)))
        return max((end for _, end in read_through(container).values()), default=None)
    ends = [stream.start + stream.duration for stream in timed if stream.start is not None and stream.duration]
    if (
        container.duration
    ):  # both are wrong at times: a container counts subtitles in, ASF gives each stream the whole duration
        whole: float = ((container.start_time or 0) + container.duration) / 1e6
        return min(whole, max(ends)) if len(ends) == len(timed) else whole
    return max(ends, default=None)


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
        audio = choose_audio(name, streams, language, index)
        picture = choose_picture(streams)
        finish = end_of(container, streams)
        timing = picture or audio
        if finish is None or timing.start is None:
            print(f"{name}: does not say how long it is; reading it through", file=sys.stderr, flush=True)
            spans = read_through(container)
            if audio.index not in spans:
                raise UserError(
                    f"{name}: its audio stream {audio.index} holds nothing; the file is cut off or damaged beyond use"
                )
            for stream in streams:
                if stream.index in spans:
                    stream.start = spans[stream.index][0] if stream.start is None else stream.start
                    stream.duration = spans[stream.index][1] - stream.start
            finish = max(
                spans[stream.index][1]
                for stream in streams
                if stream.index in spans and stream.type in ("video", "audio")
            )
        clock = next((stream.start for stream in (picture, audio) if stream and stream.start is not None), 0.0)
        first, last = stretch(name, finish - clock, start, end)
        return Probe(
            path=name,
            format=container.format.name,
            duration=finish - clock,
            clock=clock,
            start=first,
            end=last,
            audio=audio.index,
            audio_language=language,
            video=picture.index if picture else None,
            streams=streams,
        )


def summary(found: Probe) -> str:
    """What was found, for the log.

    Args:
        found: the probe.

    Returns:
        A line.
    """
    audio = next(stream for stream in found.streams if stream.index == found.audio)
    return (
        f"{found.path}: {found.format}, {found.duration:.3f} s, {found.start:.3f} s to {found.end:.3f} s are used, "
        f"audio stream {audio.index} ({audio.codec}, {audio.language or 'no language'}, {audio.layout})"
    )


def other_language(found: Probe, language: str) -> str | None:
    """The language tag of the chosen audio stream, where it is not the one that was asked for.

    Args:
        found: the probe.
        language: short code of the language that was asked for.

    Returns:
        The tag, or None where it fits or is missing.
    """
    tag = next(stream.language for stream in found.streams if stream.index == found.audio)
    return tag if tag and code_of_iso639(tag) != language else None


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
    found = probe(options.movie, options.audio_language, options.audio_stream, options.start, options.end)
    contracts.write(options.output, found)
    print(summary(found), file=sys.stderr, flush=True)
    if options.audio_language and (tag := other_language(found, options.audio_language)):
        tell(
            f"warning: {found.path}: the sound chosen, stream {found.audio}, is tagged {tag}, not {options.audio_language}"
        )


if __name__ == "__main__":
    program.run(main)
