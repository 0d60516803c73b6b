"""Lines for the person who waits: to the log, and past it to the terminal."""

import os
import sys

#: Rules redirect standard error into the log and leave the terminal on this descriptor; they say so in the environment.
VARIABLE = "MOVIESUBS_TERMINAL"
#: A supervised child finds its supervisor's process id here.
SUPERVISOR = "MOVIESUBS_SUPERVISOR"


def supervised() -> bool:
    """Whether this process is a child that `moviesubs.stage.supervisor` watches."""
    return SUPERVISOR in os.environ


def descriptors() -> dict[str, int]:
    """The terminal for a child process: the variable that tells it the descriptor, and the descriptor; empty where there is none."""
    try:
        descriptor = int(os.environ[VARIABLE])
        os.fstat(descriptor)
    except (KeyError, ValueError, OSError):
        return {}
    return {VARIABLE: descriptor}


def tell(line: str) -> None:
    """Writes a line to standard error and, when that is a log, to the terminal as well.

    Args:
        line: without its end.
    """
    print(line, file=sys.stderr, flush=True)
    try:
        os.write(int(os.environ[VARIABLE]), f"{line}\n".encode())
    except (KeyError, ValueError, OSError):
        return
