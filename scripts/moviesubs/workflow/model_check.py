"""A model is what it was when it was fetched or made: looked at before the first job of a run that uses it."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.contracts import Model
from moviesubs.errors import UserError

#: what tells that a file is the same without reading it: bytes, and when content and name last changed (nanoseconds)
Stamp = list[int]


def check_models(records: Iterable[Path], cache: Path) -> None:
    """Compares the files of models with the digests in their records.

    A file is read only where it was touched after its record was written, and once: models are gigabytes.

    Args:
        records: `models/<model>.json`.
        cache: remembers what was read and found to be right.

    Raises:
        UserError: a file is missing, or another one.
    """
    known: dict[str, Stamp] = {}
    with suppress(OSError, ValueError):
        known = json.loads(cache.read_text(encoding="utf-8"))
    read: dict[str, Stamp] = {}
    for record in records:
        model = contracts.read(record, Model)
        written = record.stat().st_mtime_ns
        beside = record.with_suffix("")  # its `path` is relative to where it was made, and the models may be shared
        folder = beside if beside.is_dir() else Path(model.path)
        for name, digest in model.files.items():
            file = folder / name
            advice = f"delete {folder} and {record}, and the model is made again"
            try:
                status = file.stat()
                stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
                if max(stamp[1:]) <= written or known.get(f"{file} {digest}") == stamp:
                    continue
                with file.open("rb") as stream:
                    actual = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError as error:
                raise UserError(f"{file}: cannot be read: {error.strerror}; {advice}") from None
            if actual != digest:
                raise UserError(f"{file}: is not the file that was fetched or made ({record} has its digest); {advice}")
            read[f"{file} {digest}"] = stamp
    if read:
        write_text(cache, json.dumps(known | read))
