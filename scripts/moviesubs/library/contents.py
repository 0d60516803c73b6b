"""What movie files hold, so that a replaced one is noticed whatever its date; and which are still being written."""

import hashlib
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from moviesubs import contracts
from moviesubs.contracts import Contents, FileContent
from moviesubs.errors import UserError

#: places of a file that are read, evenly spread from its beginning to its end, and how much there
PLACES, BYTES = 8, 1 << 16
#: seconds; a file that was changed less than so long ago may still be written, and is looked at again after a moment
FRESH_SECONDS, MOMENT = 3.0, 0.5


def digest(path: str, size: int) -> str:
    """Digest of a file's size and of pieces of it: the whole of a film would take minutes.

    Raises:
        OSError: the file cannot be read.
    """
    made = hashlib.sha256(str(size).encode())
    with open(path, "rb") as file:
        for place in range(PLACES):
            file.seek(max(0, size - BYTES) * place // (PLACES - 1))
            made.update(file.read(BYTES))
    return made.hexdigest()[:16]


def state_of(status: os.stat_result) -> str:
    """What tells a file from another of its size and date (`cp -p`, `rsync -t`): nobody can set when its inode was changed."""
    return f"{status.st_ino}:{status.st_ctime_ns}"


def status_of(path: str) -> os.stat_result | None:
    """What the file system says of a file; None where it cannot be asked."""
    try:
        return os.stat(path)
    except OSError:
        return None


def contents(movies: Mapping[str, os.stat_result], record: Path) -> dict[str, str]:
    """What each movie file holds, as a short text that changes with it.

    Args:
        movies: paths of the files with their status; those that cannot be read are left out.
        record: what was read before, so that a file is opened again only where it may have changed. It is written
            where its folder is there.
    """
    try:
        known = contracts.read(record, Contents).files
    except UserError:  # it is not there, or of another version
        known = {}
    now: dict[str, FileContent] = {}
    for movie, status in movies.items():
        old, state = known.get(movie), state_of(status)
        if old and (old.size, old.changed, old.state) == (status.st_size, status.st_mtime_ns, state):
            now[movie] = old
            continue
        with suppress(OSError):
            made = digest(movie, status.st_size)
            now[movie] = FileContent(size=status.st_size, changed=status.st_mtime_ns, digest=made, state=state)
    if now != known and record.parent.is_dir():
        contracts.write(record, Contents(files=now))
    return {path: content.digest for path, content in now.items()}


def file_digest(path: str) -> str:
    """What a small file holds, as a short text; "" where it cannot be read, which is for who needs it to complain about."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def being_written(movies: Mapping[str, os.stat_result]) -> set[str]:
    """The movie files that grow or change at this moment: a copy or a download is under way.

    Args:
        movies: paths of the files with their status of just now.
    """
    now = time.time()
    fresh = {path: status for path, status in movies.items() if 0 <= now - status.st_mtime < FRESH_SECONDS}
    if not fresh:
        return set()
    time.sleep(MOMENT)

    def has_changed(path: str, before: os.stat_result) -> bool:
        after = status_of(path)
        return after is None or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns)

    return {path for path, before in fresh.items() if has_changed(path, before)}
