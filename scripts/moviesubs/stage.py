"""What the long stages share: an error that says what was being worked on, and progress lines that keep coming."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from moviesubs.errors import UserError
from moviesubs.progress import Progress, clock

#: seconds after which a progress line is repeated although the position did not change, so that a log never falls
#: silent for a minute
REPEAT_SECONDS = 45.0


@contextmanager
def working_on(stage: str, **context: object) -> Iterator[None]:
    """Says what was being worked on when an unexpected error ends a stage; the error goes on.

    Args:
        stage: the stage's name.
        **context: what to name: file, language, model, device.

    Yields:
        Nothing.

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


class LivelyProgress(Progress):
    """Progress whose last line is repeated while a single step takes long; use it in a `with` block."""

    position = 0.0
    shown: float | None = None

    def at(self, position: float, *, force: bool = False) -> None:
        """Writes a line if the last one is old enough, and remembers the position.

        Args:
            position: seconds of audio, or a count.
            force: write now.
        """
        self.position, before = position, self.last
        super().at(position, force=force)
        if self.last != before:
            self.shown = position

    def done(self) -> None:
        """Writes the last line, unless it was just written."""
        if self.shown != self.total:
            super().done()

    def __enter__(self) -> "LivelyProgress":
        """Starts to watch the clock."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="progress", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the watch."""
        self._ended.set()
        self._thread.join()

    def _repeat(self) -> None:
        while not self._ended.wait(0.5):
            if time.monotonic() - self.last > REPEAT_SECONDS:
                super().at(self.position, force=True)
