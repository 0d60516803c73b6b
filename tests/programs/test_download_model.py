"""A model is ever after what its first download was."""

import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from download_model import compare
from moviesubs.errors import UserError

ONE, TWO = "1" * 64, "2" * 64


def test_a_file_that_is_not_what_was_downloaded_first_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    record = tmp_path / "small.sha256"
    compare({"config.json": ONE, "model.bin": ONE}, "abc", record, "small")
    first = record.read_text()
    compare({"config.json": ONE, "model.bin": ONE}, "abc", record, "small")
    assert record.read_text() == first
    with pytest.raises(
        UserError, match=r"small: model\.bin is not what was downloaded first .*delete .*small to download"
    ):
        compare({"config.json": ONE, "model.bin": TWO}, "abc", record, "small")
    assert record.read_text() == first


def test_another_commit_may_have_other_files_and_more_files_of_the_same_are_recorded_too(tmp_path: Path) -> None:
    record = tmp_path / "small.sha256"
    compare({"model.bin": ONE}, "abc", record, "small")
    compare({"model.bin": ONE, "more.json": TWO}, "abc", record, "small")
    assert f"{TWO}  small/more.json" in record.read_text()
    compare({"model.bin": TWO}, "def", record, "small")
    assert record.read_text() == f"# small at def\n{TWO}  small/model.bin\n"


def test_the_record_is_what_sha256sum_reads(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "model.bin").write_bytes(b"weights")
    digest = subprocess.run(
        ["sha256sum", "model.bin"], cwd=tmp_path / "small", capture_output=True, text=True, check=True
    )
    compare({"model.bin": digest.stdout.split()[0]}, "abc", tmp_path / "small.sha256", "small")
    subprocess.run(["sha256sum", "--check", "small.sha256"], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize(("program", "seen"), [("download_model", "token"), ("align", "None")])
def test_the_token_is_given_to_the_download_only(tmp_path: Path, program: str, seen: str) -> None:
    python = tmp_path / "environments" / "x" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'import os; print(os.environ.get(\"HF_TOKEN\"))'\n")
    python.chmod(0o755)
    python.parents[1].with_name("x.ready").touch()
    done = subprocess.run(
        [ROOT / "scripts" / "bin" / "run_in", "x", program],
        env={"HF_TOKEN": "token", "PATH": "/usr/bin:/bin", "MOVIESUBS_ENVIRONMENTS": str(tmp_path / "environments")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == seen
