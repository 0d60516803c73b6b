"""Lines for the person who waits: to the log, and past it to the terminal."""

import os
import sys

#: Rules redirect standard error into the log and leave the terminal on this descriptor; they say so in the environment.
VARIABLE = "MOVIESUBS_TERMINAL"


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
