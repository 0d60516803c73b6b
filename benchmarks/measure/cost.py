"""What the workflow itself costs: everything in a run that is not a model's work.

Read from a run whose jobs follow each other and whose processes wrote the times of their imports to their logs
(PYTHONPROFILEIMPORTTIME), so start and work of each stage are told apart by Python itself.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from moviesubs import contracts
from moviesubs.stage.usage import SUFFIX, Usage

#: stages whose work is a model's; the work of the others is the workflow's own
MODEL_STAGES = (
    "separate",
    "detect_speech",
    "detect_language",
    "transcribe_mlx",
    "transcribe_whisperx",
    "align",
    "diarize",
    "translate",
)
#: microseconds that a module took, without those that it imported
IMPORT = re.compile(r"^import time:\s+(\d+) \|", re.MULTILINE)


@dataclass(frozen=True)
class Cost:
    """One job.

    Attributes:
        stage: its rule, with the language where there are several.
        seconds: from its program's start to its end, as it recorded them.
        imports: seconds of that in which Python imported modules.
    """

    stage: str
    seconds: float
    imports: float

    @property
    def work(self) -> float:
        """Seconds that are left: reading, loading the model, computing, writing."""
        return max(0.0, self.seconds - self.imports)

    @property
    def of_model(self) -> bool:
        """Whether its work is a model's."""
        return self.stage.split(".")[0] in MODEL_STAGES


def costs(logs: Path) -> list[Cost]:
    """The jobs of a movie.

    Args:
        logs: folder of its logs and records of usage.

    Returns:
        One entry a job, in the order in which they ended.
    """
    jobs = []
    for path in sorted(logs.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime):
        name = path.name.removesuffix(SUFFIX)
        log = (logs / f"{name}.log").read_text(errors="replace")
        imports = sum(map(int, IMPORT.findall(log))) / 1e6
        jobs.append(Cost(name, contracts.read(path, Usage).seconds, imports))
    return jobs


def table(jobs: list[Cost], wall: float, idle: float) -> str:
    """The cost of a run, as a person reads it.

    Args:
        jobs: as `costs` returns them, of a run in which jobs followed each other.
        wall: seconds of the run.
        idle: seconds of a run that finds nothing to do.

    Returns:
        Lines.
    """
    lines = [f"{'stage':<22} {'job s':>7} {'start s':>8} {'work s':>7}  whose"]
    for job in jobs:
        whose = "model" if job.of_model else "workflow"
        lines.append(f"{job.stage:<22} {job.seconds:>7.2f} {job.imports:>8.2f} {job.work:>7.2f}  {whose}")
    inside = sum(job.seconds for job in jobs)
    starts = sum(job.imports for job in jobs)
    files = sum(job.work for job in jobs if not job.of_model)
    model = sum(job.work for job in jobs if job.of_model)
    between = max(0.0, wall - idle - inside)
    lines += [
        "job: the stage's process from start to end. start: Python importing libraries. work: the rest.",
        "",
        f"model work                               {model:7.1f} s",
        f"process starts                           {starts:7.1f} s  {len(jobs)} processes",
        f"work of the stages without a model       {files:7.1f} s",
        f"Snakemake: start and DAG                 {idle:7.1f} s",
        f"Snakemake: between jobs, models described{between:7.1f} s  {between / max(1, len(jobs)):.2f} a job",
        f"whole run, one job at a time             {wall:7.1f} s",
        f"the workflow's own cost is {100 * (wall - model) / max(model, 1e-9):.0f} % of the model work",
    ]
    return "\n".join(lines)
