"""Definitions of environments: what one (envs/<name>.yaml) asks for, and what is locked with it.

The pip section of a definition has two parts. First stands what our programs import, pinned by hand; behind LOCK_MARK stands what
these bring along, as `make lock` has resolved it for the PLATFORMS. Conda and pip take both for requirements. uv takes the second
part for constraints, so that it may leave out what a variant does not need (PyTorch without CUDA, say).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from moviesubs.errors import UserError

#: the comment that parts what is asked for from what is locked
LOCK_MARK = "# locked by `make lock`: what these bring along on Linux x86-64 and macOS arm64"
#: how uv calls the platforms that are locked, and how a requirement is marked that holds on one of them only. PyTorch and MLX
#: have wheels for glibc 2.35 (Ubuntu 22.04, Debian 12) and macOS 14 or newer.
PLATFORMS = {
    "x86_64-manylinux_2_35": "sys_platform == 'linux' and platform_machine == 'x86_64'",
    "aarch64-apple-darwin": "sys_platform == 'darwin' and platform_machine == 'arm64'",
}


@dataclass(frozen=True)
class Definition:
    """What an environment is made of: requirement lines that are asked for, those that are locked besides, and a Python version."""

    python: str
    requirements: tuple[str, ...]
    locked: tuple[str, ...]


def read_definition(path: Path) -> Definition:
    """Reads a conda environment YAML as far as pip can give what it asks for.

    Raises:
        UserError: there is no Python version or no pip section, or a conda package that pip cannot give.
    """
    text = path.read_text(encoding="utf-8")
    version, lines = _parse(yaml.safe_load(text), path)
    wanted = _parse(yaml.safe_load(text.partition(LOCK_MARK)[0]), path)[1]
    return Definition(version, tuple(wanted), tuple(lines[len(wanted) :]))


def _parse(content: dict[str, Any], path: Path) -> tuple[str, list[str]]:
    version, lines = "", []
    for entry in content.get("dependencies", []):
        if isinstance(entry, dict):
            lines += entry.get("pip", [])
        elif entry.startswith("python="):
            version = entry.removeprefix("python=").lstrip("=").removesuffix(".*")
        elif entry != "pip":
            raise UserError(f"{path}: the environment needs {entry} from conda; deploy with --sdm conda")
    if not version or not lines:
        raise UserError(f"{path}: no python=<version> or no pip section; see envs/common.yaml for the form")
    return version, lines


def merge_locks(resolved: dict[str, list[str]], requirements: tuple[str, ...]) -> list[str]:
    """One list of pins from those of each platform, without what is asked for anyway.

    Args:
        resolved: a marker of `PLATFORMS` to the pins ("numpy==2.4.6") that hold there.
        requirements: what is asked for.

    Returns:
        Pins in order of name; one that does not hold on all platforms has a marker.
    """
    wanted = {_name(line) for line in requirements}
    platforms: dict[str, list[str]] = {}
    for marker, pins in resolved.items():
        for pin in pins:
            if _name(pin) not in wanted:
                platforms.setdefault(pin, []).append(marker)
    return [
        pin if len(markers) == len(resolved) else f"{pin}; {marker}"
        for pin, markers in sorted(platforms.items())
        for marker in (markers[:1] if len(markers) == len(resolved) else markers)
    ]


def _name(requirement: str) -> str:
    """The name of a package as package indexes compare it."""
    name = requirement.partition("==")[0].partition("[")[0].partition(";")[0].strip()
    return name.lower().replace("_", "-").replace(".", "-")


def with_lock(text: str, pins: list[str]) -> str:
    """A definition's text with other locked pins."""
    head = text.partition(LOCK_MARK)[0].rstrip() + "\n"
    return head + "".join(f"      {line}\n" for line in [LOCK_MARK, *(f"- {pin}" for pin in pins)])
