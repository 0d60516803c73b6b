"""Shows the environments of the stages: how they stand, how much disk they take and who uses them; or removes one."""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from moviesubs.errors import UserError
from moviesubs.stage.program import run
from moviesubs.workflow.environments import size, state


def remove(folder: Path) -> str:
    """Removes an environment with its marker, and says how much that gave back."""
    marker = folder.with_name(f"{folder.name}.ready")
    if not folder.exists() and not marker.exists():
        return f"{folder.name} is not built; nothing to remove"
    freed = size(folder)
    marker.unlink(missing_ok=True)  # first: without it, what is left of the folder counts for nothing
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        raise UserError(f"{folder}: not all of it could be removed; is it in use, or somebody else's?")
    return f"{folder.name} is removed: {freed / 1e9:.1f} GB; it is built again when a stage needs it"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--definitions", nargs="+", type=Path, required=True, help="envs/<name>.yaml")
    parser.add_argument("--folder", type=Path, required=True, help="folder of the environments")
    parser.add_argument("--users", nargs="*", default=[], metavar="NAME=RULE,RULE", help="the rules that use each")
    parser.add_argument("--remove", metavar="NAME", help="remove this one")
    options = parser.parse_args(arguments)
    definitions = {path.stem: path for path in options.definitions}
    if options.remove is not None:
        if options.remove not in definitions:
            raise UserError(f"there is no environment {options.remove!r}; there are {', '.join(definitions)}")
        print(remove(options.folder / options.remove))
        return
    users = dict(pair.split("=", 1) for pair in options.users)
    print(f"{'environment':<17}{'GB':>6}  {'state':<27}used by")
    for name, definition in definitions.items():
        folder = options.folder / name
        rules = users.get(name, "").replace(",", ", ")
        print(f"{name:<17}{size(folder) / 1e9:>6.1f}  {state(definition, folder):<27}{rules}")
    some = next(iter(definitions))
    print(f"\nbuild one anew: snakemake --force {options.folder / some}.ready    remove one: snakemake remove_{some}")


if __name__ == "__main__":
    run(main)
