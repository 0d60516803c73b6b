"""Calls a test's function in the environment of a stage, where the stage's libraries are."""

import inspect
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PATHS = [str(ROOT / "scripts"), str(ROOT / "resources" / "demo")]


def inside(interpreter: str, function: Callable[..., Any], *arguments: Any, seconds: float = 300) -> Any:
    """Runs a function in another interpreter.

    Args:
        interpreter: of a stage's environment.
        function: of a test module; it may use its arguments and what it imports itself, nothing else of the module.
        arguments: what JSON can hold.
        seconds: after so long it counts as hanging.

    Returns:
        What the function returns, through JSON.
    """
    program = (
        f"import json, sys\nsys.path[:0] = {PATHS!r}\n{inspect.getsource(function)}\n"
        f"print(json.dumps({function.__name__}(*json.load(sys.stdin))))"
    )
    done = subprocess.run(
        [interpreter, "-c", program],
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
