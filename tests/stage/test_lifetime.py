"""Who counts as gone, and that nobody outlives what he works for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import SCRIPTS
from support.processes import alive, wait_for

from moviesubs.stage import lifetime


def test_a_process_that_has_ended_is_not_alive_although_nobody_has_noticed() -> None:
    process = subprocess.Popen(["sleep", "1000"])
    assert lifetime.alive(process.pid) and lifetime.alive(1)
    process.kill()
    if sys.platform == "linux":
        assert wait_for(lambda: not lifetime.alive(process.pid))
    process.wait()
    assert not lifetime.alive(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process at once")
def test_a_process_dies_with_its_parent_or_at_once_where_that_is_gone(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    bound = (
        f"import os, sys, time; sys.path.insert(0, {str(SCRIPTS)!r}); from moviesubs.stage.lifetime import die_with\n"
        f"die_with(int(sys.argv[1])); open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(1e6)"
    )
    starts = f"import os, subprocess, sys; subprocess.run([sys.executable, '-c', {bound!r}, str(os.getpid())])"
    parent = subprocess.Popen([sys.executable, "-c", starts])
    assert wait_for(lambda: note.exists() and note.read_text() != "")
    parent.kill()
    parent.wait()
    assert wait_for(lambda: not alive(int(note.read_text())))
    orphan = subprocess.run([sys.executable, "-c", bound, str(os.getpid() + 1)], check=False)
    assert orphan.returncode == 1
