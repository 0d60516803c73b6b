"""A model that was damaged or exchanged is found before a job uses it, and is not read again each time."""

import hashlib
import os
from pathlib import Path

import pytest

from moviesubs import contracts
from moviesubs.contracts import Model
from moviesubs.errors import UserError
from moviesubs.workflow.model_check import check_models


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The record of a model of one file."""
    folder, path = tmp_path / "small", tmp_path / "small.json"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    contracts.write(path, Model(name="small", path=str(folder), source="owner/small", files={"model.bin": digest}))
    return path


def test_a_model_that_was_not_touched_is_not_read(record: Path) -> None:
    file, cache = record.with_suffix("") / "model.bin", record.with_name("cache.json")
    later = max(file.stat().st_ctime_ns, record.stat().st_mtime_ns) + 10**9
    os.utime(record, ns=(later, later))
    check_models([record], cache)
    assert not cache.exists()


def test_a_model_that_was_copied_is_read_once(record: Path) -> None:
    file, cache = record.with_suffix("") / "model.bin", record.with_name("cache.json")
    os.utime(record, ns=(0, 0))
    check_models([record], cache)
    first = cache.stat().st_ino
    check_models([record], cache)
    assert cache.stat().st_ino == first
    file.write_bytes(b"another")
    with pytest.raises(
        UserError, match=r"model\.bin: is not the file that was fetched or made .*; delete .*small and "
    ):
        check_models([record], cache)


def test_models_that_are_shared_lie_beside_their_records_wherever_the_run_is(record: Path) -> None:
    model = contracts.read(record, Model)
    model.path = "models/small"
    contracts.write(record, model)
    os.utime(record, ns=(0, 0))
    check_models([record], record.with_name("cache.json"))
    (record.with_suffix("") / "model.bin").write_bytes(b"another")
    with pytest.raises(UserError, match=r"model\.bin: is not the file"):
        check_models([record], record.with_name("cache.json"))


def test_a_file_that_is_gone_is_one_line(record: Path) -> None:
    (record.with_suffix("") / "model.bin").unlink()
    with pytest.raises(UserError, match=r"model\.bin: cannot be read: No such file"):
        check_models([record], record.with_name("cache.json"))
