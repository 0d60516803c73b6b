"""Snakemake in a child process: how long it takes, and how much memory each stage uses at most."""

import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]

#: seconds between two looks at the memory
LOOK = 0.2
STAGE = re.compile(r"(?:^|/)scripts/(\w+)\.py$")


@dataclass
class Run:
    """What a command did.

    Attributes:
        seconds: from its start to its end.
        failed: whether it ended with another status than 0.
        output: what it wrote to standard output and standard error.
        peaks: the most memory (resident set, in bytes) that each stage's program and its children held, as a sum.
    """

    seconds: float
    failed: bool
    output: str
    peaks: dict[str, int] = field(default_factory=dict)


def compiling(variables: Mapping[str, str], folder: Path | None = None) -> dict[str, str]:
    """An environment in which Python keeps its compiled files, in a folder of their own or where it does by itself."""
    kept = {name: value for name, value in variables.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder)} if folder else kept


def timed(
    command: Sequence[str | Path], folder: Path, variables: Mapping[str, str], *, watch_memory: bool = False
) -> Run:
    """Runs a command to its end.

    Args:
        command: program and arguments.
        folder: where it is run.
        variables: its environment.
        watch_memory: look at the memory of the stages' programs.

    Returns:
        What it did. Of a command that failed, the last lines are printed.
    """
    started = time.monotonic()
    child = subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    peaks: dict[str, int] = defaultdict(int)
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peaks, ended), daemon=True)
    if watch_memory:
        watcher.start()
    output, _ = child.communicate()
    seconds = time.monotonic() - started
    ended.set()
    if child.returncode:
        lines = "\n".join(output.splitlines()[-40:])
        print(f"{lines}\nerror: exit status {child.returncode}", file=sys.stderr, flush=True)
    return Run(seconds, child.returncode != 0, output, dict(peaks))


def _watch(process: int, peaks: dict[str, int], ended: threading.Event) -> None:
    """Notes the highest memory of every stage below a process, until told to end."""
    while not ended.wait(LOOK):
        try:
            below = psutil.Process(process).children(recursive=True)
        except psutil.NoSuchProcess:
            return
        for member in below:
            try:
                program = next((match[1] for word in member.cmdline()[:3] if (match := STAGE.search(word))), None)
                if program:
                    family = [member, *member.children(recursive=True)]
                    peaks[program] = max(peaks[program], sum(_memory(relative) for relative in family))
            except psutil.Error:
                continue


def _memory(process: psutil.Process) -> int:
    """The most that a process has held so far where the system keeps count (Linux), else what it holds now."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        pass
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
