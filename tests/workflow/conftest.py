"""The demo, made once for all tests of the workflow."""

import shutil
from pathlib import Path

import pytest
from support.workflow import copy_project, run


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the demo has been made."""
    folder = copy_project(tmp_path_factory.mktemp("finished"))
    done = run(folder)
    assert done.returncode == 0, done.stdout
    return folder


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """The finished project again, to change things in."""
    folder = tmp_path / "project"
    shutil.copytree(finished, folder, symlinks=True)
    return folder
