"""Settings as options of the programs' command lines."""

import re
from collections.abc import Iterable
from pathlib import Path

from moviesubs.atomic_files import write_text
from moviesubs.workflow.config import Subtitles, set_keys


def option(name: str, value: object) -> list[str]:
    """A command-line option, or nothing where there is no value.

    Args:
        name: "--model".
        value: None, "" and an empty list are none.
    """
    if value in (None, "", []):
        return []
    return [name, str(int(value) if isinstance(value, float) and value.is_integer() else value)]


def limit_options(subtitles: Subtitles, language: str | None = None) -> list[str]:
    """The limits of a cue: the preset, and what the config changes of it.

    Args:
        subtitles: `subtitles` of the config.
        language: of the track, whose reading speed is given; None: the reading speeds of all languages, `CODE=SPEED`.
    """
    speeds = subtitles.limits.reading_speed
    limits = {name: value for name, value in set_keys(subtitles.limits).items() if name != "reading_speed"}
    changed = [word for name, value in limits.items() for word in option(f"--{name.replace('_', '-')}", value)]
    if language is None:
        reading = [word for code, speed in speeds.items() for word in ("--reading-speed", f"{code}={speed:g}")]
    else:
        reading = option("--reading-speed", speeds.get(language.split("-")[0], speeds.get("default")))
    return ["--preset", subtitles.preset, *changed, *reading]


def language_of(file: str) -> str:
    """The language of a file by its name: the last part before kind and suffix, "en" of "Sholay.en.sdh.srt".

    Args:
        file: path of a transcript, cues or subtitles.
    """
    return re.sub(r"\.(sdh|forced)$", "", Path(file).stem).split(".")[-1]


def list_file(name: str, lines: Iterable[str]) -> str:
    """Writes a file with a line each, for what a command line is too short for with thousands of movies.

    Args:
        name: of the file, without suffix.
        lines: what is written.

    Returns:
        Its path.
    """
    file = Path(".snakemake", "moviesubs", f"{name}.txt")
    write_text(file, "".join(f"{line}\n" for line in lines))
    return file.as_posix()
