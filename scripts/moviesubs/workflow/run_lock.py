"""Snakemake's lock of a folder: taken away when no run is alive that could hold it, after a power cut say.

Snakemake's lock is made of files that say nothing of their owner. So each run of this workflow holds a lock of the system's
besides, which ends with its process, however that ends. Who gets it for himself alone knows that no other run is alive.
"""

import fcntl
import os
from pathlib import Path

import psutil  # type: ignore[import-untyped]

#: the descriptors of the locks that this process holds, to its end
_HELD: list[int] = []


def enter(folder: Path) -> list[str]:
    """Says that a run works in a folder, and takes away the lock that a dead one has left there.

    Args:
        folder: in which Snakemake runs.

    Returns:
        A line for the person who waits, where a lock was taken away.
    """
    state = folder / ".snakemake"
    lines = []
    try:
        state.mkdir(exist_ok=True)
        ours = os.open(state / "moviesubs.run", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(ours, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # another run of the workflow is alive
        else:
            left = list((state / "locks").glob("*.lock"))
            if left and not _others(folder):
                for file in left:
                    file.unlink(missing_ok=True)
                lines = ["the run before this one was cut off: its lock is taken away, and this one goes on from there"]
        fcntl.flock(ours, fcntl.LOCK_SH)
        _HELD.append(ours)
    except OSError:  # a file system without locks, or one that is read only: Snakemake's own advice is all there is
        return lines
    return lines


def _others(folder: Path) -> bool:
    """Whether another Snakemake works in the folder on this machine, with another workflow say."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        words = process.info["cmdline"] or []
        if process.info["pid"] not in own and any("snakemake" in Path(word).name for word in words[:4]):
            try:
                if process.info["cwd"] is None or Path(process.info["cwd"]).samefile(folder):
                    return True
            except OSError:
                continue
    return False
