"""Imports slow libraries once for all jobs of a run; every job is a fork of the process that has imported them.

The first job starts the server: a process that imports the libraries of its environment, computes nothing and waits at a socket. A job
asks it for a fork, which does the work with the job's own arguments, environment, folder and output. Forks share nothing but the
imported code: what happens to one happens to no other.

A job never depends on the server. Where there is none, or it cannot be reached, or it dies in the middle (its forks die with it), the
job does its work in a process of its own. The server ends with the run (when Snakemake's process is gone, however it ended), or when
nobody has asked for a while. It leaves no files: the socket's address is abstract (`man 7 unix`) and vanishes with it.

Only where forks of such a process are safe: on Linux, and for work on the processor (a fork of a process cannot use CUDA that its
parent has begun to use, and Apple's frameworks do not survive a fork). The same with conda's environments and without; on a cluster
each job is a run of its own. `fork_server: false` in the config, or in a profile's, switches it off.
"""

import contextlib
import hashlib
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from moviesubs.stage import device, lifetime, terminal, usage
from moviesubs.stage.lifetime import RUN
from moviesubs.stage.usage import Usage

#: the environment that a job runs in, by its name under envs/, and whether the config wants the server; scripts/bin/run_in says both
ENVIRONMENT, ENABLED = "MOVIESUBS_ENVIRONMENT", "MOVIESUBS_FORK_SERVER"
#: what a server imports, by environment; names that are not there are left out
LIBRARIES = {
    "whisperx": ["torch", "whisperx.asr", "whisperx.alignment", "whisperx.vads.pyannote", "pyannote.audio"],
}
#: seconds after which a server that nobody asks ends; that a job waits for a fork, the imports included; between two attempts to reach it
IDLE_SECONDS, FORK_SECONDS, RETRY_SECONDS = 90.0, 300.0, 0.05
#: tells a program that it is in a fork already
IS_FORK = "MOVIESUBS_FORK"
SCRIPTS = Path(__file__).parents[2]
#: jobs that may wait to be accepted, files that may be sent with a request, bytes of its length
_QUEUE, _MOST_FILES, _LENGTH = 128, 16, 8


def possible(on: str) -> bool:
    """Whether jobs of this process may be forks.

    Args:
        on: the device that the job will compute on.

    Returns:
        True within a run of the workflow that wants it, on Linux, on the processor, in an environment with slow libraries.
    """
    enabled = RUN in os.environ and bool(os.environ.get(ENABLED))
    return enabled and sys.platform == "linux" and on == "cpu" and os.environ.get(ENVIRONMENT) in LIBRARIES


def _address() -> str:
    """The abstract address of the server of this run and environment."""
    key = hashlib.sha256(f"{sys.prefix} {SCRIPTS}".encode()).hexdigest()[:16]
    return f"\0moviesubs-{os.getuid()}-{os.environ[RUN]}-{key}"


def _is_ours(connection: socket.socket) -> bool:
    """Whether the other side belongs to this user: an abstract address has no permissions of its own."""
    layout = "3i"  # struct ucred: process, user, group
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize(layout))
    return bool(struct.unpack(layout, credentials)[1] == os.getuid())


# --- the job's side ----------------------------------------------------------------------------------------------


class Forked:
    """A fork that does our work; looks like a `subprocess.Popen`."""

    def __init__(self, connection: socket.socket, pid: int) -> None:
        """Takes over the connection; the fork lives no longer than it."""
        self.connection, self.pid = connection, pid
        self.returncode: int | None = None
        self.stdout: IO[bytes] | None = None
        #: the server has died, and the fork with it: the work is to be done otherwise
        self.lost = False
        self._answer = b""

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        if self.returncode is None:
            self.connection.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                self._receive()
        return self.returncode

    def wait(self) -> int:
        """Waits for the exit status."""
        while self.returncode is None:
            self.connection.setblocking(True)
            self._receive()
        return self.returncode

    def _receive(self) -> None:
        try:
            received = self.connection.recv(4096)
        except ConnectionError:
            received = b""
        self._answer += received
        if self._answer.endswith(b"\n"):
            code, cpu_seconds, memory_mb = self._answer.split()
            self.returncode = int(code)
            usage.add_fork(Usage(seconds=0.0, cpu_seconds=float(cpu_seconds), memory_mb=float(memory_mb)))
        elif not received:
            self.returncode, self.lost = -signal.SIGKILL, True
            print("the fork server has died: doing the work in a process of its own", file=sys.stderr, flush=True)
        if self.returncode is not None:
            self.connection.close()


def fork(command: Sequence[str], variables: dict[str, str], descriptors: dict[str, int]) -> Forked | None:
    """Runs one of our programs in a fork of the server, which is started where there is none; None where that fails.

    Args:
        command: the interpreter, maybe its options, the program (a .py file) and its arguments.
        descriptors: open files for it: "stdout" and "stderr", and others by the name of the variable that tells their number.
    """
    first = next(index for index, word in enumerate(command) if word.endswith(".py"))
    request = {"words": list(command[first:]), "folder": str(Path.cwd()), "variables": variables}
    data = json.dumps({**request, "names": list(descriptors)}).encode()
    for _ in range(2):  # a server that is ending may still take the call: then another one is started
        try:
            connection = _connect()
        except OSError as error:
            print(f"no fork server: {error}; starting a process instead", file=sys.stderr, flush=True)
            return None
        try:
            socket.send_fds(connection, [len(data).to_bytes(_LENGTH, "big")], list(descriptors.values()))
            connection.sendall(data)
            answer = b""
            while not answer.endswith(b"\n"):
                received = connection.recv(1)
                if not received:
                    raise ConnectionResetError("it has ended")
                answer += received
            return Forked(connection, int(answer))
        except OSError as error:
            connection.close()
            print(f"no fork: {error}", file=sys.stderr, flush=True)
            if isinstance(error, TimeoutError):
                break
    return None


def _connect() -> socket.socket:
    """A connection to the server, which may still be importing.

    Raises:
        OSError: it cannot be reached, nor started.
    """
    end = time.monotonic() + FORK_SECONDS
    while True:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(FORK_SECONDS)
        try:
            connection.connect(_address())
        except ConnectionRefusedError:
            connection.close()
            if time.monotonic() > end:
                raise
            if not _start():
                time.sleep(RETRY_SECONDS)  # somebody else is about to
            continue
        except OSError:
            connection.close()
            raise
        if _is_ours(connection):
            return connection
        connection.close()
        raise PermissionError("it belongs to another user")


def _start() -> bool:
    """Starts a server, which inherits the listening socket; False where another process has taken the address."""
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(_address())
        except OSError:
            return False
        listener.listen(_QUEUE)
        code = (
            f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
            f"from moviesubs.stage import fork_server; fork_server.serve({listener.fileno()})"
        )
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=[listener.fileno()], start_new_session=True,
        )  # fmt: skip
    return True


def forking(main: Callable[[Sequence[str] | None], None]) -> Callable[[Sequence[str] | None], None]:
    """Wraps a program's `main` to do its work in a fork where that is possible; the device comes from the command line."""

    def fork_or_work(arguments: Sequence[str] | None) -> None:
        on = next((after for word, after in zip(sys.argv, sys.argv[1:], strict=False) if word == "--device"), "")
        if IS_FORK not in os.environ and possible(on):
            descriptors = {"stdout": 1, "stderr": 2, **terminal.descriptors()}
            forked = fork([sys.executable, *sys.argv], {**os.environ, IS_FORK: "1"}, descriptors)
            code = forked.wait() if forked else 0
            if forked and not forked.lost:
                sys.exit(code if code >= 0 else 128 - code)
        main(arguments)

    return fork_or_work


# --- the server's side -------------------------------------------------------------------------------------------


class Server:
    """Forks on request, and reports how the forks end."""

    def __init__(self, listener: socket.socket, run: int) -> None:
        """Takes the listening socket and Snakemake's process id."""
        self.listener, self.run, self.pid = listener, run, os.getpid()
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ)
        self.jobs: dict[int, socket.socket] = {}
        self.last = time.monotonic()

    def serve(self) -> None:
        """Serves until the run has ended, or nobody has asked for a while."""
        while lifetime.alive(self.run) and (self.jobs or time.monotonic() - self.last < IDLE_SECONDS):
            for key, _ in self.selector.select(0.05 if self.jobs else 1.0):
                if key.fileobj is self.listener:
                    self.begin(self.listener.accept()[0])
                else:
                    self.end_job(key.data)
            self.reap()
        for pid in list(self.jobs):
            self.end_job(pid)

    def begin(self, connection: socket.socket) -> None:
        """Reads a request and forks."""
        self.last = time.monotonic()
        descriptors: list[int] = []
        try:
            request, descriptors = _request(connection)
        except (OSError, ValueError, EOFError):
            connection.close()
            return
        pid = os.fork()
        if pid == 0:
            _become(self, request, descriptors)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        for descriptor in descriptors:
            os.close(descriptor)
        self.jobs[pid] = connection
        self.selector.register(connection, selectors.EVENT_READ, pid)
        with contextlib.suppress(OSError):
            connection.sendall(b"%d\n" % pid)

    def end_job(self, pid: int) -> None:
        """Kills a fork whose job has hung up."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        self.selector.unregister(self.jobs[pid])
        self.jobs.pop(pid).close()

    def reap(self) -> None:
        """Reports to jobs how their forks have ended."""
        while True:
            try:
                pid, status, resources = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.last = time.monotonic()
            if pid in self.jobs:
                used = usage.of_resources(resources)
                with contextlib.suppress(OSError):
                    code = os.waitstatus_to_exitcode(status)
                    self.jobs[pid].sendall(f"{code} {used.cpu_seconds} {used.memory_mb}\n".encode())
                self.end_job(pid)

    def leave(self) -> None:
        """In a fork: closes what belongs to the server, and ends when it ends."""
        lifetime.die_with(self.pid)
        self.selector.close()
        for held in (self.listener, *self.jobs.values()):
            held.close()


def _request(connection: socket.socket) -> tuple[dict[str, object], list[int]]:
    if not _is_ours(connection):
        raise PermissionError("another user")
    connection.settimeout(10.0)
    length, descriptors, _, _ = socket.recv_fds(connection, _LENGTH, _MOST_FILES, socket.MSG_WAITALL)
    with connection.makefile("rb") as stream:
        data = stream.read(int.from_bytes(length, "big"))
    connection.settimeout(None)
    request: dict[str, object] = json.loads(data)
    return request, descriptors


def _become(server: Server, request: dict[str, object], descriptors: list[int]) -> None:
    """Turns a fresh fork into the job's program; does not return."""
    code = 1
    try:
        os.setpgid(0, 0)
        server.leave()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        files = dict(zip(request["names"], descriptors, strict=True))  # type: ignore[call-overload]
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(files.pop("stdout"), 1)
        os.dup2(files.pop("stderr"), 2)
        variables = {**request["variables"], **{name: str(number) for name, number in files.items()}}  # type: ignore[dict-item]
        if terminal.SUPERVISOR in variables:
            variables[terminal.SUPERVISOR] = str(server.pid)
        os.environ.clear()
        os.environ.update(variables)
        os.chdir(str(request["folder"]))
        sys.argv = list(request["words"])  # type: ignore[call-overload]
        sys.path[0] = str(Path(sys.argv[0]).resolve().parent)
        runpy.run_path(sys.argv[0], run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def serve(descriptor: int) -> None:
    """The server's process: imports, then serves."""
    device.configure(int(os.environ.get("OMP_NUM_THREADS", "1")))
    for name in LIBRARIES[os.environ[ENVIRONMENT]]:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    with socket.socket(fileno=descriptor) as listener:
        Server(listener, int(os.environ[RUN])).serve()
