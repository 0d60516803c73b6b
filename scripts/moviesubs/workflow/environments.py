"""The environments of the stages: which are there, and what of them can change a result."""

import hashlib
import json
from collections.abc import Collection, Mapping
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
IMPORT_NAMES = {"ffmpeg-python": "ffmpeg", "webvtt-py": "webvtt"}


def environment_names() -> list[str]:
    """The environments of the stages, in order of name."""
    return sorted({file.stem for file in DEFINITIONS.glob("*.yaml")} - {WORKFLOW})


def pins(definition: Mapping[str, Any]) -> list[str]:
    """What an environment definition asks for, sorted: its order, comments and channels do not count."""
    lines: list[str] = []
    for entry in definition.get("dependencies", []):
        lines += entry.get("pip", []) if isinstance(entry, dict) else [entry]
    return sorted(lines)


def environment_digest(environment: str, imported: Collection[str]) -> str:
    """What of an environment can change the results of a program.

    The same wherever and however it is deployed. All that is pinned counts, for a library of speech recognition is no
    better than those that it uses; but where libraries are independent of each other, only those that the program imports.

    Args:
        environment: name of the definition, "whisperx".
        imported: names of the libraries that the program imports.

    Returns:
        16 hexadecimal digits.
    """
    lines = pins(yaml.safe_load((DEFINITIONS / f"{environment}.yaml").read_text(encoding="utf-8")))
    if environment in OF_INDEPENDENT_LIBRARIES:
        lines = [line for line in lines if "==" not in line or _import_name(line) in imported]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:16]


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
    definition = (DEFINITIONS / f"{environment}.yaml").read_bytes()
    return marker.is_file() and hashlib.sha256(definition).hexdigest() in marker.read_text(encoding="utf-8")
