"""Files that are there whole or not at all."""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: how the names of folders begin that hold what is not finished, and the file in them that their process keeps locked
PART, LOCK = ".part-", "lock"
#: the whole name of such a folder (tempfile); one of another form is somebody else's
_NAME = re.compile(re.escape(PART) + "[a-z0-9_]{8}")
#: seconds; a younger folder without a lock may be one whose process is about to take it. An older one was being removed
#: when its process was killed.
YOUNG_SECONDS = 10.0


@contextmanager
def part_folder(folder: Path | str) -> Iterator[Path]:
    """A temporary folder within another one; a killed process leaves it, and `sweep` knows by its lock that it is dead.

    Yields:
        The folder. Names in it are free but for LOCK.
    """
    with tempfile.TemporaryDirectory(prefix=PART, dir=folder, ignore_cleanup_errors=True) as made:
        lock = os.open(Path(made, LOCK), os.O_CREAT | os.O_RDWR, 0o600)  # closed in child programs (PEP 446)
        try:
            _lock(lock)
            yield Path(made)
        finally:
            os.close(lock)


def _lock(descriptor: int) -> bool:
    """Whether a file could be locked; the system gives the lock back when the process ends, however it ends."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody has it, or the file system knows no locks
        return False
    return True


def sweep(folders: Iterable[Path]) -> list[Path]:
    """Removes what killed processes have left: folders of `part_folder` that no process holds, directly in these folders.

    Returns:
        The folders that were removed.
    """
    removed = []
    for folder in folders:
        for part in sorted(folder.glob(f"{PART}*")):
            if _NAME.fullmatch(part.name) and part.is_dir() and not part.is_symlink() and _is_left(part):
                shutil.rmtree(part, ignore_errors=True)
                removed.append(part)
    return removed


def _is_left(part: Path) -> bool:
    try:
        descriptor = os.open(part / LOCK, os.O_RDWR)
    except FileNotFoundError:
        return time.time() - part.stat().st_mtime > YOUNG_SECONDS
    except OSError:
        return False
    try:
        return _lock(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def atomic_path(target: Path | str, suffix: str = "") -> Iterator[Path]:
    """A temporary path beside `target` that becomes `target` when the block ends well, and vanishes when it does not.

    The temporary name is unique and short: two writers never share it, and a movie name of the greatest length still fits.

    Args:
        target: the file to make; its folder is made too.
        suffix: ends the temporary name, for libraries that choose a format by it (".wav", ".mkv").

    Yields:
        The path to write to. It does not exist yet.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with part_folder(target.parent) as folder:
        temporary = folder / f"new{suffix}"
        yield temporary
        temporary.replace(target)


@contextmanager
def atomic_folder(target: Path | str) -> Iterator[Path]:
    """Like `atomic_path`, for a folder; an older `target` is replaced.

    Args:
        target: the folder to make.

    Yields:
        An empty folder to fill.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with part_folder(target.parent) as folder:
        temporary = folder / "new"
        temporary.mkdir()
        yield temporary
        if target.exists():
            shutil.rmtree(target)
        temporary.replace(target)


def write_text(target: Path | str, text: str) -> None:
    """Writes a UTF-8 text file whole or not at all.

    Args:
        target: the file.
        text: its content; line ends are kept as given.
    """
    with atomic_path(target) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")
