"""Named sets of limits, after the guides of those who publish subtitles: `presets.toml` beside this file."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def presets() -> Mapping[str, Mapping[str, Any]]:
    """The presets by name, each with every key of its own and of the one that it is like."""
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        tables = tomllib.load(file)
    return {name: {**tables.get(preset.get("like", name), {}), **preset} for name, preset in tables.items()}
