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


class Run:
    """A run of the workflow, as far as its jobs can see."""

    def __init__(self, interpreter: str, folder: Path) -> None:
        self.interpreter, self.folder = interpreter, folder
        self.snakemake = subprocess.Popen(["sleep", "600"])
        self.variables = {**os.environ, "MOVIESUBS_PARENT": str(self.snakemake.pid), "TMPDIR": str(folder)}

    def start(self, body: str, *words: str, **variables: str) -> subprocess.Popen[str]:
        """A job whose supervised child runs this code."""
        program = self.folder / f"job{time.monotonic_ns()}.py"
        program.write_text(
            "from moviesubs.stage.supervisor import beat, start_child\nstart_child()\n" + textwrap.dedent(body)
        )
        code = (
            f"import sys, msgspec; sys.path.insert(0, {str(SCRIPTS)!r}); from moviesubs.stage import supervisor\n"
            f"failure = supervisor.run([sys.executable, {str(program)!r}, *sys.argv[1:]], on='cpu', silence_limit=60)\n"
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
            serves = any("fork_server.serve()" in word for word in process.cmdline())
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
    assert "the fork used" in errors and "MB of memory" in errors
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
    job = run.start(f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    assert wait_for(lambda: note.exists() and note.read_text() != "")
    job.send_signal(signal.SIGKILL)
    job.communicate()
    assert wait_for(lambda: not alive(int(note.read_text())))
    assert run.job("print('still there')")[0] is None


def test_where_the_server_is_gone_another_one_is_started(run: Run) -> None:
    os.kill(run.servers()[0], signal.SIGKILL)
    assert wait_for(lambda: not run.servers())
    assert run.job("import sys; assert 'torch' in sys.modules")[0] is None
    assert len(run.servers()) == 1


def test_the_server_ends_with_the_run_and_leaves_nothing(python: Python, tmp_path: Path) -> None:
    made = Run(python("whisperx"), tmp_path)
    try:
        assert made.job("print('done')")[0] is None
        assert made.servers()
    finally:
        made.end()
    assert wait_for(lambda: not list(tmp_path.glob("moviesubs-*")))


@pytest.mark.parametrize(
    ("environment", "variables"), [("common", {}), ("whisperx", {"MOVIESUBS_NO_FORK_SERVER": "1"})]
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
