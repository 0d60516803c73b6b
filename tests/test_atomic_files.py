"""Files are there whole or not at all."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import ROOT

from moviesubs.atomic_files import atomic_folder, atomic_path, part_folder, sweep, write_text
from moviesubs.workflow.hardware import Hardware

LINUX = Hardware("Linux", "x86_64", 8, 32000)
NVIDIA = Hardware("Linux", "x86_64", 8, 32000, ("NVIDIA L4",))
MAC = Hardware("Darwin", "arm64", 8, 32000)


def test_a_file_that_could_not_be_finished_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "x.json"
    write_text(target, "old")
    with pytest.raises(RuntimeError), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


def test_a_name_of_the_greatest_length_can_still_be_written(tmp_path: Path) -> None:
    target = tmp_path / ("x" * 255)
    write_text(target, "text")
    assert target.read_text() == "text"


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    for content in ("one", "two"):
        with atomic_folder(tmp_path / "model") as folder:
            (folder / content).touch()
    assert [entry.name for entry in (tmp_path / "model").iterdir()] == ["two"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    code = (
        f"import sys, time; sys.path.insert(0, {str(ROOT / 'scripts')!r}); from moviesubs.atomic_files import atomic_path\n"
        f"with atomic_path({str(tmp_path / 'movie.mkv')!r}) as path: path.touch(); print(flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    assert sweep([tmp_path]) == []
    process.kill()
    process.communicate()
    with part_folder(tmp_path) as alive:
        assert len(list(tmp_path.iterdir())) == 2
        assert len(sweep([tmp_path])) == 1
        assert list(tmp_path.iterdir()) == [alive]


def test_a_folder_without_a_lock_is_swept_once_it_is_old(tmp_path: Path) -> None:
    (tmp_path / ".part-x").mkdir()  # somebody else's
    os.utime(tmp_path / ".part-x", (0, 0))
    young, old = tmp_path / ".part-young_00", tmp_path / ".part-old__000"
    for folder in (young, old):
        folder.mkdir()
    os.utime(old, (time.time() - 3600, time.time() - 3600))
    assert sweep([tmp_path]) == [old]
