"""Puts together what was recognised and aligned in each language of a film, in the order in which it is said."""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from moviesubs import contracts
from moviesubs.contracts import Alignment, Asr
from moviesubs.stage.program import run


def merged(parts: Sequence[Asr]) -> Asr:
    """One transcript whose segments carry their language.

    Args:
        parts: of each language, that of the main one first.
    """
    segments = [replace(segment, language=part.language) for part in parts for segment in part.segments]
    return replace(
        parts[0],
        backend=_joined(part.backend for part in parts),
        model=_joined(part.model for part in parts),
        status="rescued" if any(part.status == "rescued" for part in parts) else "ok",
        reason=_joined(part.reason for part in parts) or None,
        failure=next((part.failure for part in parts if part.failure), None),
        segments=sorted(segments, key=lambda one: one.start),
        alignment=_alignment([part.alignment for part in parts if part.alignment]),
    )


def _alignment(parts: Sequence[Alignment]) -> Alignment | None:
    if not parts:
        return None
    words: Counter[str] = Counter()
    for part in parts:
        words.update(part.words)
    return replace(
        parts[0],
        backend=_joined(part.backend for part in parts),
        model=_joined(part.model for part in parts) or None,
        status="words" if any(part.status == "words" for part in parts) else "segments",
        reason=_joined((part.reason for part in parts), "; ") or None,
        failure=next((part.failure for part in parts if part.failure), None),
        words=dict(words),
    )


def _joined(parts: Iterable[str | None], sign: str = " + ") -> str:
    return sign.join(dict.fromkeys(part for part in parts if part))


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, writes `aligned.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    about = "aligned.<language>.json of each language, the main one first"
    parser.add_argument("--aligned", type=Path, nargs="+", required=True, help=about)
    parser.add_argument("--output", type=Path, required=True, help="aligned.json")
    options = parser.parse_args(arguments)
    contracts.write(options.output, merged([contracts.read(path, Asr) for path in options.aligned]))


if __name__ == "__main__":
    run(main)
