"""Settings as options of the programs' command lines."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def option(name: str, value: object) -> list[str]:
    """A command-line option, or nothing where there is no value.

    Args:
        name: "--model".
        value: None, "" and an empty list are none.
    """
    return [] if value in (None, "", []) else [name, str(value)]


def limit_options(subtitles: Mapping[str, Any], language: str | None = None) -> list[str]:
    """The limits of a cue: the preset, and what the config changes of it.

    Args:
        subtitles: `subtitles` of the config.
        language: of the track, whose reading speed is given; None: the reading speeds of all languages, `CODE=SPEED`.
    """
    limits = dict(subtitles["limits"])
    speeds = limits.pop("reading_speed")
    changed = [word for name, value in limits.items() for word in option(f"--{name.replace('_', '-')}", value)]
    if language is None:
        reading = [word for code, speed in speeds.items() for word in ("--reading-speed", f"{code}={speed:g}")]
    else:
        reading = option("--reading-speed", speeds.get(language.split("-")[0], speeds.get("default")))
    return ["--preset", subtitles["preset"], *changed, *reading]


def language_of(file: str) -> str:
    """The language of a file by its name: the last part before kind and suffix, "en" of "Sholay.en.sdh.srt".

    Args:
        file: path of a transcript, cues or subtitles.
    """
    return re.sub(r"\.(sdh|forced)$", "", Path(file).stem).split(".")[-1]
