"""The supervisor sees every way in which a child process can end; the children here really die."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from support import SCRIPTS
from support.processes import alive, wait_for

from moviesubs.contracts import Failure
from moviesubs.stage import supervisor

PRELUDE = (
    f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
    "from moviesubs.stage.supervisor import beat, start_child; start_child()\n"
)


def child(body: str) -> list[str]:
    """The command of a child that runs this code after it has reported to the supervisor."""
    return [sys.executable, "-c", PRELUDE + textwrap.dedent(body)]


def test_a_child_that_ends_well_is_no_failure_and_its_output_is_passed_on(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert supervisor.run(child("print('half way', flush=True); sys.stderr.write('done\\n')"), time_limit=900) is None
    error = capfdbinary.readouterr().err
    assert b"half way" in error and b"done" in error


def test_an_exception_is_reported_with_its_exit_status_and_message() -> None:
    failure = supervisor.run(child("beat(12.5); raise RuntimeError('the weights are wrong')"), time_limit=900)
    assert failure is not None
    assert (failure.exit_code, failure.signal, failure.position) == (1, None, 12.5)
    assert failure.reason == "exit status 1: RuntimeError: the weights are wrong"
    assert "Traceback" in (failure.stderr or "")
    assert failure.seconds is not None and failure.seconds > 0


def test_a_module_that_is_missing_is_reported_by_name() -> None:
    failure = supervisor.run(child("import no_such_module"), time_limit=900)
    assert failure is not None and "No module named 'no_such_module'" in failure.reason


def test_a_segmentation_fault_is_reported_with_the_line_that_crashed() -> None:
    failure = supervisor.run(
        child("import ctypes\ndef native_call():\n    ctypes.string_at(0)\nbeat(3)\nnative_call()"), time_limit=900
    )
    assert failure is not None
    assert (failure.signal, failure.exit_code, failure.position) == ("SIGSEGV", None, 3.0)
    assert "SIGSEGV" in failure.reason
    assert "native_call" in (failure.stderr or "")


def test_a_kill_from_outside_points_at_memory() -> None:
    failure = supervisor.run(child("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), time_limit=900)
    assert failure is not None and failure.signal == "SIGKILL" and "memory" in failure.reason


def run_until(reached: Callable[[Failure], bool], command: list[str], **limit: float) -> Failure:
    """How a child fails that exceeds its limit after it got as far as wanted: on a slow machine, a short limit ends it before."""
    (name, seconds), *_ = limit.items()
    while True:
        failure = supervisor.run(command, **{name: seconds})
        assert failure is not None and f"{seconds:g} s" in failure.reason
        if reached(failure):
            return failure
        assert seconds < 900
        seconds *= 3


def test_a_hang_is_ended_by_the_time_limit_and_says_where_it_hung() -> None:
    command = child("import time\ndef endless():\n    time.sleep(1e6)\nendless()")
    failure = run_until(lambda failure: "endless" in (failure.stderr or ""), command, time_limit=2)
    assert "not finished after its time limit" in failure.reason and failure.signal is None


def test_a_heart_that_stops_beating_ends_the_child() -> None:
    command = child("import time\nfor k in range(5):\n    beat(k); time.sleep(0.1)\ntime.sleep(1e6)")
    failure = run_until(lambda failure: failure.position == 4.0, command, silence_limit=2)
    assert failure.reason.startswith("no progress for")


def test_a_child_that_holds_the_interpreter_lock_and_ignores_signals_is_killed() -> None:
    body = "import ctypes, signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGABRT})\nctypes.PyDLL(None).sleep(600)"
    failure = supervisor.run(child(body), time_limit=1)
    assert failure is not None and "time limit" in failure.reason


def test_what_the_child_started_is_ended_too(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    body = f"import subprocess, time\np = subprocess.Popen(['sleep', '600'])\nopen({str(note)!r}, 'w').write(str(p.pid))\ntime.sleep(600)"
    run_until(lambda _: note.exists() and note.read_text() != "", child(body), time_limit=2)
    assert wait_for(lambda: not alive(int(note.read_text())))


def test_a_program_that_does_not_exist_is_a_failure() -> None:
    failure = supervisor.run(["/no/such/program"], time_limit=1)
    assert failure is not None and "cannot be started" in failure.reason


def test_plenty_of_output_neither_blocks_the_child_nor_fills_the_report() -> None:
    failure = supervisor.run(
        child("for k in range(20000): print('x' * 100)\nprint('last words'); sys.exit(3)"), time_limit=900
    )
    assert failure is not None and failure.reason == "exit status 3: last words"
    assert len((failure.stderr or "").encode()) <= supervisor.TAIL_BYTES


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("hang", ["import time; time.sleep(600)", "import ctypes; ctypes.PyDLL(None).sleep(600)"])
def test_the_child_dies_with_its_parent(tmp_path: Path, how: signal.Signals, hang: str) -> None:
    if sys.platform != "linux" and "PyDLL" in hang:
        pytest.skip("only Linux can end a child that holds the interpreter lock at once")
    note = tmp_path / "pid"
    inner = child(f"import os; open({str(note)!r}, 'w').write(str(os.getpid())); {hang}")
    code = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); from moviesubs.stage import supervisor; supervisor.run({inner!r})"
    parent = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONNOUSERSITE": "1"})
    try:
        assert wait_for(lambda: note.exists() and note.read_text() != "")
        assert alive(int(note.read_text()))
    finally:
        parent.send_signal(how)
        parent.wait()
    assert wait_for(lambda: not alive(int(note.read_text())))
