"""Locks the environments: writes into each envs/*.yaml what its requirements bring along, for Linux x86-64 and macOS arm64.

Pins that are locked stay as they are where they still fit; `--upgrade` takes the newest. `--check` changes nothing and ends
with an error where a lock is not complete.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from moviesubs.atomic_files import write_text
from moviesubs.errors import UserError
from moviesubs.stage.program import run
from moviesubs.workflow.definitions import PLATFORMS, Definition, merge_locks, read_definition, with_lock

#: the oldest macOS that PyTorch and MLX have wheels for
MACOS = "14.0"
#: what would put a machine's own packages into the lock: PyTorch without CUDA, wheels of a folder
LEFT_OUT = ("UV_TORCH_BACKEND", "UV_FIND_LINKS")


def resolve(definition: Definition, platform: str, upgrade: bool) -> list[str]:
    """Every package that a definition leads to on a platform, as pins.

    Raises:
        UserError: the requirements contradict each other, or there is no package index.
    """
    with tempfile.TemporaryDirectory() as folder:
        wanted, locked = Path(folder, "requirements.in"), Path(folder, "requirements.txt")
        wanted.write_text("\n".join(definition.requirements), encoding="utf-8")
        if not upgrade:
            locked.write_text("\n".join(definition.locked), encoding="utf-8")  # uv keeps what stands in its output
        command = [
            sys.executable,
            "-m",
            "uv",
            "--no-config",
            "pip",
            "compile",
            "--quiet",
            "--no-header",
            "--no-annotate",
        ]
        command += ["--python-version", definition.python, "--python-platform", platform]
        variables = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
        done = subprocess.run(
            [*command, str(wanted), "--output-file", str(locked)],
            env={**variables, "MACOSX_DEPLOYMENT_TARGET": MACOS}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise UserError(f"cannot be resolved for {platform}: {done.stderr.strip()}")
        lines = locked.read_text(encoding="utf-8").splitlines()
    return [line.partition(";")[0].strip() for line in lines if "==" in line]


def lock(path: Path, upgrade: bool) -> str:
    """The text of a definition with its lock made anew."""
    definition = read_definition(path)
    try:
        pins = {marker: resolve(definition, name, upgrade) for name, marker in PLATFORMS.items()}
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    return with_lock(path.read_text(encoding="utf-8"), merge_locks(pins, definition.requirements))


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("definitions", nargs="+", type=Path, help="envs/*.yaml")
    parser.add_argument("--upgrade", action="store_true", help="take the newest of what is not pinned by hand")
    parser.add_argument("--check", action="store_true", help="only say whether the locks are complete")
    options = parser.parse_args(arguments)
    for path in options.definitions:
        text = lock(path, options.upgrade)
        if text == path.read_text(encoding="utf-8"):
            continue
        if options.check:
            raise UserError(f"{path}: its lock is not complete; `make lock` writes it")
        write_text(path, text)
        print(f"{path}: locked")


if __name__ == "__main__":
    run(main)
