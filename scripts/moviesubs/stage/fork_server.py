"""Libraries that take ten seconds to import are imported once, for all stages of all movies of a run; every job is a fork of its own.

The first job starts the server: a process that imports the libraries of its environment, computes nothing and waits at a socket.
A job asks it for a fork, which does the work with the job's own arguments, environment, folder and output. What happens to a fork
happens to no other: they share nothing but the imported code. The server ends with the run (with Snakemake's process), or when nobody
has asked for a while. Whatever goes wrong with it, the job starts a process of its own, as it does where there is no server.

Only where forks of such a process are safe: on Linux, and for work on the processor (a fork of a process cannot use CUDA that its
parent has begun to use, and Apple's frameworks do not survive a fork).
"""

import array
import contextlib
import fcntl
import hashlib
import json
import os
import runpy
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from moviesubs.stage import terminal, usage
from moviesubs.stage.usage import Usage

#: Snakemake's process id; scripts/run_in.sh says so
RUN = "MOVIESUBS_PARENT"
#: what a server imports, by the name of the environment's folder; names that are not there are left out
LIBRARIES = {
    "whisperx": ["torch", "whisperx.asr", "whisperx.alignment", "whisperx.vads.pyannote", "pyannote.audio"],
}
#: seconds after which a server that nobody asks ends, and that a job waits for the imports
IDLE_SECONDS, LOAD_SECONDS = 90.0, 300.0
#: switches it off
OFF = "MOVIESUBS_NO_FORK_SERVER"
#: tells a program that it is in a fork already
IS_FORK = "MOVIESUBS_FORK"
SCRIPTS = Path(__file__).parents[2]


def possible(on: str) -> bool:
    """Whether jobs of this process may be forks.

    Args:
        on: the device that the job will compute on.

    Returns:
        True within a run of the workflow, on Linux, on the processor, in an environment with slow libraries.
    """
    within = RUN in os.environ and OFF not in os.environ
    return within and sys.platform == "linux" and on == "cpu" and _environment() in LIBRARIES


def _environment() -> str:
    return Path(sys.prefix).name


def _folder() -> Path:
    """The server's folder: one for each run and environment, readable by nobody else."""
    key = hashlib.sha256(f"{sys.prefix} {SCRIPTS}".encode()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"moviesubs-{os.getuid()}-{os.environ[RUN]}-{key}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder


# --- the job's side ----------------------------------------------------------------------------------------------


class Forked:
    """A fork that does our work; looks like a `subprocess.Popen`."""

    def __init__(self, connection: socket.socket, pid: int) -> None:
        """Takes over the connection; the fork lives no longer than it."""
        self.connection, self.pid = connection, pid
        self.returncode: int | None = None
        self.stdout: IO[bytes] | None = None
        self._answer = b""

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        if self.returncode is None:
            self.connection.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                self._hear()
        return self.returncode

    def wait(self) -> int:
        """Waits for the exit status."""
        while self.returncode is None:
            self.connection.setblocking(True)
            self._hear()
        return self.returncode

    def _hear(self) -> None:
        try:
            heard = self.connection.recv(4096)
        except ConnectionError:
            heard = b""
        self._answer += heard
        if self._answer.endswith(b"\n"):
            code, cpu_seconds, memory_mb = self._answer.split()
            self.returncode = int(code)
            usage.add_fork(Usage(seconds=0.0, cpu_seconds=float(cpu_seconds), memory_mb=float(memory_mb)))
        elif not heard:  # the server is gone, and its forks with it
            self.returncode = -signal.SIGKILL
        if self.returncode is not None:
            self.connection.close()


def fork(command: Sequence[str], variables: dict[str, str], descriptors: dict[str, int]) -> Forked | None:
    """Runs a program of ours in a fork of the server, which is started where there is none.

    Args:
        command: the interpreter, maybe its options, the program (a .py file) and its arguments.
        variables: its environment.
        descriptors: open files for it: "stdout" and "stderr", and others by the name of the variable that tells their number.

    Returns:
        The fork, or None where it could not be had.
    """
    # a server that is dying may still take the call: then another one is started
    return _ask(command, variables, descriptors) or _ask(command, variables, descriptors)


def _ask(command: Sequence[str], variables: dict[str, str], descriptors: dict[str, int]) -> Forked | None:
    try:
        connection = _connect(_folder())
        if connection is None:
            return None
        first = next(index for index, word in enumerate(command) if word.endswith(".py"))
        names = list(descriptors)
        asked = {"words": list(command[first:]), "folder": str(Path.cwd()), "variables": variables, "names": names}
        data = json.dumps(asked).encode()
        connection.sendall(len(data).to_bytes(8, "big"))
        socket.send_fds(connection, [data[:1]], [descriptors[name] for name in names])
        connection.sendall(data[1:])
        answer = b""
        while not answer.endswith(b"\n"):
            heard = connection.recv(64)
            if not heard:
                return None
            answer += heard
        return Forked(connection, int(answer))
    except (OSError, ValueError, StopIteration) as error:
        print(f"no fork: {error}; starting a process instead", file=sys.stderr, flush=True)
        return None


def _connect(folder: Path) -> socket.socket | None:
    connection = _reach(folder)
    if connection:
        return connection
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection = _reach(folder)  # somebody else may have started it meanwhile
        if connection or (folder / "failed").exists():
            return connection
        code = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); from moviesubs.stage import fork_server; fork_server.serve()"
        with (folder / "log").open("ab") as log:
            server = subprocess.Popen(
                [sys.executable, "-u", "-X", "faulthandler", "-c", code],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + LOAD_SECONDS
        while server.poll() is None and time.monotonic() < end:
            if connection := _reach(folder):
                return connection
            time.sleep(0.05)
        server.kill()
        server.wait()
        (folder / "failed").touch()
        lines = (folder / "log").read_text(errors="replace").splitlines()
    print(f"the fork server did not start: {lines[-1] if lines else 'no message'}", file=sys.stderr, flush=True)
    return None


def _reach(folder: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(folder / "socket"))
    except OSError:
        connection.close()
        return None
    return connection


def forking(main: Callable[[Sequence[str] | None], None]) -> Callable[[Sequence[str] | None], None]:
    """A program's `main` that does its work in a fork where it can; the device is what the command line says.

    Args:
        main: takes the command-line arguments (None: those of the process).

    Returns:
        The same, for `program.run`.
    """

    def fork_or_work(arguments: Sequence[str] | None) -> None:
        on = next((after for word, after in zip(sys.argv, sys.argv[1:], strict=False) if word == "--device"), "")
        if IS_FORK not in os.environ and possible(on):
            descriptors = {"stdout": 1, "stderr": 2, **terminal.descriptors()}
            forked = fork([sys.executable, *sys.argv], {**os.environ, IS_FORK: "1"}, descriptors)
            if forked:
                code = forked.wait()
                sys.exit(code if code >= 0 else 128 - code)
        main(arguments)

    return fork_or_work


# --- the server's side -------------------------------------------------------------------------------------------


class Server:
    """Forks for whoever asks, and tells how the forks end."""

    def __init__(self, listener: socket.socket, run: int) -> None:
        """Takes the listening socket and Snakemake's process id."""
        self.listener, self.run = listener, run
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ)
        self.jobs: dict[int, socket.socket] = {}
        self.last = time.monotonic()

    def serve(self) -> bool:
        """Serves until the run has ended (True), or nobody has asked for a while."""
        while self.jobs or time.monotonic() - self.last < IDLE_SECONDS:
            for key, _ in self.selector.select(0.05 if self.jobs else 1.0):
                if key.fileobj is self.listener:
                    self.begin(self.listener.accept()[0])
                else:
                    self.end_job(key.data)
            self.reap()
            try:
                os.kill(self.run, 0)
            except ProcessLookupError:
                for pid in list(self.jobs):
                    self.end_job(pid)
                return True
            except PermissionError:
                pass
        return False

    def begin(self, connection: socket.socket) -> None:
        """Reads a request and forks."""
        self.last = time.monotonic()
        descriptors: list[int] = []
        try:
            asked, descriptors = _request(connection)
        except (OSError, ValueError, EOFError):
            connection.close()
            return
        pid = os.fork()
        if pid == 0:
            _become(asked, descriptors)
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
        self.jobs[pid].close()
        del self.jobs[pid]

    def reap(self) -> None:
        """Tells jobs how their forks have ended."""
        while True:
            try:
                pid, status, resources = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.last = time.monotonic()
            if pid in self.jobs:
                with contextlib.suppress(OSError):
                    code = os.waitstatus_to_exitcode(status)
                    used = usage.of_resources(resources)
                    self.jobs[pid].sendall(f"{code} {used.cpu_seconds} {used.memory_mb}\n".encode())
                self.end_job(pid)


def _request(connection: socket.socket) -> tuple[dict[str, object], list[int]]:
    connection.settimeout(10.0)
    size = int.from_bytes(_exactly(connection, 8), "big")
    first, ancillary, _, _ = connection.recvmsg(1, socket.CMSG_LEN(16 * array.array("i").itemsize))
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    asked: dict[str, object] = json.loads(first + _exactly(connection, size - 1))
    connection.settimeout(None)
    return asked, list(descriptors)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        heard = connection.recv(size - len(data))
        if not heard:
            raise EOFError
        data += heard
    return data


def _become(asked: dict[str, object], descriptors: list[int]) -> None:
    """Turns a fresh fork into the job's program; does not return."""
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        files = dict(zip(asked["names"], descriptors, strict=True))  # type: ignore[call-overload]
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(files.pop("stdout"), 1)
        os.dup2(files.pop("stderr"), 2)
        variables = {**asked["variables"], **{name: str(number) for name, number in files.items()}}  # type: ignore[dict-item]
        if terminal.SUPERVISOR in variables:
            variables[terminal.SUPERVISOR] = str(os.getppid())
        os.environ.clear()
        os.environ.update(variables)
        os.chdir(str(asked["folder"]))
        sys.argv = list(asked["words"])  # type: ignore[call-overload]
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


def serve() -> None:
    """The server's process: imports, then serves."""
    import importlib

    from moviesubs.stage import device

    folder = _folder()
    device.configure(int(os.environ.get("OMP_NUM_THREADS", "1")))
    for name in LIBRARIES[_environment()]:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "new"))
    listener.listen(128)
    (folder / "new").rename(folder / "socket")
    if Server(listener, int(os.environ[RUN])).serve():
        shutil.rmtree(folder, ignore_errors=True)
        return
    with (folder / "lock").open("w") as lock:  # nobody must be starting another one
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / "socket").unlink(missing_ok=True)
