"""The interpreters and programs of the stages."""

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser
from support import ROOT
from support.browser import chromium
from support.workflow import ENVIRONMENTS, snakemake

# Programs are started hundreds of times; without compiled files each start of Snakemake takes four times as long.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("busy", deadline=None)  # no test may fail because the machine is busy
settings.load_profile("busy")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of a process: a second one beside it cannot be started."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def python() -> Callable[[str], str]:
    """The interpreter of a stage's environment, which is built by the workflow's own rule where it is missing."""
    built: dict[str, str] = {}

    def interpreter(name: str) -> str:
        if name not in built:
            done = snakemake("--cores", "2", f"environments/{name}.ready", "--rerun-triggers", "mtime", "--nolock")
            assert done.returncode == 0, done.stdout
            built[name] = str(ENVIRONMENTS / name / "bin" / "python")
        return built[name]

    return interpreter


@pytest.fixture(scope="session")
def program(python: Callable[[str], str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program of scripts/ in the environment of its stage: `program("common", "probe", "--movie", path)`."""

    def run(environment: str, name: str, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = [python(environment), str(ROOT / "scripts" / f"{name}.py"), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]

    return run
