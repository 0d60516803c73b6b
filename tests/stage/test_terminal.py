"""What is printed cannot make a terminal do anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, SCRIPTS

from moviesubs.stage.terminal import printable, printable_bytes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),  # a title for the window
        ("\x9b31mred", "\\x9b31mred"),  # a colour, with a control of one character
        ("a\rb\x08", "a\\rb\\x08"),  # writing over what stands there
        ("\u202egnp.exe", "\\u202egnp.exe"),  # turning the direction
        ("bad \udce9", "bad \\udce9"),
        ("क्‍ष line\n\ttab é", "क्‍ष line\n\ttab é"),
    ],
)
def test_what_a_terminal_obeys_is_shown_instead(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_bytes_of_another_program_are_cleaned_wherever_they_were_cut() -> None:
    assert printable_bytes("é \x1b[31m \x9b नमस्ते\r\n".encode()) == "é ?[31m ? नमस्ते\r\n".encode()
    cut = "नमस्ते".encode()
    assert printable_bytes(cut[:4]) + printable_bytes(cut[4:]) == cut


def test_all_that_a_program_prints_is_cleaned_tracebacks_and_libraries_too() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r}); from moviesubs.stage.program import run\n"
        "def main(arguments):\n    print('out \\x1b[1m'); sys.stderr.write('bar\\r\\x1b]0;x\\x07'); raise ValueError('\\x1b[31m')\n"
        "run(main)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"bar\r\\x1b]0;x" in done.stderr and b"ValueError: \\x1b[31m" in done.stderr


def test_a_process_whose_output_has_become_a_pipe_can_be_made_printable(tmp_path: Path) -> None:
    code = """
import os, subprocess, sys
print("before", file=sys.stderr, flush=True)
sys.stderr.buffer.tell()
reader, writer = os.pipe()
os.dup2(writer, 2)
os.close(writer)
from moviesubs.stage.terminal import make_printable
make_printable()
print("after \\x1b", file=sys.stderr, flush=True)
sys.stdout.write(os.read(reader, 99).decode())
"""
    with (tmp_path / "log").open("w") as log:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            check=False,
        )
    assert (done.stdout, (tmp_path / "log").read_text()) == ("after \\x1b\n", "before\n")
