"""Looking at processes from the outside."""

import subprocess
import time
from collections.abc import Callable

import psutil


def alive(process: int) -> bool:
    """Whether a process is there and has not ended (a zombie has)."""
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_for(condition: Callable[[], bool], seconds: float = 900.0) -> bool:
    """Waits until a condition holds; False when it does not after so many seconds, which must suffice on the slowest machine."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def child_of(running: subprocess.Popen[str]) -> int:
    """The child process of a running program, as soon as it has one."""
    children: list[psutil.Process] = []

    def has_child_or_ended() -> bool:
        children[:] = psutil.Process(running.pid).children() if running.poll() is None else []
        return bool(children) or running.poll() is not None

    assert wait_for(has_child_or_ended) and children, "it ended before it had a child process"
    return int(children[0].pid)
