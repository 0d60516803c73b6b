"""Writes the file that says which model lies in a folder: its source, revision, licence and the digest of every file."""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

from moviesubs.contracts import Model, write
from moviesubs.errors import UserError
from moviesubs.stage.program import run


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder by its relative path, in order of path; hidden files are left out.

    Raises:
        UserError: there is no file.
    """
    hashes = {}
    for file in sorted(folder.rglob("*")):
        relative = file.relative_to(folder)
        if file.is_file() and not any(part.startswith(".") for part in relative.parts):
            with file.open("rb") as stream:
                hashes[str(relative)] = hashlib.file_digest(stream, "sha256").hexdigest()
    if not hashes:
        raise UserError(f"{folder}: there is no model here; correct its path in the table of models")
    return hashes


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see `--help`.

    Raises:
        UserError: the folder is empty or missing.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="id in the table of models")
    parser.add_argument("--folder", type=Path, required=True, help="where the model lies")
    parser.add_argument("--source", required=True, help="where it came from: a hub repository, or a folder")
    parser.add_argument("--revision", help="commit of the hub repository")
    parser.add_argument("--licence", help="licence of the weights")
    parser.add_argument("--output", type=Path, required=True, help="JSON file to write")
    options = parser.parse_args(arguments)
    model = Model(
        name=options.name,
        path=str(options.folder),
        source=options.source,
        revision=options.revision,
        licence=options.licence,
        files=digests(options.folder),
    )
    write(options.output, model)


if __name__ == "__main__":
    run(main)
