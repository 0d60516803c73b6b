"""Adds subtitle tracks to a movie: MKV or MP4, everything that was in it copied as it is."""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moviesubs import contracts
from moviesubs.atomic_files import atomic_path
from moviesubs.contracts import Probe, Stream
from moviesubs.errors import UserError
from moviesubs.language.languages import Language, language
from moviesubs.media.clock import JUMPING
from moviesubs.media.ffmpeg import Ffmpeg, has_chapters, local, open_movie, read_options
from moviesubs.media.matroska_languages import languages, with_room, write_languages
from moviesubs.media.mp4_tracks import disable_subtitles
from moviesubs.media.readback import compare
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
#: default_mode: no track gets a default flag by itself, a commentary that comes first say
MKV = Container(
    "Matroska",
    "matroska",
    frozenset(MATROSKA_SUBTITLES),
    "subrip",
    True,
    {"default_mode": "passthrough"},
)
MP4 = Container("MP4", "mp4", frozenset({"mov_text"}), "mov_text", False, {"movflags": "+faststart"})
#: FFmpeg counts text in microseconds, of which MP4 holds 2,147 seconds: a longer pause would move all later cues
MILLISECONDS = "setts=time_base=1/1000"
#: uncompressed sound of Blu-rays and DVDs, which other containers hold as plain PCM
DISC_SOUND = frozenset({"pcm_bluray", "pcm_dvd"})
#: what FFmpeg calls a track of text that names the chapters of an MP4, and some other data
CHAPTER_NAMES = "bin_data"
#: attached pictures that Matroska players look for, as (name, media type); https://www.matroska.org/technical/attachments.html
COVERS = {"mjpeg": ("cover.jpg", "image/jpeg"), "png": ("cover.png", "image/png")}
CONTAINERS = {".mkv": MKV, ".mp4": MP4, ".m4v": MP4}
#: lines with which FFmpeg ends whatever went wrong; the cause stands before them
_GENERAL = re.compile(
    r"Conversion failed|Nothing was written|Error (?:opening|writing|muxing|submitting|while)|Could not write header|Task finished"
    r"|Terminating|Error initializing|Error sending|received no packets",
    re.IGNORECASE,
)
#: what the operating system says; it stands in lines that else say nothing
_SYSTEM = re.compile(
    r"No space left|Permission denied|Input/output error|Read-only|Disk quota|too large", re.IGNORECASE
)


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


def plan(
    streams: Sequence[Stream], container: Container, *, has_chapters: bool = False
) -> tuple[list[Kept], list[str]]:
    """What happens to each stream of the movie.

    Args:
        streams: of the movie.
        container: of the result.
        has_chapters: the movie has chapters; in MP4 a track of text names them.

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
        elif stream.codec in DISC_SOUND:
            kept.append(Kept(stream, "pcm_s24le" if (stream.bits or 16) > 16 else "pcm_s16le"))
        elif stream.attached_picture and container.attachments and stream.codec in COVERS:
            kept.append(Kept(stream, "attach"))
        elif stream.codec == CHAPTER_NAMES and has_chapters:
            pass  # the names of the chapters, which are kept as such
        elif stream.type == "data" or (stream.type == "attachment" and not container.attachments):
            dropped.append(f"{container.name} cannot hold {what}; it is left out")
        else:
            kept.append(Kept(stream, "copy"))
    return kept, dropped


def time_shift(probe: Probe, kept: Sequence[Kept]) -> float:
    """Seconds that are added to all timestamps: recordings begin at any time, the result at zero; other files keep theirs."""
    if JUMPING.isdisjoint(probe.format.split(",")):
        return 0.0
    return -min((item.stream.start for item in kept if item.stream.start is not None), default=0.0)


def extract_covers(movie: Path, kept: Sequence[Kept], folder: Path) -> list[tuple[Path, str]]:
    """Writes the cover pictures that will be attached: FFmpeg would turn them into video tracks.

    Args:
        kept: the plan; covers have the codec "attach".
        folder: where to write.

    Returns:
        File and media type of each.
    """
    covers: list[tuple[Path, str]] = []
    for item in kept:
        if item.codec != "attach":
            continue
        name, kind = COVERS[item.stream.codec]
        with open_movie(movie) as container:
            picture = next(
                (bytes(packet) for packet in container.demux(container.streams[item.stream.index]) if packet.size), b""
            )
        if picture:
            path = folder / name
            if path.exists():
                path = folder / f"{path.stem}-{len(covers) + 1}{path.suffix}"
            path.write_bytes(picture)
            covers.append((path, kind))
    return covers


def command(
    movie: Path,
    probe: Probe,
    subtitles: Mapping[str, Path],
    default: str | None,
    output: Path,
    container: Container,
    covers: Sequence[tuple[Path, str]] = (),
    zero: float | None = None,
) -> list[str]:
    """FFmpeg's command line.

    Args:
        subtitles: language code to SRT file, in the order of the tracks.
        default: language code of the track that players show by themselves; None leaves the flags as they are.
        output: the movie to write.
        container: its format.
        covers: pictures to attach, with their media types.
        zero: from where the files' times count, in seconds on the container's clock; None: from the first picture.

    Returns:
        Arguments; FFmpeg will write the movie, and its progress to standard output.
    """
    import ffmpeg

    kept = [item for item in plan(probe.streams, container)[0] if item.codec != "attach"]
    shift, zero = time_shift(probe, kept), probe.clock if zero is None else zero
    indices = [item.stream.index for item in kept]
    source = ffmpeg.input(local(movie), fflags="+genpts", **read_options(probe, indices, shift=shift))
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
        elif item.stream.index in unmarked(probe):
            options[f"disposition:{number}"] = "+default"
        if container is MP4:
            options |= mp4_options(number, item)
    tags: list[str] = []
    tagged = tagged_languages(movie, kept, subtitles, container)
    for number, item in enumerate(kept):
        if container is MP4 and item.stream.title:
            tags += [f"-metadata:s:{number}", f"handler_name={item.stream.title}"]
        elif number in tagged:
            tags += [f"-metadata:s:{number}", f"title={with_room(item.stream.title or '', tagged[number])}"]
    for number, (code, path) in enumerate(subtitles.items(), start=len(kept)):
        inputs.append(
            ffmpeg.input(
                local(path),
                f="srt",
                itsoffset=f"{zero + shift:.6f}",
                protocol_whitelist="file,pipe",
            )["s:0"]
        )
        options[f"c:{number}"] = container.text
        if container is MP4:
            options[f"bsf:{number}"] = MILLISECONDS
        options[f"disposition:{number}"] = "+".join(flags_of(path, code == default)) or "0"
        for tag in track_tags(language(code.partition(".")[0]), container, code.partition(".")[2]):
            if number in tagged and tag.startswith("title="):
                tag = with_room(tag, tagged[number])
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


def tagged_languages(
    movie: Path, kept: Sequence[Kept], subtitles: Mapping[str, Path], container: Container
) -> dict[int, str]:
    """Languages that only BCP 47 can name, by the number of FFmpeg's output stream: those of the movie's tracks, and ours ("hi-Latn").

    Args:
        kept: the movie's streams that FFmpeg copies or converts, in their order.
        subtitles: by language code, in the order of the tracks that follow.
        container: of the result; MP4 has no room for them that players look at.
    """
    if container is not MKV:
        return {}
    old = languages(movie)
    copied = {
        number: old[item.stream.index]
        for number, item in enumerate(kept)
        if item.stream.type != "attachment" and "-" in old.get(item.stream.index, "")
    }
    codes = [code.partition(".")[0] for code in subtitles]
    ours = {number: code for number, code in enumerate(codes, start=len(kept)) if "-" in code and "+" not in code}
    return copied | ours


def unmarked(probe: Probe) -> set[int]:
    """Streams that get a default flag although they have none: the chosen ones where no stream of their kind has one."""
    marked = {stream.type for stream in probe.streams if stream.default and not stream.attached_picture}
    return {
        index
        for kind, index in (("video", probe.video), ("audio", probe.audio))
        if index is not None and kind not in marked
    }


def mp4_options(number: int, item: Kept) -> dict[str, str]:
    """What a stream needs in MP4: HEVC under the name that Apple's players know, text in milliseconds, the title where players look.

    Args:
        number: of the stream in the result.
        item: the stream.
    """
    options = {}
    if item.stream.codec == "hevc":
        options[f"tag:{number}"] = "hvc1"
    if item.codec == "mov_text":
        options[f"bsf:{number}"] = MILLISECONDS
    return options


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


def track_tags(spoken: Language, container: Container, kind: str = "") -> list[str]:
    """Metadata of a subtitle track: its language (ISO 639-2) and its name, in the language itself.

    Args:
        spoken: the track's language.
        container: MP4 players show the handler's name.
        kind: "forced" for one beside the full track of its language, which it is told from by its name.

    Returns:
        "key=value" strings.
    """
    name = f"{spoken.autonym} ({kind})" if kind else spoken.autonym
    handler = [f"handler_name={name}"] if container is MP4 else []
    return [f"language={spoken.iso639_2}", f"title={name}", *handler]


def mux(
    movie: Path, probe: Probe, subtitles: Mapping[str, Path], default: str | None, output: Path, beside: bool = False
) -> None:
    """Writes the movie with subtitle tracks.

    Args:
        subtitles: language code to SRT file, in the order of the tracks.
        default: language code of the track that players show by themselves, or None.
        output: the movie to write, .mkv or .mp4.
        beside: the files' times are those for players: they count from the container's start, not from the first picture.

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
    kept, dropped = plan(
        probe.streams,
        container,
        has_chapters=any(stream.codec == CHAPTER_NAMES for stream in probe.streams) and has_chapters(movie),
    )
    for line in dropped:
        tell(f"warning: {movie}: {line}")
    lead = probe.lead if beside else 0.0
    progress = Progress(f"mux {movie}", probe.duration, audio=True)
    with atomic_path(output, suffix=output.suffix) as temporary:
        covers = extract_covers(movie, kept, temporary.parent)
        with Ffmpeg(
            command(movie, probe, subtitles, default, temporary, container, covers, probe.clock - lead)
        ) as ffmpeg:
            for report in ffmpeg.output:
                if match := re.match(rb"out_time_us=(\d+)", report):
                    progress.at(int(match[1]) / 1e6)
            if ffmpeg.wait():
                raise failure(movie, container, list(ffmpeg.complaints))
        streams = [item for item in kept if item.codec != "attach"]
        if tagged := tagged_languages(movie, streams, subtitles, container):
            fonts = [number for number, item in enumerate(streams) if item.stream.type == "attachment"]
            write_languages(
                temporary, {number - sum(font < number for font in fonts): code for number, code in tagged.items()}
            )
        old = [item.stream.index for item in kept if item.stream.type == "subtitle"]
        marked = default or any(item.stream.default for item in kept if item.stream.type == "subtitle")
        if container is MP4 and not marked:
            disable_subtitles(temporary)
        compare(movie, probe, old, subtitles, lead, temporary)
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
    errors = [line for line in complaints if re.search(r"\[(error|fatal)\]", line)]
    causes = [line for line in errors if not _GENERAL.search(line)] + [line for line in errors if _SYSTEM.search(line)]
    line = next(iter(causes), complaints[-1] if complaints else "no reason given")
    reason = re.sub(r"\[.*?\] ", "", line)
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


def tracks_by_name(subtitles: Sequence[tuple[str, Path]]) -> dict[str, Path]:
    """Tracks by language; a forced one beside a full one of its language is `hi.forced`, and one without any cue is left out."""
    tracks: dict[str, Path] = {}
    for code, path in subtitles:
        kind = path.with_suffix("").suffix
        if kind == ".forced" and path.is_file() and "-->" not in path.read_text(encoding="utf-8-sig"):
            print(f"{path}: nothing has to be shown unasked; the track is left out", file=sys.stderr, flush=True)
            continue
        tracks[f"{code}{kind}" if code in tracks else code] = path
    return tracks


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
    parser.add_argument(
        "--beside",
        action="store_true",
        help="the SRT files are made to lie beside the movie: their times count from the container's start, as players count, "
        "not from the first picture",
    )
    options = parser.parse_args(arguments)
    probe = contracts.read(options.probe, Probe)
    mux(options.movie, probe, tracks_by_name(options.subtitles), options.default, options.output, options.beside)


if __name__ == "__main__":
    program.run(main)
