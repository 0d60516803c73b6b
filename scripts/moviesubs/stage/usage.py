"""Records what a program of the workflow used: time, processor time and memory, in a file beside its log.

The programs measure themselves, because Snakemake's `benchmark` looks at the processes of a job from outside every few seconds: with
its psutil calls it doubled the time that Snakemake spends on a trivial job.
"""

import fcntl
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from moviesubs.atomic_files import write_text

#: which program of its job this one is, from 1; scripts/bin/run_in says so. Outside a run of the workflow nothing is recorded.
STEP = "MOVIESUBS_STEP"
#: follows the name of the log, without its suffix
SUFFIX = ".usage.json"


class Usage(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """`logs/<movie>/<rule>.usage.json`: what the programs of a job used, with the processes they waited for, FFmpeg say.

    `seconds` run from a program's start to its end, without the interpreter's own start (0.1 s). `cpu_seconds` are those of all processes.
    `memory_mb` (megabytes of 1e6 bytes) is the resident memory of the largest process at its peak, as the kernel counts it
    (`ru_maxrss`): peaks of several processes are not added up, because they need not fall together. Where a process of ours watches
    another one that computes, some 40 MB come on top.
    """

    seconds: float
    cpu_seconds: float
    memory_mb: float

    def __add__(self, other: "Usage") -> "Usage":
        """Of two programs that ran one after the other."""
        return Usage(
            seconds=self.seconds + other.seconds,
            cpu_seconds=self.cpu_seconds + other.cpu_seconds,
            memory_mb=max(self.memory_mb, other.memory_mb),
        )


def of_resources(used: resource.struct_rusage) -> Usage:
    """Usage from the kernel's figures; `ru_maxrss` is in KiB, on macOS in bytes (`man getrusage`)."""
    size = 1 if sys.platform == "darwin" else 1024
    return Usage(seconds=0.0, cpu_seconds=used.ru_utime + used.ru_stime, memory_mb=used.ru_maxrss * size / 1e6)


def _log() -> Path | None:
    """The log of this job: the file that standard error goes to."""
    if sys.platform == "linux":
        path = Path("/proc/self/fd/2").readlink()
    elif sys.platform == "darwin":
        path = Path(os.fsdecode(fcntl.fcntl(2, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0")))
    else:
        return None
    return path if path.suffix == ".log" else None


@contextmanager
def recorded() -> Iterator[None]:
    """Records what is used within the block, also where it fails. A record that cannot be written is a line in the log, nothing more."""
    started = time.monotonic()
    step = os.environ.pop(STEP, "")  # children leave the record to us
    target = None
    if step:
        with _harmless():
            log = _log()
            target = log and log.with_suffix(SUFFIX)
            if target and step == "1":
                target.unlink(missing_ok=True)
    try:
        yield
    finally:
        if target:
            with _harmless():
                _write(target, time.monotonic() - started)


@contextmanager
def _harmless() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001
        print(f"what was used is not recorded: {type(error).__name__}: {error}", file=sys.stderr, flush=True)


def _write(target: Path, seconds: float) -> None:
    used = Usage(seconds=seconds, cpu_seconds=0.0, memory_mb=0.0)
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used += of_resources(resource.getrusage(who))
    if target.exists():  # an earlier program of this job
        used += msgspec.json.decode(target.read_bytes(), type=Usage)
    rounded = {name: round(value, 3) for name, value in msgspec.structs.asdict(used).items()}
    write_text(target, json.dumps(rounded, indent=1) + "\n")
