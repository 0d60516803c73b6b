"""Each job records what it used, with its children; what goes wrong with the record harms no job."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import SCRIPTS

from moviesubs import contracts
from moviesubs.stage.usage import Usage

#: uses half a second of processor time and 300 MB
HUNGRY = (
    "import time; held = bytearray(300_000_000); end = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
)
CHILD = f"import subprocess; subprocess.run([sys.executable, '-c', {HUNGRY!r}], check=True)"
SUPERVISED = f"from moviesubs.stage import supervisor; print(supervisor.run([sys.executable, '-c', {HUNGRY!r}]), file=sys.stderr)"


def job(folder: Path, *bodies: str) -> subprocess.CompletedProcess[str]:
    """Runs programs with these bodies one after the other, as a rule's shell command does; the log is `a movie/stage.en.log`."""
    for number, body in enumerate(bodies):
        (folder / f"program{number}.py").write_text(
            f"import os, sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
            "from moviesubs.stage.program import run\n"
            f"def main(arguments):\n    exec({body!r}, globals())\nrun(main)\n"
        )
    (folder / "a movie").mkdir(exist_ok=True)
    (folder / "bin").mkdir(exist_ok=True)
    shutil.copy(SCRIPTS / "bin" / "run_in", folder / "bin")  # programs are looked for in the folder above
    runs = "; ".join(f"MOVIESUBS_STEP={n + 1} $PWD/bin/run_in workflow program{n}" for n in range(len(bodies)))
    command = f"( {runs} ) 3>&2 >'a movie/stage.en.log' 2>&1"
    variables = {**os.environ, "MOVIESUBS_PYTHON": sys.executable}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def used(folder: Path) -> Usage:
    return contracts.read(folder / "a movie" / "stage.en.usage.json", Usage)


@pytest.mark.parametrize("body", [HUNGRY, CHILD, SUPERVISED])
def test_time_and_memory_are_those_of_all_processes(tmp_path: Path, body: str) -> None:
    assert job(tmp_path, body).returncode == 0
    usage = used(tmp_path)
    assert usage.seconds >= 0.5 and usage.cpu_seconds >= 0.5
    assert 300 <= usage.memory_mb < 600
    assert len(list(tmp_path.rglob("*.usage.json"))) == 1


def test_programs_of_one_job_are_added_up_and_another_run_begins_anew(tmp_path: Path) -> None:
    assert job(tmp_path, HUNGRY, HUNGRY).returncode == 0
    usage = used(tmp_path)
    assert usage.cpu_seconds >= 1.0 and 300 <= usage.memory_mb < 600
    assert job(tmp_path, "pass").returncode == 0
    assert used(tmp_path).memory_mb < 300


def test_a_job_that_fails_is_recorded_and_fails_as_before(tmp_path: Path) -> None:
    assert job(tmp_path, f"{HUNGRY}\nsys.exit(3)").returncode == 3
    assert used(tmp_path).memory_mb >= 300


def test_a_job_that_was_killed_leaves_no_older_record(tmp_path: Path) -> None:
    assert job(tmp_path, "pass").returncode == 0
    assert job(tmp_path, "os.kill(os.getpid(), 9)").returncode != 0
    assert not list(tmp_path.rglob("*.usage.json"))


def test_a_record_that_cannot_be_written_harms_no_job(tmp_path: Path) -> None:
    (tmp_path / "a movie" / "stage.en.usage.json" / "in the way").mkdir(parents=True)
    assert job(tmp_path, "print('done')").returncode == 0
    log = (tmp_path / "a movie" / "stage.en.log").read_text()
    assert "done" in log and "what was used is not recorded" in log


def test_outside_the_workflow_nothing_is_written(tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); from moviesubs.stage.program import run; run(print)"
    subprocess.run(f'"{sys.executable}" -c "{code}" 2>hand.log', shell=True, cwd=tmp_path, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["hand.log"]
