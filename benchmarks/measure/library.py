"""What the workflow adds to Snakemake's own cost, held against a plain Snakefile of the same jobs (plain.smk).

The stages do nothing but make empty files, so that all time is Snakemake's and the workflow's own.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from support import ROOT
from support.workflow import copy_project

from measure.processes import compiling

#: makes what a rule promises, as plain.smk does; for models, a folder where its name is that of a converted one
MAKE = "touch {output:q}"
MAKE_MODEL = 'for made in {output:q}; do case "$made" in *-onnx) mkdir "$made" ;; *) touch "$made" ;; esac; done'
ENVIRONMENTS = ROOT / "environments"
#: a probe.json that programs can read; those of other stages are not looked at
PROBE = """\
{"path": "x", "format": "matroska,webm", "duration": 75.0, "clock": 0.0, "start": 0.0, "end": 75.0, "audio":
1, "audio_language": "hi", "video": 0, "lead": 0.0, "streams": [{"index": 1, "type": "audio", "codec": "aac",
"language": "hin", "title": "Dialogue", "start": -0.021, "channels": 2, "layout": "stereo", "sample_rate":
48000, "bits": 32}]}
"""


@dataclass(frozen=True)
class Cost:
    """Processor seconds and peak memory (bytes) of a Snakemake with its children."""

    cpu: float
    memory: float


def prepare(folder: Path, movies: int) -> tuple[Path, Path]:
    """The workflow with empty stages, and the plain Snakefile, each with as many movies."""
    ours, plain = folder / "ours", folder / "plain"
    for place in (ours, plain):
        (place / "movies").mkdir(parents=True)
        for number in range(movies):
            movie = place / "movies" / f"Movie {number:05d}.mkv"
            movie.write_text(str(number))
            os.utime(movie, (1e9, 1e9))
    copy_project(ours)
    for file in (ours / "rules").glob("*.smk"):
        command = {"probe": f"cp {ours}/probe.json {{output:q}}", "models": MAKE_MODEL}.get(file.stem, MAKE)
        file.write_text(re.sub(r"(\n    shell:\n)(        .*\n)+", rf"\1        {command!r}\n", file.read_text()))
    (ours / "probe.json").write_text(PROBE)
    (
        ours / "results"
    ).mkdir()  # as in a library that has been worked on: what movies hold is known from the second run on
    shutil.copy(Path(__file__).with_name("plain.smk"), plain / "Snakefile")
    (plain / "models").mkdir()
    for name in ("whisper", "wav2vec2", "indictrans2"):
        (plain / "models" / f"{name}.json").touch()
    return ours, plain


def one_rule(folder: Path) -> Path:
    """A Snakefile of one rule, whose target is `results/one`: what every run of Snakemake costs."""
    folder.mkdir(parents=True)
    (folder / "Snakefile").write_text('rule one:\n    output: "results/one"\n    shell: "touch {output}"\n')
    return folder


def plain_python(folder: Path) -> Path:
    """A Python with what `make demo` installs and no more: Snakemake imports pandas and boto3 where tests have brought them."""
    uv, python = Path(sys.executable).with_name("uv"), folder / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    wanted = ["--requirement", ROOT / "pyproject.toml"]
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *wanted], check=True)
    return python


def snakemake(python: Path, folder: Path, *arguments: str) -> Cost | None:
    """Runs Snakemake with bytecode of its own; None where it failed."""
    command = [python, "-m", "snakemake", *arguments, "--cores", "2", "--workflow-profile", "none"]
    command += ["--scheduler", "greedy", "--scheduler-subsample", "50", "--quiet", "all"]
    command += ["--config", f"pathvars={{environments: {ENVIRONMENTS}}}"]
    variables = compiling(os.environ, folder.parent / "bytecode")
    with (folder / "run.log").open("w") as log:
        process = subprocess.Popen([str(word) for word in command], cwd=folder, env=variables, stdout=log, stderr=log)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return None if process.returncode else Cost(_seconds(used), used.ru_maxrss * 1024)


def _seconds(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def best(python: Path, folders: Sequence[Path], *arguments: str, times: int = 3) -> list[Cost | None]:
    """The cheapest of several runs in each folder, in turns, so that a busy machine is busy for all."""
    return best_of_each(python, dict.fromkeys(folders), *arguments, times=times)


def best_of_each(python: Path, targets: Mapping[Path, str | None], *arguments: str, times: int) -> list[Cost | None]:
    """The same for a target of its own in each folder; None: the default."""
    costs: dict[Path, list[Cost | None]] = {folder: [] for folder in targets}
    for _ in range(times):
        for folder, target in targets.items():
            costs[folder].append(snakemake(python, folder, *([target] if target else []), *arguments))
    return [None if None in runs else min(filter(None, runs), key=lambda cost: cost.cpu) for runs in costs.values()]
