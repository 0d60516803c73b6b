"""What the stages cost beside busy processes: threads that wait for each other must sleep, not spin.

Every stage of the demo is run again by itself, at first with the machine as idle as it gets, then beside two processes that never rest;
processor seconds of both, the least of several runs each. As root the first runs go before all other work of the machine, so that what
else is done on it counts for little. The demo's stages have one thread; here they get as many as asked for.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench_asr import Goal, print_goals
from measure.processes import compiling
from support import ROOT
from support.hub_code import REFERENCE, STAND_IN, with_code
from support.workflow import ENVIRONMENTS, copy_project, run

#: times the processor seconds of an idle machine
LIMIT = 1.3
SRT = "results/demo/demo.en.srt"
#: a target, and the settings with which it is made
RUNS = {
    "the demo with separation": ("all", "separate={enabled: true}"),
    "recognition with MLX": (SRT, "asr={backend: mlx}"),
    "translation with MLX": (SRT, "translate={backend: mlx}"),
    "translation with transformers": (SRT, "translate={backend: transformers, remote_code: true}"),
    "CTC": (SRT, "asr={backend: ctc}"),
    "an unknown language": ("results/demo/language.json", "language=auto"),
    "two languages": ("results/demo/languages.json", "language=[hi, en]", "subtitles_in=[en]"),
}  # fmt: skip
#: where the code that stands in for that of the translation models' authors has its network
STAND_IN_NETWORK = {"PYTHONPATH": str(ROOT / "resources" / "demo")}
#: notes the words of a command, then runs it
RECORDER = """#!/usr/bin/env bash
printf '%s\\0' "$@" >"{folder}/$$.words"
exec "{program}" "$@"
"""
#: priority of the idle runs (`man nice`), where it may be had
PRIORITY = -15


@dataclass
class Stage:
    """A command of the workflow; the processor seconds of its runs, and its largest process's peak memory (MB)."""

    name: str
    words: list[str]
    idle: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    memory: float = 0.0

    @property
    def ratio(self) -> float | None:
        """Least processor time beside busy processes by the least without them; None where a run failed."""
        return min(self.busy) / min(self.idle) if self.idle and self.busy else None


def say(line: str) -> None:
    """Tells the person who waits what is being done."""
    print(f"[bench-busy] {line}", file=sys.stderr, flush=True)


def recorded(folder: Path, threads: int) -> list[Stage]:
    """Runs the workflow in a copy of the project.

    Args:
        folder: for the copy.
        threads: that each stage gets when it is run again.

    Returns:
        A stage for each program with each of its backends, in the order of the runs.
    """
    copy_project(folder)
    model = folder / "resources" / "demo" / "models" / "indictrans2-hi-en-demo"
    shutil.move(model, folder / "without-code")
    with_code(folder / "without-code", REFERENCE or STAND_IN, model)
    records = folder / "words"
    records.mkdir()
    run_in = folder / "scripts" / "bin" / "run_in"
    real = run_in.with_name("run_in_recorded")
    run_in.rename(real)
    run_in.write_text(RECORDER.format(folder=records, program=real))
    run_in.chmod(0o755)
    stages: dict[str, Stage] = {}
    for what, (target, *settings) in RUNS.items():
        say(what)
        forced = () if stages else ("--forceall",)
        words = "--cores", "2", "--notemp", *forced, target
        done = run(folder, *words, config=settings, environment=STAND_IN_NETWORK)
        if done.returncode:
            say("\n".join(done.stdout.splitlines()[-20:]))
        for path in sorted(records.iterdir(), key=lambda path: path.stat().st_mtime_ns):
            command = path.read_text().split("\0")[:-1]
            path.unlink()
            if "--threads" in command:
                command[command.index("--threads") + 1] = str(threads)
            environment, program = command[:2]
            backend = f", {command[command.index('--backend') + 1]}" if "--backend" in command else ""
            name = f"{program} ({environment}{backend})"
            stages.setdefault(name, Stage(name, [str(real), *command]))
    return list(stages.values())


def used(stage: Stage, folder: Path, nice: int) -> None:
    """Runs a stage once and notes what it used, all its processes counted.

    Args:
        nice: its priority; below 0 as root only.
    """
    ours = {"MOVIESUBS_ENVIRONMENTS": str(ENVIRONMENTS), "MOVIESUBS_PYTHON": sys.executable}
    variables = compiling({**os.environ, **STAND_IN_NETWORK, **ours}, folder / "bytecode")

    def prioritise() -> None:
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, nice)

    with (folder / "stage.log").open("w") as log:
        process = subprocess.Popen(
            ["bash", "-c", 'exec "$0" "$@" 3>&2', *stage.words],
            cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=prioritise,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        say(f"{stage.name} failed:\n{(folder / 'stage.log').read_text()[-2000:]}")
        return
    (stage.idle if nice else stage.busy).append(usage.ru_utime + usage.ru_stime)
    stage.memory = max(stage.memory, usage.ru_maxrss * 1024 / 1e6)


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Beside processes that never rest."""
    restless = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in restless:
            process.kill()
            process.wait()


def table(stages: Sequence[Stage]) -> str:
    """What was measured.

    Returns:
        Lines.
    """
    lines = [
        f"{'stage':<36} | {'idle':>8} | {'busy':>8} | ratio |  memory",
        f"{'-' * 36} | -------- | -------- | ----- | -------",
    ]
    for stage in stages:
        if stage.ratio is None:
            lines.append(f"{stage.name:<36} | failed")
            continue
        times = f"{min(stage.idle):>6.2f} s | {min(stage.busy):>6.2f} s"
        lines.append(f"{stage.name:<36} | {times} | {stage.ratio:>5.2f} | {stage.memory:>4.0f} MB")
    return "\n".join(lines)


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2, help="of each stage (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="busy ones beside it (default: %(default)s)")
    parser.add_argument("--times", type=int, default=3, help="runs of each kind (default: %(default)s)")
    parser.add_argument("--only", nargs="*", default=[], metavar="PROGRAM", help="these programs (default: all)")
    parser.add_argument(
        "--folder", type=Path, help="keep what is made here, and use what is there (default: a temporary one)"
    )
    options = parser.parse_args()
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="bench-busy."))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    commands = folder / "commands.json"
    if commands.exists():
        stages = [Stage(name, words) for name, words in json.loads(commands.read_text())]
    else:
        stages = recorded(folder, options.threads)
        commands.write_text(json.dumps([(stage.name, stage.words) for stage in stages]))
    stages = [stage for stage in stages if not options.only or stage.name.split()[0] in options.only]
    for stage in stages:
        used(Stage(stage.name, stage.words), folder, 0)  # files in memory, bytecode written
        for _ in range(options.times):
            used(stage, folder, PRIORITY)
            with busy(options.processes):
                used(stage, folder, 0)
        say(table([stage]).splitlines()[-1])
    if not options.folder:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{options.threads} threads a stage, {os.cpu_count()} processors, load {os.getloadavg()[0]:.0f}\n")
    print(table(stages))
    print_goals([Goal(f"{stage.name}: times its idle processor time", LIMIT, stage.ratio) for stage in stages])


if __name__ == "__main__":
    main()
