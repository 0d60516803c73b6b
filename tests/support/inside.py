"""A stage's interpreter that stays alive for a test module: its libraries are imported once, not by every test."""

import inspect
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple

from support import ROOT

#: what runs inside: reads a request a line, calls the function, answers with a line
LOOP = """
import contextlib, importlib, io, json, sys, traceback
sys.path[:0] = %r
answers = sys.stdout
for line in sys.stdin:
    source, name, arguments = json.loads(line)
    value, failure = None, ""
    with contextlib.redirect_stdout(sys.stderr):
        try:
            names = {}
            exec("from __future__ import annotations\\n" + source, names)
            value = names[name](*arguments)
        except BaseException:
            failure = traceback.format_exc()
    print(json.dumps([value, failure]), file=answers, flush=True)
"""


class Result(NamedTuple):
    """How a program ended."""

    returncode: int
    stdout: str
    stderr: str


def run_program(name: str, arguments: list[str]) -> list[object]:
    """Runs a program's `main`; for use inside."""
    import contextlib
    import importlib
    import io

    from moviesubs.errors import UserError

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            importlib.import_module(name).main(arguments)
        except UserError as error:
            return [1, out.getvalue(), f"{err.getvalue()}error: {error}\n"]
    return [0, out.getvalue(), err.getvalue()]


class Inside:
    """Calls functions in the environment of a stage."""

    def __init__(self, interpreter: str) -> None:
        """Starts the interpreter of a stage's environment."""
        paths = [str(ROOT / "scripts"), str(ROOT / "resources" / "demo")]
        command = [interpreter, "-c", LOOP % paths]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answers: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put("")

    def call(self, function: Callable[..., Any], *arguments: Any, seconds: float = 600) -> Any:
        """Calls a function.

        Args:
            function: of a test module; it may use its arguments and what it imports itself, nothing else of the module.
            arguments: what JSON can hold.
            seconds: after so long it counts as hanging.

        Returns:
            What the function returns, through JSON.
        """
        assert self.process.stdin
        request = json.dumps([inspect.getsource(function), function.__name__, arguments])
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        answer = self.answers.get(timeout=seconds)
        assert answer, "the interpreter inside has died"
        value, failure = json.loads(answer)
        assert not failure, failure
        return value

    def program(self, name: str, *arguments: str | Path) -> Result:
        """Runs a program of scripts/ as its command line would, but in the interpreter that is there already."""
        return Result(*self.call(run_program, name, [str(argument) for argument in arguments]))

    def close(self) -> None:
        """Ends the interpreter."""
        self.process.kill()
        self.process.communicate()


def inside(interpreter: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Calls one function in the environment of a stage; see `Inside.call`."""
    running = Inside(interpreter)
    try:
        return running.call(function, *arguments)
    finally:
        running.close()
