"""How every program of the workflow starts and ends."""

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence

from moviesubs.errors import UserError

#: seconds between two looks at whether the process that started us is still there
PARENT_CHECK_SECONDS = 2.0


def end_with_parent() -> None:
    """Ends this process when the one that started it is gone, so that a killed Snakemake leaves no writer behind.

    Snakemake starts a shell, which starts us; when Snakemake is killed, the shell lives on until we end, so the
    process watched is the one in MOVIESUBS_PARENT (Snakemake itself) where that is given, else the direct parent.
    """
    direct = os.getppid()
    watched = int(os.environ.get("MOVIESUBS_PARENT", "0"))

    def gone() -> bool:
        if os.getppid() != direct:
            return True
        if not watched:
            return False
        try:
            os.kill(watched, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass
        return False

    def watch() -> None:
        while not gone():
            time.sleep(PARENT_CHECK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def run(main: Callable[[Sequence[str] | None], None], arguments: Sequence[str] | None = None) -> None:
    """Runs a program's `main`; a UserError becomes one line on standard error and exit status 1.

    Args:
        main: takes the command-line arguments (None: those of the process).
        arguments: handed to `main`.

    Raises:
        SystemExit: with status 1 after a UserError, 130 after Ctrl-C.
    """
    end_with_parent()
    try:
        main(arguments)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
