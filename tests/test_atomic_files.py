"""Files are there whole or not at all."""

from pathlib import Path

import pytest

from moviesubs.atomic_files import atomic_folder, atomic_path, write_text
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
