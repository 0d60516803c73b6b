"""The environments of the stages: which are there, how they stand, and what of them can change a result."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

#: folder of the definitions
DEFINITIONS = Path(__file__).parents[3] / "envs"
#: what people install Snakemake from, not a stage
WORKFLOW = "workflow"
#: environments in which no library of the list uses another: a program depends on those that it imports
OF_INDEPENDENT_LIBRARIES = frozenset({"common"})
#: libraries that are imported under another name than they are installed by
IMPORT_NAMES = {"ffmpeg-python": "ffmpeg"}
#: what the workflow can do without: where it cannot be built, another backend does the work
OPTIONAL = frozenset({"mlx"})
#: rules that have an environment only with some settings, besides those that always have it
USED_BY_CHOICE = {
    "whisperx": ["align"],
    "mlx": ["align (align.backend: mlx)"],
    "indictrans2-mlx": ["translate (translate.backend: mlx)"],
}
#: how the marker begins of one that could not be built; its definition's digest and the reason follow
FAILED = "failed: "


def environment_names() -> list[str]:
    """The environments of the stages, in order of name."""
    return sorted({file.stem for file in DEFINITIONS.glob("*.yaml")} - {WORKFLOW})


def environment_users(rules: Iterable[tuple[str, str]]) -> list[str]:
    """`<environment>=<rule>,<rule>` for each environment.

    Args:
        rules: name of each rule and the definition of its environment.
    """
    users = {name: list(USED_BY_CHOICE.get(name, [])) for name in environment_names()}
    for rule, definition in rules:
        names = users.get(Path(definition).stem, [])
        if rule not in names:
            names.append(rule)
    return [f"{name}={','.join(names)}" for name, names in users.items()]


def pins(definition: Mapping[str, Any]) -> list[str]:
    """What an environment definition asks for, sorted: its order, comments and channels do not count."""
    lines: list[str] = []
    for entry in definition.get("dependencies", []):
        lines += entry.get("pip", []) if isinstance(entry, dict) else [entry]
    return sorted(lines)


@cache
def environment_digest(environment: str, imported: frozenset[str]) -> str:
    """What of an environment can change the results of a program.

    The same wherever and however it is deployed. All that is pinned counts, for a library of speech recognition is no
    better than those that it uses; but where libraries are independent of each other, only those that the program imports.

    Args:
        environment: name of the definition, "whisperx".
        imported: names of the libraries that the program imports.

    Returns:
        16 hexadecimal digits.
    """
    lines = _pins_of(environment)
    if environment in OF_INDEPENDENT_LIBRARIES:
        lines = [line for line in lines if "==" not in line or _import_name(line) in imported]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:16]


@cache
def _pins_of(environment: str) -> list[str]:
    text = (DEFINITIONS / f"{environment}.yaml").read_text(encoding="utf-8")
    return pins(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # the C one is ten times as fast


def _import_name(pin: str) -> str:
    name = pin.split("==")[0].split("[")[0].strip().lower()
    return IMPORT_NAMES.get(name, name.replace("-", "_"))


def missing_environments(wanted: Collection[str], folder: Path) -> list[str]:
    """Which environments have to be built: those that are not there, and those whose definition has changed since.

    Args:
        wanted: names.
        folder: of the environments, in which `<name>.ready` holds the digest of the definition that `<name>` was built from.
    """
    return [name for name in sorted(wanted) if not _is_current(name, folder / f"{name}.ready")]


def _is_current(environment: str, marker: Path) -> bool:
    return marker.is_file() and digest(DEFINITIONS / f"{environment}.yaml") in marker.read_text(encoding="utf-8")


def digest(definition: Path) -> str:
    """By which a marker knows the definition that its environment was built from."""
    return hashlib.sha256(definition.read_bytes()).hexdigest()


def failure_of(marker: Path) -> str | None:
    """Why an environment could not be built, as its marker says; None where it was, or has not been tried."""
    try:
        text = marker.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return text.removeprefix(FAILED).partition(" ")[2].strip() if text.startswith(FAILED) else None


def state(definition: Path, folder: Path) -> str:
    """How an environment stands, in words; for a table.

    Args:
        definition: its YAML.
        folder: where it lies, beside its marker.
    """
    marker = folder.with_name(f"{folder.name}.ready")
    if reason := failure_of(marker):
        return f"{FAILED}{reason}"
    if not marker.exists():
        return "half built" if folder.exists() else "not built"
    if not (folder / "bin" / "python").exists():
        return "broken: its folder was removed"
    return "built" if digest(definition) in marker.read_text(encoding="utf-8") else "older than its definition"


def size(folder: Path) -> int:
    """Bytes on the disk below a folder; a file with several names in it counts once."""
    seen: dict[tuple[int, int], int] = {}
    for file in folder.rglob("*"):
        status = file.lstat()
        seen[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(seen.values())
