"""Runs work that may crash, hang or run out of memory in a child process, and watches how that ends.

The parent calls `run`; the child calls `start_child` first, and `beat` whenever it got further.
"""

import contextlib
import faulthandler
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from moviesubs import contracts
from moviesubs.atomic_files import part_folder
from moviesubs.contracts import Failure
from moviesubs.errors import USER_ERROR
from moviesubs.stage import lifetime, terminal

T = TypeVar("T")

#: where the child finds the pipe for its heartbeats, after how many seconds without one it ends itself, and its
#: parent's process id
_PIPE, _SILENCE, _PARENT = "MOVIESUBS_HEARTBEAT", "MOVIESUBS_SILENCE", terminal.SUPERVISOR
#: bytes of the child's standard error that are kept for the report (after faulthandler's endless line of extension modules is out)
TAIL_BYTES = 6000
#: seconds between SIGABRT, at which faulthandler prints where the child hangs, and SIGKILL
GRACE_SECONDS = 3.0


def run(
    command: Sequence[str],
    *,
    time_limit: float | None = None,
    silence_limit: float | None = None,
) -> Failure | None:
    """Runs a child process and watches it to its end.

    It gets its own process group, no standard input, and its output goes to our standard error as it comes. It dies
    with us: at once on Linux, within seconds elsewhere.

    Args:
        time_limit: seconds that it may take in all; None: no limit.
        silence_limit: seconds that it may take between two heartbeats (and to the first); None: no limit.

    Returns:
        None when it ended with status 0, else how it failed.
    """
    beats, child_end = os.pipe()
    variables = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        _PIPE: str(child_end),
        _PARENT: str(os.getpid()),
    }
    variables |= {_SILENCE: str(silence_limit)} if silence_limit else {}
    try:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=variables, pass_fds=[child_end, *terminal.descriptors().values()], start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        os.close(beats)
        return Failure(reason=f"cannot be started: {error}", seconds=0.0)
    finally:
        os.close(child_end)
    watch = _Watch(child, beats, started=time.monotonic())
    try:
        stopped = watch.until_the_end(time_limit, silence_limit)
    finally:
        _kill_group(child)
        watch.close()
    return watch.failure(stopped)


def command_of(program: str, arguments: Sequence[str]) -> list[str]:
    """The command line of one of our programs as a child."""
    return [sys.executable, "-X", "faulthandler", program, "--child", *arguments]


def answer(program: str, arguments: Sequence[str], folder: Path, kind: type[T], **limits: float | None) -> T | Failure:
    """Runs one of our programs as a child, with `--child` and a temporary `--output` in `folder`, and reads what it wrote.

    Args:
        **limits: those of `run`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with part_folder(folder) as temporary:
        output = temporary / "answer.json"
        failure = run(command_of(program, [*arguments, "--output", str(output)]), **limits)
        if failure is None and not output.exists():
            return Failure(reason="ended well but left no answer")
        return failure or contracts.read(output, kind)


class _Watch:
    """The parent's view of a running child."""

    def __init__(self, child: subprocess.Popen[bytes], beats: int, started: float) -> None:
        self.child, self.started, self.last_beat = child, started, started
        self.position: float | None = None
        self.tail = b""
        assert child.stdout is not None
        self.output, self.beats = child.stdout.fileno(), beats
        self.selector = selectors.DefaultSelector()
        for pipe in (self.output, self.beats):
            os.set_blocking(pipe, False)
            self.selector.register(pipe, selectors.EVENT_READ)

    def until_the_end(self, time_limit: float | None, silence_limit: float | None) -> str | None:
        """Waits; returns why the child had to be stopped, or None when it ended by itself."""
        while self.child.poll() is None:
            self.listen(0.2)
            now = time.monotonic()
            if time_limit and now - self.started > time_limit:
                return self.stop(f"not finished after its time limit of {time_limit:g} s")
            if silence_limit and now - self.last_beat > silence_limit:
                return self.stop(f"no progress for {silence_limit:g} s")
        self.listen(0.0)
        return None

    def listen(self, timeout: float) -> None:
        """Passes on what the child printed and notes its heartbeats."""
        if not self.selector.get_map():
            time.sleep(timeout)
        for key, _ in self.selector.select(timeout):
            while data := _read(key.fd):
                self.tell(data) if key.fd == self.output else self.note(data)
            if data == b"":
                self.selector.unregister(key.fd)

    def tell(self, data: bytes) -> None:
        data = terminal.printable_bytes(data)
        self.tail = (self.tail + data)[-10 * TAIL_BYTES :]
        sys.stderr.buffer.write(data)
        sys.stderr.buffer.flush()

    def note(self, data: bytes) -> None:
        self.last_beat = time.monotonic()
        with contextlib.suppress(ValueError, IndexError):
            self.position = float(data.split()[-1])

    def stop(self, reason: str) -> str:
        print(f"stopping the child process: {reason}", file=sys.stderr, flush=True)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGABRT)
        end = time.monotonic() + GRACE_SECONDS
        while self.child.poll() is None and time.monotonic() < end:
            self.listen(0.1)
        _kill_group(self.child)
        self.listen(0.0)
        return reason

    def close(self) -> None:
        self.selector.close()
        os.close(self.beats)
        assert self.child.stdout is not None
        self.child.stdout.close()

    def failure(self, stopped: str | None) -> Failure | None:
        code = self.child.wait()
        if code == 0 and not stopped:
            return None
        lines = [
            line
            for line in self.tail.decode("utf-8", "replace").splitlines()
            if line and not line.startswith("Extension modules:")
        ]
        name = _signal_name(-code) if code < 0 else None
        return Failure(
            reason=stopped or (_signal_reason(-code) if code < 0 else _exit_reason(code, lines[-1] if lines else "")),
            exit_code=code if code > 0 else None,
            signal=None if stopped else name,
            seconds=time.monotonic() - self.started,
            position=self.position,
            stderr="\n".join(lines).encode()[-TAIL_BYTES:].decode("utf-8", "ignore") or None,
        )


def _read(pipe: int) -> bytes | None:
    """What is in a pipe; b"" at its end, None when there is nothing now."""
    try:
        return os.read(pipe, 65536)
    except BlockingIOError:
        return None


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kills the child and whatever it started, and waits for it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _exit_reason(code: int, last_line: str) -> str:
    if code == USER_ERROR and last_line:
        return last_line
    return f"exit status {code}" + (f": {last_line}" if last_line else "")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _signal_reason(number: int) -> str:
    hints: dict[int, str] = {
        signal.SIGKILL: " (usually: the machine ran out of memory)",
        signal.SIGSEGV: " (a crash in native code)",
        signal.SIGABRT: " (native code gave up)",
        signal.SIGILL: " (an instruction that this processor lacks)",
    }
    return f"killed by {_signal_name(number)}{hints.get(number, '')}"


def start_child() -> None:
    """Called by the child before its work: it will die with its parent, and say where it crashed.

    Does nothing more than the latter in a process without a supervisor.
    """
    faulthandler.enable()
    if _PARENT not in os.environ:
        return
    lifetime.die_with(int(os.environ[_PARENT]))
    _rearm()


def beat(position: float) -> None:
    """Called by the child when it makes progress.

    Args:
        position: how far it is, in seconds of audio; part of the report when it fails.
    """
    if _PIPE not in os.environ:
        return
    with contextlib.suppress(BlockingIOError, BrokenPipeError):
        os.write(int(os.environ[_PIPE]), f"{position:.3f}\n".encode())
    _rearm()


def _rearm() -> None:
    """Ends a child that hangs although its parent is gone: faulthandler's timer is a native thread that needs no
    interpreter lock.
    """
    if limit := os.environ.get(_SILENCE):
        faulthandler.dump_traceback_later(float(limit) + 60.0, exit=True)
