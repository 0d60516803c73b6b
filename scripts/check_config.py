"""Says what is wrong with config files, and in which line.

The workflow does so by itself when it starts. But a file that is named with `--configfile` is read by Snakemake before the
workflow is: of one that is no YAML or no UTF-8, Snakemake says neither the name nor the line.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from moviesubs.errors import UserError
from moviesubs.stage.program import run


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see `--help`.

    Raises:
        UserError: something is wrong with a file; the others were looked at too.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="YAML file in the form of config/config.yaml"
    )
    options = parser.parse_args(arguments)

    from moviesubs.workflow.settings import load_settings
    from moviesubs.workflow.user_files import read_yaml

    problems = []
    for file in options.files:
        try:
            load_settings(read_yaml(file), [file])
        except UserError as error:
            problems.append(str(error))
        else:
            print(f"{file}: all right")
    if problems:
        raise UserError("\nerror: ".join(problems))


if __name__ == "__main__":
    run(main)
