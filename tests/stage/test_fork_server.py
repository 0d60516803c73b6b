"""Jobs are forks of a process that has imported the libraries; what happens to one happens to no other."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from support import SCRIPTS
from support.processes import alive, wait_for

Python = Callable[[str], str]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are used on Linux only")


def note_and_wait(note: Path) -> str:
    """A body that tells its process id and goes on for ever."""
    return f"import os, time\nopen({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(1e6)"


def fork_waits(note: Path) -> str:
    """A body that goes on for ever in a fork, and ends at once in a process of its own."""
    return (
        "import pathlib, sys, time\n"
        f"if 'whisperx.asr' in sys.modules:\n    pathlib.Path({str(note)!r}).touch()\n    time.sleep(1e6)\n"
        "print('done in a process')"
    )


class Run:
    """A run of the workflow, as far as its jobs can see."""

    def __init__(self, interpreter: str, folder: Path) -> None:
        self.interpreter, self.folder = interpreter, folder
        self.snakemake = subprocess.Popen(["sleep", "infinity"])
        told = {"PARENT": str(self.snakemake.pid), "ENVIRONMENT": "whisperx", "FORK_SERVER": "fork_server"}
        self.variables = {**os.environ, **{f"MOVIESUBS_{name}": value for name, value in told.items()}}

    def start(self, body: str, *words: str, **variables: str) -> subprocess.Popen[str]:
        """A job whose supervised child runs this code."""
        program = self.folder / f"job{time.monotonic_ns()}.py"
        program.write_text(
            "from moviesubs.stage.supervisor import beat, start_child\nstart_child()\n" + textwrap.dedent(body)
        )
        code = (
            f"import sys, msgspec; sys.path.insert(0, {str(SCRIPTS)!r}); from moviesubs.stage import supervisor\n"
            f"failure = supervisor.run([sys.executable, {str(program)!r}, *sys.argv[1:]], on='cpu')\n"
            "print(msgspec.json.encode(failure).decode())"
        )
        command = [self.interpreter, "-c", code, *words]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**self.variables, "PYTHONPATH": str(SCRIPTS), **variables}, cwd=self.folder,
        )  # fmt: skip

    def job(self, body: str, *words: str, **variables: str) -> tuple[dict[str, object] | None, str]:
        """How a job's child failed, and what it printed."""
        out, errors = self.start(body, *words, **variables).communicate()
        assert out, errors
        return json.loads(out.splitlines()[-1]), errors

    def servers(self) -> list[int]:
        """The servers of this run."""
        return [one.pid for one in psutil.process_iter() if self._is_server(one)]

    def _is_server(self, process: psutil.Process) -> bool:
        try:
            serves = any("fork_server.serve(" in word for word in process.cmdline())
            return serves and process.environ().get("MOVIESUBS_PARENT") == str(self.snakemake.pid)
        except psutil.Error:
            return False

    def end(self) -> None:
        """Ends the run."""
        self.snakemake.kill()
        self.snakemake.wait()


@pytest.fixture(scope="module")
def run(python: Python, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    made = Run(python("whisperx"), tmp_path_factory.mktemp("run"))
    yield made
    made.end()


def test_a_job_has_its_own_arguments_environment_folder_and_output_and_the_libraries_are_there(run: Run) -> None:
    body = """
    import os, sys
    assert "torch" in sys.modules and "whisperx.asr" in sys.modules
    print(sys.argv[1:], os.environ["OF_THE_JOB"], os.getcwd(), os.getpgrp() == os.getpid(), __name__)
    """
    failure, errors = run.job(body, "--movie", 'it\'s a "test" नमस्ते', OF_THE_JOB="yes")
    assert failure is None, errors
    assert f"['--movie', 'it\\'s a \"test\" नमस्ते'] yes {run.folder} True __main__" in errors


def test_all_jobs_of_a_run_share_one_server(run: Run) -> None:
    jobs = [run.start("import os; print('parent', os.getppid())") for _ in range(4)]
    parents = {job.communicate()[1].splitlines()[0] for job in jobs}
    assert parents == {f"parent {run.servers()[0]}"} and len(run.servers()) == 1


def test_a_job_that_crashes_is_reported_and_touches_no_other(run: Run) -> None:
    other = run.start("import time; print('begun', flush=True); time.sleep(3); print('done')")
    failure, _ = run.job("import ctypes\nbeat(7)\ndef native(): ctypes.string_at(0)\nnative()")
    assert failure is not None and (failure["signal"], failure["position"]) == ("SIGSEGV", 7.0)
    assert "in native" in str(failure["stderr"])
    failure, _ = run.job("sys = __import__('sys'); sys.exit(3)")
    assert failure is not None and failure["exit_code"] == 3
    failure, _ = run.job("raise RuntimeError('the weights are wrong')")
    assert failure is not None and failure["reason"] == "exit status 1: RuntimeError: the weights are wrong"
    out, errors = other.communicate()
    assert out.strip() == "null" and "done" in errors


def test_a_fork_dies_with_its_job(run: Run) -> None:
    note = run.folder / "pid"
    job = run.start(note_and_wait(note))
    assert wait_for(lambda: note.exists() and note.read_text() != "")
    job.send_signal(signal.SIGKILL)
    job.communicate()
    assert wait_for(lambda: not alive(int(note.read_text())))
    assert run.job("print('still there')")[0] is None


def test_a_supervised_job_whose_server_dies_is_done_in_a_process_of_its_own(run: Run) -> None:
    notes = [run.folder / f"forked{number}" for number in range(2)]
    jobs = [run.start(fork_waits(note)) for note in notes]
    assert wait_for(lambda: all(note.exists() for note in notes))
    os.kill(run.servers()[0], signal.SIGKILL)
    for job in jobs:
        out, errors = job.communicate()
        assert out.strip() == "null", errors
        assert "the fork server has died" in errors and "done in a process" in errors


def test_a_program_whose_server_dies_does_its_work_itself(run: Run) -> None:
    note = run.folder / "forked program"
    program = run.folder / "program.py"
    program.write_text(
        f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
        "from moviesubs.stage import fork_server, program\n"
        f"def main(arguments):\n    exec({fork_waits(note)!r}, globals())\n"
        "program.run(fork_server.forking(main))\n"
    )
    job = subprocess.Popen(
        [run.interpreter, program, "--device", "cpu"], env=run.variables, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert wait_for(note.exists)
    os.kill(run.servers()[0], signal.SIGKILL)
    out, errors = job.communicate()
    assert job.returncode == 0 and "the fork server has died" in errors, errors
    assert out.strip() == "done in a process"


def test_where_the_server_is_gone_another_one_is_started(run: Run) -> None:
    for server in run.servers():
        os.kill(server, signal.SIGKILL)
    assert wait_for(lambda: not run.servers())
    assert run.job("import sys; assert 'torch' in sys.modules")[0] is None
    assert len(run.servers()) == 1


def test_server_and_forks_end_with_the_run_even_where_nobody_notices_its_end(python: Python, tmp_path: Path) -> None:
    made = Run(python("whisperx"), tmp_path)
    note = tmp_path / "pid"
    try:
        job = made.start(note_and_wait(note))
        assert wait_for(lambda: note.exists() and note.read_text() != "")
        assert made.servers()
        made.snakemake.kill()  # without wait(): it is a zombie
        job.send_signal(signal.SIGKILL)
        job.communicate()
        assert wait_for(lambda: not made.servers() and not alive(int(note.read_text())))
    finally:
        made.end()


def test_an_environment_of_conda_which_lies_elsewhere_has_its_server(python: Python, tmp_path: Path) -> None:
    (tmp_path / "1f0c4d2e_").symlink_to(Path(python("whisperx")).parents[1])
    made = Run(str(tmp_path / "1f0c4d2e_" / "bin" / "python"), tmp_path)
    try:
        failure, errors = made.job("import sys; assert 'whisperx.asr' in sys.modules; print(sys.prefix)")
        assert failure is None and "1f0c4d2e_" in errors, errors
    finally:
        made.end()


@pytest.mark.parametrize(
    ("environment", "variables"),
    [("common", {"MOVIESUBS_ENVIRONMENT": "common"}), ("whisperx", {"MOVIESUBS_FORK_SERVER": ""})],
)
def test_where_it_is_not_worth_it_or_not_wanted_a_job_is_a_process_of_its_own(
    python: Python, tmp_path: Path, environment: str, variables: dict[str, str]
) -> None:
    made = Run(python(environment), tmp_path)
    try:
        failure, errors = made.job("print('mine')", **variables)
        assert failure is None and "mine" in errors, errors
        assert not made.servers()
    finally:
        made.end()
