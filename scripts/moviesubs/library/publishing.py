"""Subtitle files put beside their movie, where players look for them, and taken away again.

A record tells which files are ours: those that it names and that still hold what was written. No other file is touched.
"""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from moviesubs.atomic_files import atomic_path
from moviesubs.contracts import Published, PublishedFile
from moviesubs.errors import UserError


def name_beside(movie: Path, track: Path, name: str) -> Path:
    """Where a track goes, so that Plex, Jellyfin, Kodi, VLC and mpv find it.

    Args:
        movie: the movie file.
        track: a track as the workflow names it, `<name>.<language>[.<kind>].<format>`.
        name: of the movie in the results.

    Returns:
        The same, after the movie file's own name: "Sholay.en.forced.srt" beside "Sholay.mkv".
    """
    return movie.with_name(movie.stem + track.name.removeprefix(name))


def digest(path: Path) -> str | None:
    """SHA-256 of a file's content; None where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def _copy(source: Path, target: Path) -> None:
    with atomic_path(target) as temporary:
        shutil.copyfile(source, temporary)


def _publish_one(
    source: Path, target: Path, old: PublishedFile | None, replaced: Path, *, overwrite: bool
) -> PublishedFile | None:
    """The record of a track that is beside the movie now; None where somebody else's file is there."""
    there, new = digest(target), digest(source)
    known = old is not None and there == old.digest and not target.is_symlink()
    kept_copy = old.replaced if old and (known or there is None) else None
    if there != new:
        if there is not None and not known:
            if not overwrite:
                return None
            kept_copy = str(replaced / target.name)
            _copy(target, Path(kept_copy))
        _copy(source, target)
    return PublishedFile(path=str(target), digest=str(new), replaced=kept_copy)


def publish(
    tracks: Sequence[tuple[Path, Path]], record: Published, replaced: Path, *, overwrite: bool
) -> tuple[Published, list[str]]:
    """Copies tracks to where they go.

    Args:
        tracks: each with its target.
        record: of what was published before.
        replaced: a folder for files of others that are overwritten.
        overwrite: overwrite files that are not ours, after a copy of them was put into `replaced`.

    Returns:
        The new record, which still names what was published before and is not among the tracks; and a line for each file
        of somebody else that was left as it is.

    Raises:
        UserError: the folder of the movie may not be written to.
    """
    ours = {file.path: file for file in record.files}
    left: list[str] = []
    for source, target in tracks:
        try:
            file = _publish_one(source, target, ours.get(str(target)), replaced, overwrite=overwrite)
        except OSError as error:
            raise UserError(
                f"{target.parent}: {error.strerror}, so no subtitles can be put beside the movie; they are in {source.parent}."
                " Make the folder writable, or set publish.beside_movie to false"
            ) from None
        if file:
            ours[str(target)] = file
        else:
            left.append(
                f"{target}: was not written here, or was changed since; it stays (publish.overwrite: true replaces it)"
            )
    return Published(files=list(ours.values())), left


def unpublish(record: Published) -> tuple[Published, list[str], list[str]]:
    """Takes back what was published; files that were overwritten come back.

    Args:
        record: of what was published.

    Returns:
        The record of what could not be taken back, the paths of what was, and a line for each file that is left.
    """
    left: list[PublishedFile] = []
    removed: list[str] = []
    lines: list[str] = []
    for file in record.files:
        path = Path(file.path)
        there = digest(path)
        if there is None:
            continue
        if there != file.digest:
            lines.append(f"{path}: was changed since it was put there; it is left as it is")
            continue
        try:
            if file.replaced and Path(file.replaced).exists():
                _copy(Path(file.replaced), path)
            else:
                path.unlink()
            removed.append(file.path)
        except OSError as error:
            left.append(file)
            lines.append(f"{path}: cannot be taken away: {error.strerror}")
    return Published(files=left), removed, lines
