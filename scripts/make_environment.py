"""Builds the virtual environment of a stage from its conda YAML: the way without conda.

The YAML's pip section is installed by uv into a new environment; conda's own packages (python, pip) are only read for the
Python version. The marker is written last and holds what was built, so it tells a whole environment from a broken one.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from moviesubs.atomic_files import write_text
from moviesubs.errors import UserError
from moviesubs.stage.program import run

#: settings that pip users have, and what uv calls them
PIP_SETTINGS = {
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
}


def requirements(definition: dict[str, Any]) -> tuple[str, list[str]]:
    """What a conda environment definition asks for, as far as pip can give it.

    Args:
        definition: the content of an environment YAML.

    Returns:
        The Python version ("3.11") and the requirement lines of the pip section.

    Raises:
        UserError: there is no Python version or no pip section, or a conda package that pip cannot give.
    """
    version, lines = "", []
    for entry in definition.get("dependencies", []):
        if isinstance(entry, dict):
            lines += entry.get("pip", [])
        elif entry.startswith("python="):
            version = entry.removeprefix("python=").lstrip("=").removesuffix(".*")
        elif entry != "pip":
            raise UserError(f"the environment needs {entry} from conda; deploy with --sdm conda")
    if not version or not lines:
        raise UserError("the environment has no python=<version> or no pip section; see envs/common.yaml for the form")
    return version, lines


def uv_variables(variables: dict[str, str]) -> dict[str, str]:
    """The process environment for uv: it does not read pip's settings, which a user with an own package index has made.

    Args:
        variables: the present environment.

    Returns:
        The same, with uv's settings taken from pip's where uv has none.
    """
    taken = {uv: variables[pip] for pip, uv in PIP_SETTINGS.items() if pip in variables and uv not in variables}
    return {**variables, **taken}


def build(definition: Path, folder: Path) -> None:
    """Makes the environment anew.

    Args:
        definition: the conda YAML.
        folder: the virtual environment; what was there is removed.

    Raises:
        UserError: uv could not find the Python version, resolve or install.
    """
    version, lines = requirements(yaml.safe_load(definition.read_text(encoding="utf-8")))
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    variables = uv_variables(dict(os.environ))
    uv = [sys.executable, "-m", "uv", "--no-config"]
    python = folder / "bin" / "python"
    commands = [
        [*uv, "venv", "--quiet", "--no-project", "--python", version, str(folder)],
        [*uv, "pip", "install", "--python", str(python), *lines],
    ]
    for command in commands:
        if subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, check=False).returncode:
            shutil.rmtree(folder, ignore_errors=True)
            raise UserError(f"{definition}: the environment could not be built; uv's reason stands above")


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see `--help`.

    Args:
        arguments: command-line arguments.

    Raises:
        UserError: the environment could not be built.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--definition", type=Path, required=True, help="conda YAML with a pip section")
    parser.add_argument("--folder", type=Path, required=True, help="where the virtual environment is built")
    parser.add_argument("--marker", type=Path, required=True, help="file that is written when it is whole")
    options = parser.parse_args(arguments)
    build(options.definition, options.folder)
    digest = hashlib.sha256(options.definition.read_bytes()).hexdigest()
    write_text(options.marker, f"{options.definition.name} {digest} {platform.system()} {platform.machine()}\n")


if __name__ == "__main__":
    run(main)
