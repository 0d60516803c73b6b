"""Programs end in one line for a mistake, and with what started them."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.processes import alive, wait_for

from moviesubs.workflow.code_fingerprint import SCRIPTS


def program_that(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "stage.py"
    path.write_text(
        f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
        "import os, time\n"
        "from moviesubs.errors import UserError\n"
        "from moviesubs.stage.program import run\n"
        f"def main(arguments):\n    {body}\n"
        "run(main)\n"
    )
    return path


def test_a_mistake_of_the_user_is_one_line_in_the_log_and_on_the_terminal(tmp_path: Path) -> None:
    path = program_that(tmp_path, "raise UserError('x.mkv: no sound; give another file')")
    command = f"{sys.executable} {path} 3>{tmp_path}/terminal 2>{tmp_path}/log"
    done = subprocess.run(["bash", "-c", command], env={**os.environ, "MOVIESUBS_TERMINAL": "3"}, check=False)
    assert done.returncode == 1
    assert (tmp_path / "terminal").read_text() == "error: x.mkv: no sound; give another file\n"
    assert (tmp_path / "log").read_text() == "error: x.mkv: no sound; give another file\n"


def test_a_crash_says_what_was_worked_on_and_keeps_its_traceback_for_the_log(tmp_path: Path) -> None:
    path = program_that(tmp_path, "raise ValueError('bad weights')")
    command = f"{sys.executable} {path} --audio a.wav --language hi --output o 3>{tmp_path}/terminal 2>{tmp_path}/log"
    subprocess.run(["bash", "-c", command], env={**os.environ, "MOVIESUBS_TERMINAL": "3"}, check=False)
    line = (tmp_path / "terminal").read_text()
    assert re.fullmatch(
        r"error: stage: ValueError: bad weights \(audio a.wav, language hi, after \d:\d\d:\d\d\)\n", line
    )
    assert "Traceback" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("watched", ["parent", "snakemake"])
def test_a_program_ends_when_what_started_it_is_killed(tmp_path: Path, watched: str) -> None:
    path = program_that(tmp_path, f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    export = "" if watched == "parent" else "export MOVIESUBS_PARENT=$PPID;"
    inner = f"{export} {sys.executable} {path}; true"
    outer = f"bash -c {inner!r}; true" if watched == "snakemake" else inner
    starter = subprocess.Popen(["bash", "-c", outer.replace("'", "'")])
    pid_file = tmp_path / "pid"
    assert wait_for(lambda: pid_file.exists() and pid_file.read_text() != "")
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    assert wait_for(lambda: not alive(int(pid_file.read_text())))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_program_that_is_broken_off_cleans_up_and_does_not_wait_for_what_its_threads_compute(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    body = f"""
    from tempfile import TemporaryDirectory
    from moviesubs.stage.workers import workers
    with TemporaryDirectory(dir={str(tmp_path)!r}, prefix=".part-"), workers(2) as pool:
        def begin(seconds):
            open({str(tmp_path / "begun")!r}, "w").close()
            time.sleep(seconds)
        list(pool.map(begin, [3600, 3600, 3600]))
"""
    program = subprocess.Popen([sys.executable, program_that(tmp_path, body.strip())])
    assert wait_for((tmp_path / "begun").exists)
    program.send_signal(number)
    assert program.wait(timeout=300) == status
    assert not list(tmp_path.glob(".part-*"))
