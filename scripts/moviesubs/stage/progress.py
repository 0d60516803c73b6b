"""Progress lines that read well in a log file."""

import threading
import time

from moviesubs.stage.terminal import tell

#: seconds after which a progress line is repeated although the position did not change, so that a log never falls silent for a minute
REPEAT_SECONDS = 45.0


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss: "1:02:05"."""
    whole = int(max(0.0, seconds) + 0.5)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


class Progress:
    """Writes position, share, elapsed time, speed and estimate to log and terminal, not more often than `every` seconds.

    For stages whose position is a time in the audio, `total` is in seconds and `audio` is true: speed is then given as
    times realtime.
    """

    def __init__(self, what: str, total: float, *, audio: bool = False, every: float = 10.0) -> None:
        """Starts the clock.

        Args:
            what: the stage, "transcribe Sholay (hi, large-v3, cpu)" say.
            total: what `at` will reach at the end: seconds of audio, or a count.
            audio: positions are seconds of audio.
            every: seconds between two lines; at most 60 in this project.
        """
        self.what, self.total, self.audio, self.every = what, total, audio, every
        self.started = time.monotonic()
        self.last = self.started

    def line(self, position: float) -> str:
        """The line for a position, in seconds of audio or as a count."""
        elapsed = time.monotonic() - self.started
        share = min(1.0, position / self.total) if self.total > 0 else 1.0
        at = f"{clock(position)} of {clock(self.total)}" if self.audio else f"{position:g} of {self.total:g}"
        parts = [f"{self.what}: {at} ({share:.0%})", f"elapsed {clock(elapsed)}"]
        if self.audio and elapsed > 0:
            parts.append(f"{position / elapsed:.1f}x realtime")
        if 0 < share < 1:
            parts.append(f"about {clock(elapsed * (1 - share) / share)} left")
        return ", ".join(parts)

    def at(self, position: float, *, force: bool = False) -> None:
        """Writes a line if the last one is old enough; `position` is in seconds of audio, or a count."""
        now = time.monotonic()
        if force or now - self.last >= self.every:
            self.last = now
            tell(self.line(position))

    def done(self) -> None:
        """Writes the last line."""
        self.at(self.total, force=True)


class LivelyProgress(Progress):
    """Progress whose last line is repeated while a single step takes long; use it in a `with` block."""

    position = 0.0
    shown: float | None = None

    def at(self, position: float, *, force: bool = False) -> None:
        """Writes a line if the last one is old enough, and remembers the position."""
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
