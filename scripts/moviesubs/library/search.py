"""The movie files of a library: folders searched through all levels, without samples, extras and what systems hide there."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from moviesubs.errors import UserError
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
#: seconds without an answer after which a person is told how far the search is
PATIENCE = 5.0


@dataclass
class Found:
    """What a search found. Paths are those of the folders as they were given, each joined with what lies in it.

    Attributes:
        movies: movie files with the folder that was searched, in order of path.
        files: how many files were looked at.
    """

    movies: list[tuple[Path, Path]] = field(default_factory=list)
    files: int = 0


def left_out(name: str, patterns: Sequence[str], *, folder: bool) -> bool:
    """Whether a file or folder of a name is passed over.

    Args:
        name: its last part.
        patterns: as in a shell, case ignored; one that ends in "/" is for folders only, one that ends in ".*" for files only.
        folder: whether it is a folder.
    """
    name = name.casefold()
    for pattern in patterns:
        only_folders = pattern.endswith("/")
        only_files = pattern.endswith(".*") and pattern != ".*"
        if (only_folders and not folder) or (only_files and folder):
            continue
        if fnmatchcase(name, pattern.rstrip("/").casefold()):
            return True
    return False


def _walk(folder: Path, patterns: Sequence[str], seen: set[tuple[int, int]]) -> Iterator[tuple[Path, list[str]]]:
    """Every folder with the names of its files; links to folders are followed, each folder is visited once."""
    status = folder.stat()
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    files: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            is_folder = entry.is_dir()
            if not left_out(entry.name, patterns, folder=is_folder):
                (folders if is_folder else files).append(entry.name)
    yield folder, sorted(files)
    for name in sorted(folders):
        try:
            yield from _walk(folder / name, patterns, seen)
        except PermissionError:
            continue  # lost+found and the like


def search(
    folders: Sequence[Path],
    patterns: Sequence[str],
    skip: Sequence[Path] = (),
    report: Callable[[str], None] = lambda line: None,
) -> Found:
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
    found = Found()
    seen = {(one.stat().st_dev, one.stat().st_ino) for one in skip if one.is_dir()}
    spoken = time.monotonic()
    for root in folders:
        if not root.is_dir():
            problem = "is no folder" if root.exists() else "there is no such folder"
            raise UserError(f"{root}: {problem}; correct movies.folder, or mount the disk that it is on")
        try:
            for folder, names in _walk(root, patterns, seen):
                found.files += len(names)
                for name in names:
                    if is_part(folder / name):
                        continue  # it belongs to the first part, or is a menu
                    if PurePath(name).suffix.lower() in MOVIE_SUFFIXES:
                        found.movies.append((folder / name, root))
                if time.monotonic() - spoken > PATIENCE:
                    spoken = time.monotonic()
                    report(f"searching {root}: {found.files:,} files, {len(found.movies):,} movies so far, in {folder}")
        except PermissionError as error:
            raise UserError(f"{error.filename}: may not be read; change the permissions of the folder") from None
    found.movies.sort()
    return found
