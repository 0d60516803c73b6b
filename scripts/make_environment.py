"""Builds the virtual environment of a stage from its conda YAML: the way without conda.

The YAML's pip section is installed by uv into a new environment, what is locked there as constraints; conda's own packages
(python, pip) are only read for the Python version. The marker is written last and holds what was built, so it tells a whole
environment from a broken one.
"""

import argparse
import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from moviesubs.atomic_files import write_text
from moviesubs.errors import UserError
from moviesubs.stage.program import run
from moviesubs.stage.terminal import tell
from moviesubs.workflow.definitions import read_definition
from moviesubs.workflow.environments import FAILED, digest

#: settings that pip users have, and what uv calls them
PIP_SETTINGS = {
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
}


def uv_variables(variables: dict[str, str]) -> dict[str, str]:
    """The process environment for uv: it does not read pip's settings, which a user with an own package index has made.

    Args:
        variables: the present environment.

    Returns:
        The same, with uv's settings taken from pip's where uv has none, and without empty ones: some are errors to uv.
    """
    taken = {uv: variables[pip] for pip, uv in PIP_SETTINGS.items() if pip in variables and uv not in variables}
    return {name: value for name, value in {**variables, **taken}.items() if value or not name.startswith("UV_")}


def uv_command() -> list[str]:
    """The words that start uv: that of the workflow, else one on the path.

    Raises:
        UserError: there is none.
    """
    if find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    if executable := shutil.which("uv"):
        return [executable]
    raise UserError(
        f"uv is missing, which builds the environments: {sys.executable} -m pip install uv, or use --sdm conda"
    )


def build(path: Path, folder: Path) -> None:
    """Makes the environment anew; what was in its folder is removed.

    Raises:
        UserError: uv could not find the Python version, resolve or install; the folder is gone then.
    """
    definition = read_definition(path)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    uv = [*uv_command(), "--no-config"]
    python = folder / "bin" / "python"
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as lock:
        lock.write("\n".join(definition.locked))
        lock.flush()
        commands = [
            [*uv, "venv", "--quiet", "--no-project", "--python", definition.python, str(folder)],
            [*uv, "pip", "install", "--python", str(python), "--constraint", lock.name, "--", *definition.requirements],
        ]
        for command in commands:
            if subprocess.run(
                command, env=uv_variables(dict(os.environ)), stdin=subprocess.DEVNULL, check=False
            ).returncode:
                shutil.rmtree(folder, ignore_errors=True)
                raise UserError(f"{path}: the environment could not be built; uv's reason stands above")


def wait_for_turn(lock: Path) -> None:
    """Holds a lock to the end of this process; on a file system without locks, goes on."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        fcntl.flock(os.open(lock, os.O_CREAT | os.O_RDWR, 0o600), fcntl.LOCK_EX)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see `--help`.

    Raises:
        UserError: the environment could not be built, and must not fail.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--definition", type=Path, required=True, help="conda YAML with a pip section")
    parser.add_argument("--folder", type=Path, required=True, help="where the virtual environment is built")
    parser.add_argument("--marker", type=Path, required=True, help="file that is written when it is whole")
    about = "1: where it cannot be built, say so in the marker and go on (default: %(default)s)"
    parser.add_argument("--may-fail", type=int, choices=[0, 1], default=0, help=about)
    about = "do nothing where it is whole already; of several that ask at once, one builds and the others wait"
    parser.add_argument("--unless-there", action="store_true", help=about)
    options = parser.parse_args(arguments)
    wait_for_turn(options.folder.with_name(f".{options.folder.name}.lock"))
    if options.unless_there:
        if options.marker.exists():
            return
        tell(f"building the environment {options.folder.name}; this is done once")
    try:
        build(options.definition, options.folder)
    except UserError as error:
        if not options.may_fail:
            raise
        name = options.folder.name
        tell(f"warning: {error}; this machine does without {name} until `snakemake --force {options.marker}` builds it")
        write_text(options.marker, f"{FAILED}{digest(options.definition)} {error}\n")
        return
    write_text(
        options.marker,
        f"{options.definition.name} {digest(options.definition)} {platform.system()} {platform.machine()}\n",
    )


if __name__ == "__main__":
    run(main)
