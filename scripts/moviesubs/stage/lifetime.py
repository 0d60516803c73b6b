"""Ends processes with what they work for: the workflow run, their supervisor, or the program that reads their output."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

#: Snakemake's process id; scripts/bin/run_in says so
RUN = "MOVIESUBS_PARENT"
#: seconds between two looks at whether what we work for is still there
CHECK_SECONDS = 2.0
#: of `man 2const PR_SET_PDEATHSIG`
_PR_SET_PDEATHSIG = 1


def alive(process: int) -> bool:
    """Whether a process runs: one that has ended but waits for its parent to notice (a zombie, in many containers for good) does not."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
        except OSError:
            return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def end_with_run() -> None:
    """Ends this process within seconds of what started it, so that a killed Snakemake leaves no writer behind.

    Snakemake starts a shell, which starts us; when Snakemake is killed, the shell lives on until we end, so both are watched: Snakemake
    itself, where the shell names it, and the direct parent.
    """
    parent = os.getppid()
    run = int(os.environ.get(RUN, "0"))

    def watch() -> None:
        while os.getppid() == parent and (not run or alive(run)):
            time.sleep(CHECK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-run", daemon=True).start()


def killed_with_parent() -> Callable[[], None] | None:
    """A function that a new process calls first, so that it is killed with its parent even when it hangs; None off Linux.

    The library is loaded here, so that the call itself is safe between fork and exec (`preexec_fn`).
    """
    if sys.platform != "linux":
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def die_with(parent: int) -> None:
    """Binds the life of this process to its parent's; ends it where that is gone already."""
    if bind := killed_with_parent():
        bind()
    if os.getppid() != parent:
        os._exit(1)
