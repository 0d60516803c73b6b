"""Files that are there whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
    with tempfile.TemporaryDirectory(prefix=".part-", dir=target.parent, ignore_cleanup_errors=True) as folder:
        temporary = Path(folder) / f"new{suffix}"
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
    with tempfile.TemporaryDirectory(prefix=".part-", dir=target.parent, ignore_cleanup_errors=True) as folder:
        temporary = Path(folder) / "new"
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
