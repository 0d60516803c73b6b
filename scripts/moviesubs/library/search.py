"""The movie files of a library: folders searched through all levels, without samples, extras and what systems hide there."""

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache
from pathlib import Path, PurePath
from typing import NamedTuple

from moviesubs.errors import SettingError, UserError
from moviesubs.library.signatures import looks_like_a_movie
from moviesubs.media.disc import is_part

#: containers that are taken for movies, the likelier choice first where one film lies there in two; other files can be named in the table
VIDEO_SUFFIXES = (
    *(".mkv", ".mp4", ".m4v", ".mov", ".webm", ".avi", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".vob", ".wmv"),
    *(".flv", ".f4v", ".3gp", ".3g2", ".ogv", ".ogm", ".divx", ".asf", ".mxf", ".rm", ".rmvb", ".dv", ".trp", ".m2t"),
)
AUDIO_SUFFIXES = (
    *(".flac", ".wav", ".mka", ".m4a", ".m4b", ".mp3", ".aac", ".ogg", ".oga", ".opus", ".wma"),
    *(".ac3", ".eac3", ".dts", ".mp2", ".aiff", ".amr", ".caf"),
)
MOVIE_SUFFIXES = (*VIDEO_SUFFIXES, *AUDIO_SUFFIXES)
_MOVIE_SUFFIXES = frozenset(MOVIE_SUFFIXES)
#: what lies beside movies and is none; files of other kinds are looked into
_COMPANIONS = frozenset(
    (
        *(
            ".srt",
            ".vtt",
            ".ass",
            ".ssa",
            ".sub",
            ".idx",
            ".sup",
            ".ttml",
            ".dfxp",
            ".xml",
            ".smi",
            ".nfo",
            ".txt",
            ".md",
        ),
        *(".jpg", ".jpeg", ".png", ".webp", ".gif", ".tbn", ".bmp", ".html", ".url", ".pdf", ".log", ".json", ".yaml"),
        *(
            ".zip",
            ".rar",
            ".7z",
            ".gz",
            ".tar",
            ".exe",
            ".db",
            ".ini",
            ".tsv",
            ".csv",
            ".bif",
            ".torrent",
            ".ifo",
            ".bup",
        ),
        *(".sfv", ".md5", ".sha256", ".cue", ".m3u", ".m3u8", ".edl", ".py"),
        *(
            ".part",
            ".partial",
            ".crdownload",
            ".tmp",
            ".temp",
            ".download",
            ".aria2",
            ".!qb",
            ".!ut",
            ".bc!",
            ".unfinished",
        ),
    )
)
#: folders of discs: which of their files is the film stands in their menus
_DISCS = frozenset({"video_ts", "bdmv"})
#: what names begin with that systems hide; nobody misses it
_HIDDEN = (".", "@", "#", "$", "lost+found")
#: seconds without an answer after which a person is told how far the search is
PATIENCE = 5.0


class MovieFile(NamedTuple):
    """A movie file of a library, in strings: of ten thousand, `Path` would take as long as all else that is asked of them.

    Attributes:
        path: that of the folder that was searched, joined with what lies in it.
        folder: the folder that it lies in, with a slash at its end; "" for the working folder.
        title: its name without the ending that says its type: "Dr. No" of "Dr. No" as of "Dr. No.mkv".
        root: the folder that was searched.
    """

    path: str
    folder: str
    title: str
    root: str


@dataclass
class SearchResult:
    """What a search found. Paths are those of the folders as they were given, each joined with what lies in it.

    Attributes:
        movies: in order of path.
        files: how many files were looked at.
        passed_over: movie files, and folders, that a pattern leaves out, but for what systems hide.
        discs: folders of DVDs and Blu-rays among them.
        unlisted: files that begin like movies, with an ending that is none of MOVIE_SUFFIXES.
        unreadable: folders that could not be searched, and why.
    """

    movies: list[MovieFile] = field(default_factory=list)
    files: int = 0
    passed_over: list[Path] = field(default_factory=list)
    discs: list[Path] = field(default_factory=list)
    unlisted: list[Path] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)

    def take(self, folder: str, name: str, root: str) -> None:
        """Looks at one file; `folder` ends in a slash."""
        self.files += 1
        stem, suffix = os.path.splitext(name)
        suffix = suffix.lower()
        path = f"{folder}{name}"
        if suffix == ".vob" and is_part(Path(path)):
            return  # it belongs to the first part, or is a menu
        if suffix in _MOVIE_SUFFIXES:
            self.movies.append(MovieFile(path, folder, stem, root))
        elif suffix not in _COMPANIONS and looks_like_a_movie(Path(path)):
            if has_ending(name):
                self.unlisted.append(Path(path))
            else:
                self.movies.append(MovieFile(path, folder, name, root))

    def leave_out(self, path: Path, *, folder: bool) -> None:
        """Notes what a pattern leaves out, where a person might miss it."""
        if path.name.startswith(_HIDDEN) or path.name.casefold() == "system volume information":
            return
        if folder and path.name.casefold() in _DISCS:
            self.discs.append(path)
        elif folder or path.suffix.lower() in MOVIE_SUFFIXES:
            self.passed_over.append(path)

    def lines(self) -> list[str]:
        """What a person should know of what was not taken."""
        said = []
        if self.discs:
            said.append(
                f"left out: folders of discs, in which only the menus say what the film is: {_some(self.discs)}; give the film's"
                " file as the `path` of a row of the table, or make one file of the disc"
            )
        if self.unlisted:
            said.append(
                f"left out: files that look like movies by what is in them but are not called so: {_some(self.unlisted)}; rename"
                " them, or give them as the `path` of a row of the table"
            )
        said += [f"left out: {folder} cannot be searched: {reason}" for folder, reason in self.unreadable]
        if self.passed_over:
            said.append(f"left out by movies.leave_out (samples, trailers, extras): {_some(self.passed_over)}")
        return said


def _some(paths: Sequence[Path]) -> str:
    """The first few, and how many more there are."""
    names = ", ".join(map(str, paths[:3]))
    return f"{names} and {len(paths) - 3} more" if len(paths) > 3 else names


def has_ending(name: str) -> bool:
    """Whether a file's name ends in something that says its type: not in "Sholay", not in "Dr. No"."""
    return re.fullmatch(r"\.\w{1,10}", PurePath(name).suffix) is not None and not PurePath(name).suffix[1:].isdigit()


@cache
def left_out(patterns: tuple[str, ...], *, folder: bool) -> re.Pattern[str]:
    """What names match that are passed over; they are casefolded before.

    Args:
        patterns: as in a shell, case ignored; one that ends in "/" is for folders only, one that ends in ".*" for files only.
        folder: whether the names are those of folders.
    """

    def counts(pattern: str) -> bool:
        only_folders = pattern.endswith("/")
        only_files = pattern.endswith(".*") and pattern != ".*"
        return not only_files if folder else not only_folders

    kept = [translate(pattern.rstrip("/").casefold()) for pattern in patterns if counts(pattern)]
    return re.compile("|".join(kept) or "(?!)")


def _walk(
    folder: Path, patterns: Sequence[str], seen: set[tuple[int, int]], result: SearchResult
) -> Iterator[tuple[Path, list[str]]]:
    """Every folder with the names of its files; links to folders are followed, each folder is visited once."""
    status = folder.stat()
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    files: list[str] = []
    folders: list[str] = []
    files_out, folders_out = (left_out(tuple(patterns), folder=is_folder) for is_folder in (False, True))
    with os.scandir(folder) as entries:
        for entry in entries:
            is_folder = _is_folder(entry)
            if (folders_out if is_folder else files_out).match(entry.name.casefold()):
                result.leave_out(folder / entry.name, folder=is_folder)
            else:
                (folders if is_folder else files).append(entry.name)
    yield folder, sorted(files)
    for name in sorted(folders):
        try:
            yield from _walk(folder / name, patterns, seen, result)
        except OSError as error:  # no permission, or a disk or network that fails
            result.unreadable.append((folder / name, error.strerror or "cannot be read"))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, say: what is wrong is said of the file
        return False


def search(
    folders: Sequence[Path],
    patterns: Sequence[str],
    skip: Sequence[Path] = (),
    report: Callable[[str], None] = lambda line: None,
) -> SearchResult:
    """Searches folders through all levels.

    Args:
        folders: where to look; a folder within another one is searched once.
        patterns: names that are passed over, see `left_out`.
        skip: folders that are never entered: where results are made.
        report: is told every PATIENCE seconds how far the search is.

    Returns:
        The movies.

    Raises:
        UserError: a folder is not there, is no folder, or may not be read.
    """
    result = SearchResult()
    seen = {(one.stat().st_dev, one.stat().st_ino) for one in skip if one.is_dir()}
    spoken = time.monotonic()
    for root in folders:
        if not root.is_dir():
            problem = "is no folder" if root.exists() else "there is no such folder"
            raise SettingError(f"{root}: {problem}; correct it, or mount the disk that it is on", "movies", "folder")
        try:
            for folder, names in _walk(root, patterns, seen, result):
                beginning, searched = os.path.join("" if folder == Path() else folder, ""), str(root)
                for name in names:
                    result.take(beginning, name, searched)
                if time.monotonic() - spoken > PATIENCE:
                    spoken = time.monotonic()
                    report(
                        f"searching {root}: {result.files:,} files, {len(result.movies):,} movies so far, in {folder}"
                    )
        except PermissionError as error:
            raise UserError(f"{error.filename}: may not be read; change the permissions of the folder") from None
        except OSError as error:
            raise UserError(f"{root}: cannot be searched: {error.strerror}; look at its disk") from None
    result.movies.sort()
    for paths in (result.passed_over, result.discs, result.unlisted):
        paths.sort()
    return result
