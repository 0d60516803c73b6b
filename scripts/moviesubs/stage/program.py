"""How every program of the workflow starts and ends."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from moviesubs.errors import USER_ERROR, UserError
from moviesubs.stage import usage
from moviesubs.stage.lifetime import end_with_run
from moviesubs.stage.progress import clock
from moviesubs.stage.terminal import make_printable, supervised, tell

#: options that tell a person what a program was working on
TELLING_OPTIONS = ("--movie", "--audio", "--transcript", "--language", "--source", "--target", "--model", "--device")
#: exit status after Ctrl-C and after SIGTERM, as a shell has it
INTERRUPTED, TERMINATED = 130, 143


def _work(words: Sequence[str]) -> Iterator[str]:
    for name, value in zip(words, words[1:], strict=False):
        if name in TELLING_OPTIONS:
            yield f"{name.removeprefix('--')} {value}"


def complain(what: str) -> None:
    """Prints an error: on the terminal, or in a supervised child to its supervisor only, which may recover from it."""
    if supervised():
        print(what, file=sys.stderr, flush=True)
    else:
        tell(f"error: {what}")


def run(main: Callable[[Sequence[str] | None], None], arguments: Sequence[str] | None = None) -> None:
    """Runs a program's `main`; what goes wrong becomes one line on the terminal and exit status 1.

    A UserError is that line. Of any other error the traceback goes to the log, and the line says what the program was
    working on and for how long. What it used is recorded (`usage`). After Ctrl-C or SIGTERM the process ends here.

    Raises:
        SystemExit: with status 1 after an error.
    """
    make_printable()
    end_with_run()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # temporary files are removed on the way out
    try:
        with usage.recorded():
            _run(main, arguments)
    except SystemExit as end:
        if end.code not in (INTERRUPTED, TERMINATED):
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)  # threads that compute are not waited for (`workers`)


def _run(main: Callable[[Sequence[str] | None], None], arguments: Sequence[str] | None) -> None:
    started = time.monotonic()
    try:
        main(arguments)
    except UserError as error:
        complain(f"{error}")
        raise SystemExit(USER_ERROR if supervised() else 1) from None
    except Exception as error:
        traceback.print_exc()
        reason = str(error).strip().splitlines()[:1] or ["no message"]
        work = ", ".join([*_work(sys.argv), f"after {clock(time.monotonic() - started)}"])
        complain(f"{Path(sys.argv[0]).stem}: {type(error).__name__}: {reason[0]} ({work})")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


@contextmanager
def working_on(stage: str, **context: object) -> Iterator[None]:
    """Prints what was being worked on when an unexpected error ends a stage; the error is raised again.

    Raises:
        UserError: the machine has not enough memory (host or GPU).
    """
    started = time.monotonic()
    try:
        yield
    except (UserError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        about = ", ".join(f"{name} {value}" for name, value in context.items())
        message = f"{stage} failed after {clock(time.monotonic() - started)} ({about}): {type(error).__name__}: {error}"
        if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
            raise UserError(f"{message}; use a smaller batch size, a smaller model or --device cpu") from error
        print(message, file=sys.stderr, flush=True)
        raise
