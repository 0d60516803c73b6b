"""The workflow as a user runs it."""

import os
import shutil
import subprocess
import sys
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
PARTS = ["Snakefile", "rules", "envs", "scripts", "config", "profiles", "resources"]


def copy_project(folder: Path) -> Path:
    """The sources of the project, in a folder of their own."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "made"))
        else:
            shutil.copy2(source, folder / part)
    return folder


def run(folder: Path, *arguments: str | Path, config: str = "") -> subprocess.CompletedProcess[str]:
    """Snakemake with the demo profile in a copy of the project."""
    shared = f"pathvars={{environments: {ENVIRONMENTS}, models: {MODELS}}}"
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", *arguments]
    command += ["--config", shared, *([config] if config else [])]
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
