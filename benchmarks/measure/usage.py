"""What a command uses: time, processor time and memory of all its processes, those included that outlive their parents."""

import os
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from measure.processes import compiling

#: marks the processes of a command; seconds between two looks
MARK, LOOK = "BENCH_RUN", 0.5


@dataclass
class Usage:
    """What a command used.

    Attributes:
        seconds: from its start to its end.
        cpu: seconds of processor time.
        memory: the most memory (proportional set size, in bytes) that its processes held at a time.
        failed: whether it ended with another status than 0.
        output: what it wrote.
    """

    seconds: float
    cpu: float
    memory: int
    failed: bool
    output: str


def used(command: Sequence[str | Path], folder: Path, variables: Mapping[str, str]) -> Usage:
    """Runs a command to its end.

    Processor time is what was last seen of each process, so up to half a second of each process may be missing. Python keeps its
    compiled files, as it does unless it is told not to: what runs a second time starts as it does for everybody.

    Args:
        command: program and arguments.
        folder: where it is run.
        variables: its environment.

    Returns:
        What it used.
    """
    mark = uuid.uuid4().hex
    times: dict[tuple[int, float], float] = {}
    peak, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        known: dict[tuple[int, float], bool] = {}
        while not ended.wait(LOOK):
            now = 0
            for process in psutil.process_iter():
                try:
                    key = (process.pid, process.create_time())
                    if key not in known:
                        known[key] = process.environ().get(MARK) == mark
                    if known[key]:
                        clock = process.cpu_times()
                        times[key] = clock.user + clock.system
                        now += process.memory_full_info().pss
                except psutil.Error:
                    continue
            peak = max(peak, now)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    started = time.monotonic()
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=compiling({**os.environ, **variables, MARK: mark}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    seconds = time.monotonic() - started
    ended.set()
    watcher.join()
    return Usage(seconds, sum(times.values()), peak, done.returncode != 0, done.stdout)
