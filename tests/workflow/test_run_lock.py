"""A lock of a dead run needs nobody; that of a living one holds."""

import subprocess
import sys
from pathlib import Path

from support import ROOT

ENTER = (
    f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r}); from pathlib import Path;"
    " from moviesubs.workflow.run_lock import enter; print(enter(Path(sys.argv[1])), flush=True); sys.stdin.read()"
)


def start(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A process that works in the folder, and what it said when it began."""
    process = subprocess.Popen(
        [sys.executable, "-c", ENTER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return process, process.stdout.readline()


def lock(folder: Path) -> Path:
    """Snakemake's lock of a folder."""
    file = folder / ".snakemake" / "locks" / "0.output.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("results/a.srt\n")
    return file


def test_the_lock_of_a_killed_run_is_taken_away_with_a_line(tmp_path: Path) -> None:
    first, _ = start(tmp_path)
    file = lock(tmp_path)
    first.kill()
    first.communicate()
    second, said = start(tmp_path)
    second.communicate("")
    assert not file.exists()
    assert "was cut off" in said


def test_the_lock_of_a_living_run_stays_whoever_else_comes_and_goes(tmp_path: Path) -> None:
    first, _ = start(tmp_path)
    file = lock(tmp_path)
    second, said = start(tmp_path)
    second.kill()
    second.communicate()
    third, _ = start(tmp_path)
    assert file.exists() and said == "[]\n"
    for process in (first, third):
        process.communicate("")


def test_the_lock_of_another_workflow_that_runs_in_the_folder_stays(tmp_path: Path) -> None:
    file = lock(tmp_path)
    (tmp_path / "snakemake").write_text("import sys; print(flush=True); sys.stdin.read()")
    other = subprocess.Popen(
        [sys.executable, "snakemake"], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout
    other.stdout.readline()
    process, _ = start(tmp_path)
    process.communicate("")
    assert file.exists()
    other.communicate("")
