"""Converts an IndicTrans2 or NLLB-200 model from the Hub's files to CTranslate2's format, for `translate.py`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from moviesubs import atomic_files
from moviesubs.stage import program

QUANTIZATIONS = ("float32", "float16", "bfloat16", "int16", "int8", "int8_float32", "int8_float16", "int8_bfloat16")


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parses the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--model", type=Path, required=True, metavar="FOLDER", help="the model's files as they are on the Hub"
    )
    parser.add_argument(
        "--quantization", choices=QUANTIZATIONS, default="int8", help="how weights are stored (default: %(default)s)"
    )
    parser.add_argument("--name", help="what to call the model in results (default: the folder's name)")
    parser.add_argument("--revision", help="the model's revision, kept with it and named in results")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="FOLDER", help="the CTranslate2 model; replaced if it exists"
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Converts one model.

    Raises:
        UserError: the model is not complete or of neither family.
    """
    args = arguments(argv)
    from moviesubs.translation.conversion import checkpoint

    if checkpoint.model_type(args.model) == "m2m_100":
        from moviesubs.translation.conversion.nllb import convert
    else:
        from moviesubs.translation.conversion.indictrans2 import convert

    with atomic_files.atomic_folder(args.output) as folder:
        convert(args.model, folder, args.quantization, args.name or args.model.resolve().name, args.revision)
    size = sum(file.stat().st_size for file in args.output.iterdir()) / 1e6
    print(f"{args.output}: {args.quantization}, {size:.1f} MB")


if __name__ == "__main__":
    program.run(main)
