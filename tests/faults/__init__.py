"""Crashes on purpose."""

import os
from pathlib import Path


def faulty(fault: str, temporary: Path) -> dict[str, str]:
    """The environment of a program in whose child a fault shall happen.

    Args:
        fault: program, moment and kind, with spaces between them; "of the movie": what the movie's name says.
        temporary: folder for notes of what has happened.

    Returns:
        Variables.
    """
    folder = str(Path(__file__).parent / "faulty")
    return {**os.environ, "PYTHONPATH": folder, "MOVIESUBS_FAULT": fault, "TMPDIR": str(temporary)}
