"""The subtitles that a movie has already: which files beside it are its own, and what their names and the tracks' tags say of them."""

import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path, PurePath
from typing import Any, Literal

from moviesubs.contracts import ExistingTrack
from moviesubs.language.languages import code_of_iso639, languages, romanised_from
from moviesubs.library.search import VIDEO_SUFFIXES

Kind = Literal["full", "sdh", "forced", "commentary"]

#: what file names and titles call the kinds; "hi" (hearing impaired) after a language counts as well
KINDS: dict[str, Kind] = {
    "sdh": "sdh",
    "cc": "sdh",
    "forced": "forced",
    "foreign": "forced",
    "commentary": "commentary",
}
#: text and picture subtitles; an .idx belongs to a VobSub .sub
SUBTITLE_SUFFIXES = (".srt", ".vtt", ".ass", ".ssa", ".sup", ".sub", ".idx")
#: folders beside a movie in which its subtitles may lie
SUBTITLE_FOLDERS = ("subs", "subtitles", "subtitle")
#: bytes of a file without a language in its name that are read to tell its script
SAMPLE = 65536
#: enough for every container that says its tracks at its beginning; a search through a library must not read whole films
HEADER = {"probesize": "5M", "analyzeduration": "5M"}


@cache
def _names() -> dict[str, str]:
    """English names of languages, and what they call themselves, to their codes."""
    return {name.casefold(): item.code for item in languages().values() for name in (item.name, item.autonym)}


def language_of_token(token: str) -> str | None:
    """The code of a language that a part of a file name stands for: "en", "eng", "English", "pt-BR", "hi-Latn"."""
    base, _, script = token.partition("-")
    if script.casefold() == "latn" and romanised_from(f"{base.lower()}-Latn"):
        return f"{base.lower()}-Latn"
    if code := _names().get(token.casefold()):
        return code
    return code_of_iso639(token) if re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?", token) else None


def parse_tokens(text: str) -> tuple[str | None, Kind]:
    """Language and kind of what follows the movie's name in the name of a subtitle file.

    Args:
        text: ".en.forced", " - Hindi [SDH]", ".en.hi" (English for the hard of hearing), ".hi" (Hindi).
    """
    language: str | None = None
    kind: Kind = "full"
    for part in re.split(r"[.\s()\[\]]+", text):
        known = language_of_token(part)
        for token in [part] if known else re.split(r"[-_+]+", part):
            if token.casefold() == "hi" and language:
                kind = "sdh"
            elif token.casefold() in KINDS:
                kind = KINDS[token.casefold()]
            else:
                language = language_of_token(token) or language
    return language, kind


def _guess(path: Path, spoken: str) -> str | None:
    """The language of a file that does not say it, by its script: the spoken one where that is written so, else English or none."""
    from moviesubs.language.scripts import share_in_script  # its library takes 10 ms, and few libraries need it

    try:
        sample = path.open("rb").read(SAMPLE).decode("utf-8-sig", errors="ignore")
    except OSError:
        return None
    letters = re.sub(r"<[^>]*>|\{[^}]*\}|-->", "", sample)
    if spoken in languages() and share_in_script(letters, languages()[spoken].script) > 0.5:
        return spoken
    return "en" if share_in_script(letters, "Latn") > 0.5 else None


def belongs(name: str, stem: str, stems: Collection[str]) -> str | None:
    """What follows the movie's name in the name of a subtitle file.

    Args:
        name: of the subtitle file, without its suffix.
        stem: name of the movie file, without its suffix.
        stems: of all movie files in the folder: a file belongs to the longest that it begins with.

    Returns:
        The rest, "" for the movie's very name; None where the file belongs to another movie, or to none.
    """

    def begins(with_stem: str) -> bool:
        rest = name[len(with_stem) :]
        return name.casefold().startswith(with_stem.casefold()) and (not rest or not rest[0].isalnum())

    owners = [one for one in stems if begins(one)]
    return name[len(stem) :] if owners and max(owners, key=len) == stem else None


def list_folder(folder: Path) -> tuple[list[str], list[str]]:
    """Names of the subtitle files in a folder and in a folder `Subs` there, and names without suffix of the movies in it."""
    subtitles: list[str] = []
    movies: set[str] = set()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        suffix = path.suffix.lower()
        if path.name.startswith("."):
            continue
        if path.name.casefold() in SUBTITLE_FOLDERS and path.is_dir():
            subtitles += [f"{path.name}/{name}" for name in list_folder(path)[0]]
        elif suffix in SUBTITLE_SUFFIXES:
            subtitles.append(path.name)
        elif suffix in VIDEO_SUFFIXES:
            movies.add(path.stem)
    return subtitles, sorted(movies)


def beside(
    movie: Path, spoken: str, listing: tuple[Sequence[str], Sequence[str]], ours: Collection[str] = ()
) -> list[ExistingTrack]:
    """The subtitle files of a movie in its folder, and in a folder `Subs` there.

    Where the movie is alone in its folder, files of any name that say a language are its own.

    Args:
        spoken: code of the language spoken in it.
        listing: of its folder, see `list_folder`.
        ours: paths of files that this workflow has put there; they do not count.
    """
    names, stems = listing
    pictures = {PurePath(name).stem for name in names if name.lower().endswith(".idx")}
    tracks = []
    for name in names:
        path, stem, suffix = movie.parent / name, PurePath(name).stem, PurePath(name).suffix.lower()
        rest = belongs(stem, movie.stem, [*stems, movie.stem])
        if rest is None and set(stems) <= {movie.stem} and parse_tokens(stem)[0]:
            rest = stem
        if rest is None or suffix == ".idx" or str(path.absolute()) in ours:
            continue
        language, kind = parse_tokens(rest)
        text = suffix != ".sup" and not (suffix == ".sub" and stem in pictures)
        if language is None and text:
            language = _guess(path, spoken)
        tracks.append(ExistingTrack(format=suffix[1:], language=language, kind=kind, text=text, path=str(path)))
    return tracks


def describe(stream: Any) -> ExistingTrack:
    """A subtitle track of an opened movie.

    Args:
        stream: an `av.stream.Stream` of subtitles.
    """
    from av.stream import Disposition

    title = stream.metadata.get("title") or ""
    flags = stream.disposition
    language, kind = parse_tokens(title)
    if flags & Disposition.forced:
        kind = "forced"
    elif flags & Disposition.comment:
        kind = "commentary"
    elif flags & (Disposition.hearing_impaired | Disposition.captions):
        kind = "sdh"
    codec = stream.codec_context.codec if stream.codec_context else None
    return ExistingTrack(
        format=codec.canonical_name if codec else "unknown",
        language=code_of_iso639(stream.metadata.get("language")) or language,
        kind=kind,
        text=bool(codec and codec.text_sub),
        stream=stream.index,
    )


def embedded(movie: Path) -> list[ExistingTrack]:
    """The subtitle tracks in a movie file; none where it cannot be read, which is for `probe` to complain about."""
    from moviesubs.errors import UserError
    from moviesubs.media.ffmpeg import open_movie

    try:
        with open_movie(movie, HEADER) as container:
            return [describe(stream) for stream in container.streams.subtitles]
    except UserError:
        return []


def has(tracks: Sequence[ExistingTrack], language: str, kind: str) -> bool:
    """Whether there is a readable track for people who want a language.

    Args:
        tracks: of the movie.
        language: its code.
        kind: "forced" is served by a forced track alone; "" and "sdh" by any track with the whole dialogue.
    """
    kinds = ("forced",) if kind == "forced" else ("full", "sdh")
    return any(track.text and track.language == language and track.kind in kinds for track in tracks)


def transcript_track(tracks: Sequence[ExistingTrack], spoken: str) -> ExistingTrack | None:
    """The track that can stand for a transcript: in the spoken language, the whole dialogue; a file beside the movie first, because
    people put better ones there.
    """
    able = [track for track in tracks if track.text and track.language == spoken and track.kind in ("full", "sdh")]
    return min(able, key=lambda track: (track.path is None, track.kind != "full"), default=None)
