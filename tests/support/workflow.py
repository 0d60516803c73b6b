"""The workflow as a user runs it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support import ROOT

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


#: what the project consists of
PARTS = ["Snakefile", "workflow", "rules", "report", "envs", "scripts", "config", "profiles", "resources"]


def copy_project(folder: Path) -> Path:
    """The sources of the project, in a folder of their own."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "made"))
        else:
            shutil.copy2(source, folder / part)
    return folder


def run(
    folder: Path, *arguments: str | Path, config: str | Sequence[str] = (), environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Snakemake with the demo profile in a copy of the project; `config` is what stands behind `--config`, one setting or several."""
    shared = f"pathvars={{environments: {ENVIRONMENTS}, models: {MODELS}}}"
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", *arguments]
    command += ["--config", shared, *([config] if isinstance(config, str) and config else config)]
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def jobs(
    folder: Path, *arguments: str, config: str | Sequence[str] = (), environment: dict[str, str] | None = None
) -> dict[str, int]:
    """Rules and how often they would run."""
    done = run(folder, "--dry-run", *arguments, config=config, environment=environment)
    assert done.returncode == 0, done.stdout
    table = re.search(r"^job +count\n-[- ]+\n(.*?)^total", done.stdout, re.M | re.S)
    if table is None:
        assert "Nothing to be done" in done.stdout, done.stdout
        return {}
    return {name: int(count) for name, count in (line.split() for line in table[1].splitlines())}


def change(path: Path, old: str, new: str) -> None:
    """Changes the first place of a file that holds a text."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
