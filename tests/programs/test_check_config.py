"""Config files are held against what is possible; every mistake is a line that says where."""

import subprocess
import sys
from pathlib import Path

from moviesubs.workflow.code_fingerprint import SCRIPTS


def check(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPTS / "check_config.py", *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_each_file_is_all_right_or_a_line(tmp_path: Path) -> None:
    good, broken, latin, wide = (tmp_path / name for name in ("good", "broken", "latin", "wide"))
    good.write_text("language: ta\n")
    broken.write_text("language: ta\nasr: {beam_size: 3\n")
    latin.write_bytes("asr:\n  prompt: caf\xe9\n".encode("latin-1"))
    wide.write_text("language: ta\n", encoding="utf-16")
    done = check(good, broken, latin, wide, tmp_path, tmp_path / "none")
    assert done.returncode == 1 and done.stdout == f"{good}: all right\n"
    lines = done.stderr.splitlines()
    assert len(lines) == 5 and all(line.startswith("error: ") for line in lines), done.stderr
    wanted = [
        f"{broken}, line 3: not valid YAML",
        f"{latin}, line 2: is not UTF-8",
        "in UTF-16",
        "is a folder",
        "no such file",
    ]
    assert all(part in line for part, line in zip(wanted, lines, strict=True)), done.stderr


def test_the_shipped_config_is_all_right() -> None:
    assert check(SCRIPTS.parent / "config" / "config.yaml").returncode == 0
