"""What tests share: the interpreters of the stages, and the workflow in a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: environments and models are made once and shared by all tests; they are what takes the time
ENVIRONMENTS = ROOT / "environments"
MODELS = ROOT / "models"


def snakemake(
    *arguments: str | Path, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs Snakemake as a user would.

    Args:
        arguments: command-line arguments.
        folder: where it is run.
        environment: variables in addition.

    Returns:
        The finished process, standard error in `stdout`.
    """
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", *arguments]
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


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
