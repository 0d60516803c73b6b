"""Adds subtitle tracks to a movie: MKV or MP4, everything that was in it copied as it is."""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moviesubs import contracts
from moviesubs.atomic_files import atomic_path
from moviesubs.contracts import Probe, Stream
from moviesubs.errors import UserError
from moviesubs.language.languages import Language, language
from moviesubs.media.ffmpeg import JUMP_SECONDS, Ffmpeg, input_options, jumps, local, open_movie
from moviesubs.stage import program
from moviesubs.stage.progress import Progress
from moviesubs.stage.terminal import tell


@dataclass(frozen=True)
class Container:
    """What a container format can hold.

    Attributes:
        name: as people call it.
        muxer: FFmpeg's name.
        subtitles: codecs of subtitle tracks that are copied.
        text: codec that other text subtitles are turned into, and ours.
        attachments: whether fonts and the like may be attached.
        options: of FFmpeg's muxer.
    """

    name: str
    muxer: str
    subtitles: frozenset[str]
    text: str
    attachments: bool
    options: Mapping[str, str]


#: https://www.matroska.org/technical/codec_specs.html, and what FFmpeg's `matroskaenc.c` writes of it
MATROSKA_SUBTITLES = [
    *("subrip", "ass", "ssa", "text", "webvtt"),
    *("dvd_subtitle", "dvb_subtitle", "hdmv_pgs_subtitle", "hdmv_text_subtitle"),
]
#: default_mode: no subtitle track gets a default flag by itself
MKV = Container(
    "Matroska",
    "matroska",
    frozenset(MATROSKA_SUBTITLES),
    "subrip",
    True,
    {"default_mode": "infer_no_subs"},
)
MP4 = Container("MP4", "mp4", frozenset({"mov_text"}), "mov_text", False, {})
#: attached pictures that Matroska players look for, as (name, media type); https://www.matroska.org/technical/attachments.html
COVERS = {"mjpeg": ("cover.jpg", "image/jpeg"), "png": ("cover.png", "image/png")}
CONTAINERS = {".mkv": MKV, ".mp4": MP4, ".m4v": MP4}


@dataclass(frozen=True)
class Kept:
    """A stream of the movie that goes into the result.

    `codec` is "copy", "attach" for a cover picture, or what a text subtitle is turned into.
    """

    stream: Stream
    codec: str


def is_text(codec: str) -> bool:
    """Whether subtitles of a codec are text that FFmpeg can read, rather than pictures.

    Args:
        codec: FFmpeg's name of it.

    Returns:
        False for pictures, closed captions hidden in data, and unknown codecs.
    """
    import av

    try:
        return av.Codec(codec, "r").text_sub and codec != "eia_608"
    except ValueError:
        return False


def container_of(output: Path) -> Container:
    """The container format of a file name.

    Args:
        output: the movie to write.

    Returns:
        What its suffix stands for.

    Raises:
        UserError: it is neither MKV nor MP4.
    """
    try:
        return CONTAINERS[output.suffix.lower()]
    except KeyError:
        raise UserError(f"{output}: only {', '.join(CONTAINERS)} can be written; change the name's end") from None


def plan(streams: Sequence[Stream], container: Container) -> tuple[list[Kept], list[str]]:
    """What happens to each stream of the movie.

    Args:
        streams: of the movie.
        container: of the result.

    Returns:
        The streams to keep, in their order, and a line for each that cannot be kept.
    """
    kept: list[Kept] = []
    dropped: list[str] = []
    for stream in streams:
        what = (
            f"stream {stream.index} ({stream.type}, {stream.codec}{', ' + stream.language if stream.language else ''})"
        )
        if stream.type == "subtitle" and stream.codec not in container.subtitles:
            if is_text(stream.codec):
                kept.append(Kept(stream, container.text))
            else:
                dropped.append(f"{container.name} cannot hold {what}; it is left out")
        elif stream.attached_picture and container.attachments and stream.codec in COVERS:
            kept.append(Kept(stream, "attach"))
        elif stream.type == "data" or (stream.type == "attachment" and not container.attachments):
            dropped.append(f"{container.name} cannot hold {what}; it is left out")
        else:
            kept.append(Kept(stream, "copy"))
    return kept, dropped


def subtitle_offset(probe: Probe, kept: Sequence[Kept]) -> float:
    """What is added to a subtitle's time, which counts from the first picture, to get FFmpeg's time.

    Args:
        probe: of the movie.
        kept: streams that FFmpeg reads.

    Returns:
        Seconds.
    """
    if not jumps(probe):
        return probe.clock  # timestamps are kept as they are in the container
    return probe.clock - min((item.stream.start for item in kept if item.stream.start is not None), default=0.0)


def extract_covers(movie: Path, kept: Sequence[Kept], folder: Path) -> list[tuple[Path, str]]:
    """Writes the cover pictures that will be attached: FFmpeg would turn them into video tracks.

    Args:
        movie: the movie.
        kept: the plan; covers have the codec "attach".
        folder: where to write.

    Returns:
        File and media type of each; at most one of each kind.
    """
    covers: dict[Path, str] = {}
    for item in kept:
        if item.codec != "attach":
            continue
        name, kind = COVERS[item.stream.codec]
        with open_movie(movie) as container:
            picture = next(
                (bytes(packet) for packet in container.demux(container.streams[item.stream.index]) if packet.size), b""
            )
        if picture:
            (folder / name).write_bytes(picture)
            covers[folder / name] = kind
    return list(covers.items())


def command(
    movie: Path,
    probe: Probe,
    subtitles: Mapping[str, Path],
    default: str | None,
    output: Path,
    container: Container,
    covers: Sequence[tuple[Path, str]] = (),
) -> list[str]:
    """FFmpeg's command line.

    Args:
        movie: the movie.
        probe: its probe.
        subtitles: language code to SRT file, in the order of the tracks.
        default: language code of the track that players show by themselves; None leaves the flags as they are.
        output: the movie to write.
        container: its format.
        covers: pictures to attach, with their media types.

    Returns:
        Arguments; FFmpeg will write the movie, and its progress to standard output.
    """
    import ffmpeg

    kept = [item for item in plan(probe.streams, container)[0] if item.codec != "attach"]
    offset = subtitle_offset(probe, kept)
    clock: dict[str, Any] = {"dts_delta_threshold": JUMP_SECONDS} if jumps(probe) else {"copyts": None}
    source = ffmpeg.input(local(movie), fflags="+genpts", **clock, **input_options(probe))
    inputs = [source[str(item.stream.index)] for item in kept]
    options: dict[str, Any] = {
        "map_chapters": "0",
        "map_metadata": "0",
        "strict": "experimental",
        "fflags": "+bitexact",
        **container.options,
    }
    for number, item in enumerate(kept):
        options[f"c:{number}"] = item.codec
        if default and item.stream.type == "subtitle" and item.stream.default:
            options[f"disposition:{number}"] = "-default"
    tags: list[str] = []
    for number, (code, path) in enumerate(subtitles.items(), start=len(kept)):
        inputs.append(
            ffmpeg.input(local(path), f="srt", itsoffset=f"{offset:.6f}", protocol_whitelist="file,pipe")["s:0"]
        )
        options[f"c:{number}"] = container.text
        options[f"disposition:{number}"] = "+".join(flags_of(path, code == default)) or "0"
        for tag in track_tags(language(code), container):
            tags += [f"-metadata:s:{number}", tag]  # ffmpeg-python cannot give an option twice
    attached = sum(item.stream.type == "attachment" for item in kept)
    for number, (path, kind) in enumerate(covers, start=attached):
        tags += [
            "-attach",
            local(path),
            f"-metadata:s:t:{number}",
            f"mimetype={kind}",
            f"-metadata:s:t:{number}",
            f"filename={path.name}",
        ]
    arguments = ffmpeg.get_args(
        ffmpeg.output(*inputs, local(output), f=container.muxer, progress="pipe:1", stats_period="2", **options)
    )
    return [*arguments[:-1], *tags, arguments[-1]]


def flags_of(path: Path, default: bool) -> list[str]:
    """What a player should know of a subtitle track.

    Args:
        path: its file; a name that ends in ".sdh.srt" or ".forced.srt" says what it is, as Plex, Jellyfin and Kodi read it.
        default: whether players switch it on by themselves.

    Returns:
        FFmpeg's names of the flags.
    """
    kind = path.with_suffix("").suffix
    named = {".sdh": ["hearing_impaired"], ".forced": ["forced"]}.get(kind, [])
    return [*(["default"] if default else []), *named]


def track_tags(spoken: Language, container: Container) -> list[str]:
    """Metadata of a subtitle track: its language (ISO 639-2) and its name, in the language itself.

    Args:
        spoken: the track's language.
        container: MP4 players show the handler's name.

    Returns:
        "key=value" strings.
    """
    handler = [f"handler_name={spoken.autonym}"] if container is MP4 else []
    return [f"language={spoken.iso639_2}", f"title={spoken.autonym}", *handler]


def mux(movie: Path, probe: Probe, subtitles: Mapping[str, Path], default: str | None, output: Path) -> None:
    """Writes the movie with subtitle tracks.

    Args:
        movie: the movie.
        probe: its probe.
        subtitles: language code to SRT file, in the order of the tracks; times count from the first picture.
        default: language code of the track that players show by themselves, or None.
        output: the movie to write, .mkv or .mp4.

    Raises:
        UserError: an unknown language, a missing file, or something that the container cannot hold.
    """
    container = container_of(output)
    for path in subtitles.values():
        if not path.is_file():
            raise UserError(f"{path}: no such file")
    if default and default not in subtitles:
        raise UserError(
            f"the default subtitle track {default!r} is none of {', '.join(subtitles) or 'the tracks (there are none)'}"
        )
    if output.exists() and output.samefile(movie):
        raise UserError(f"{output}: is the movie itself; choose another name for the result")
    kept, dropped = plan(probe.streams, container)
    for line in dropped:
        tell(f"warning: {movie}: {line}")
    progress = Progress(f"mux {movie}", probe.duration, audio=True)
    with atomic_path(output, suffix=output.suffix) as temporary:
        covers = extract_covers(movie, kept, temporary.parent)
        with Ffmpeg(command(movie, probe, subtitles, default, temporary, container, covers)) as ffmpeg:
            for report in ffmpeg.output:
                if match := re.match(rb"out_time_us=(\d+)", report):
                    progress.at(int(match[1]) / 1e6)
            if ffmpeg.wait():
                raise failure(movie, container, list(ffmpeg.complaints))
    progress.done()


def failure(movie: Path, container: Container, complaints: Sequence[str]) -> UserError:
    """The one line that says why FFmpeg could not write the result.

    Args:
        movie: names the movie.
        container: of the result.
        complaints: FFmpeg's.

    Returns:
        An error to raise.
    """
    text = "\n".join(complaints)
    unfit = re.search(r"find tag for codec (\S+) in|codec (\S+) (?:is )?not (?:currently )?supported in", text)
    if unfit:
        advice = "write .mkv instead" if container is MP4 else "convert that stream first"
        return UserError(f"{movie}: {container.name} cannot hold its {unfit[1] or unfit[2]} stream; {advice}")
    reason = re.sub(r"\[.*?\] ", "", complaints[-1]) if complaints else "no reason given"
    return UserError(f"{movie}: FFmpeg could not write the {container.name} file: {reason}")


def track(text: str) -> tuple[str, Path]:
    """One value of --subtitles.

    Args:
        text: "hi=movie.hi.srt".

    Returns:
        Language code and file.

    Raises:
        argparse.ArgumentTypeError: there is no "=".
    """
    code, mark, path = text.partition("=")
    if not (code and mark and path):
        raise argparse.ArgumentTypeError(f"{text!r} is not LANGUAGE=FILE, hi=movie.hi.srt say")
    return code, Path(path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the program.

    Args:
        arguments: the command line; None for the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movie", required=True, type=Path, help="movie file")
    parser.add_argument("--probe", required=True, type=Path, help="its probe.json")
    parser.add_argument(
        "--subtitles",
        required=True,
        nargs="+",
        type=track,
        metavar="LANGUAGE=FILE",
        help="SRT files, in the order of the tracks; one that ends in .sdh.srt or .forced.srt is flagged so",
    )
    parser.add_argument("--default", help="language of the track that players show unasked; without it, flags stay")
    parser.add_argument("--output", required=True, type=Path, help="movie to write; .mkv or .mp4")
    options = parser.parse_args(arguments)
    mux(options.movie, contracts.read(options.probe, Probe), dict(options.subtitles), options.default, options.output)


if __name__ == "__main__":
    program.run(main)
