"""Time and memory of the workflow, held against its goals: `make bench-workflow`.

The demo is run in a folder of its own, with the environments of the project (built first, where they are missing) and
its models converted anew; then once more with nothing to do, with another subtitle limit, and one job at a time, which
gives the table of costs. The stages without a model are run on a synthetic movie of two hours. For large libraries, the workflow
is held against a plain Snakefile of the same jobs.
Times are those of this machine as busy as it is; nothing is tested by them.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import cost, library, long_movie
from measure.processes import Run, timed
from support import ROOT
from support.workflow import ENVIRONMENTS, copy_project

#: of the workflow: what `make demo` runs, without the tools of the tests where those have a place of their own
PYTHON = next((path for path in [ROOT / ".venv" / "bin" / "python"] if path.exists()), Path(sys.executable))
#: seconds
DEMO, FROM_NOTHING, NOTHING, LIMIT = 120, 600, 3, 15
MEMORY_MB = 2000
MINUTES, SENTENCES = 120, 1500
#: processor time of the workflow over that of a plain Snakefile with the same jobs: with nothing to do, and making everything;
#: processor seconds for one target above a Snakefile of one rule; in a library of so many movies
IDLE_RATIO, JOBS_RATIO, TARGET = 1.4, 82 / 65, 0.3
LIBRARY, LARGE_LIBRARY = 300, 10_000
#: the stages without a model, and what they make from what the others have left
WITHOUT_MODEL = {
    ("probe", "demux", "detect_shots", "transcript"): ("audio.wav", "shots.json", "transcript.json"),
    ("subtitles", "mux"): ("long.mkv",),
    ("report",): ("report.html",),
}


#: behind the point, by unit
DIGITS = {"s": 1, "MB": 0, "x": 2}


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        what: was measured.
        goal: at most this.
        measured: the figure, or None where it could not be had.
        unit: of both.
    """

    what: str
    goal: float
    measured: float | None
    unit: str

    @property
    def met(self) -> bool:
        """Whether the figure reaches its goal."""
        return self.measured is not None and self.measured <= self.goal


def table(rows: Sequence[Row]) -> str:
    """The table with its last line.

    Args:
        rows: what was measured.

    Returns:
        Lines.
    """
    width = max(len(row.what) for row in rows)
    lines = [f"{'what':<{width}} | {'goal':>8} | {'measured':>9} | met", f"{'-' * width} | -------- | --------- | ---"]
    for row in rows:
        measured = "failed" if row.measured is None else f"{row.measured:.{DIGITS[row.unit]}f} {row.unit}"
        met = "yes" if row.met else "no"
        lines.append(f"{row.what:<{width}} | {row.goal:>5.{DIGITS[row.unit]}f} {row.unit:<2} | {measured:>9} | {met}")
    return "\n".join([*lines, f"goals met: {sum(row.met for row in rows)} of {len(rows)}"])


def say(line: str) -> None:
    """Tells the person who waits what is being done."""
    print(f"[{Path(__file__).stem}] {line}", file=sys.stderr, flush=True)


class Workflow:
    """The demo in a copy of the project, with the project's environments."""

    def __init__(self, folder: Path, cores: int) -> None:
        """Copies the project; nothing is run yet.

        Args:
            folder: for the copy; must not exist.
            cores: that it may use.
        """
        folder.mkdir()
        self.folder, self.cores = copy_project(folder), cores

    def run(
        self,
        *arguments: str | Path,
        made: str = ".",
        config: Sequence[str] = (),
        cores: int | None = None,
        variables: dict[str, str] | None = None,
        watch_memory: bool = False,
    ) -> Run:
        """Runs Snakemake.

        Args:
            arguments: in addition.
            made: folder of results and logs.
            config: settings in addition.
            cores: instead of those of all runs.
            variables: of the environment, in addition.
            watch_memory: look at the memory of the stages.

        Returns:
            What it did.
        """
        places = {name: os.path.normpath(f"{made}/{name}") for name in ("results", "logs")}
        places["environments"] = str(ENVIRONMENTS)
        command = [PYTHON, "-m", "snakemake", "--workflow-profile", "demo", "--cores", cores or self.cores]
        command += [
            "--config",
            f"pathvars={{{', '.join(f'{name}: {place}' for name, place in places.items())}}}",
            *config,
        ]
        words = [str(word) for word in (*command, *arguments)]
        return timed(words, self.folder, {**os.environ, **(variables or {})}, watch_memory=watch_memory)


def seconds(run: Run) -> float | None:
    """How long a run took; None where it failed."""
    return None if run.failed else run.seconds


def demo(workflow: Workflow) -> tuple[list[Row], str]:
    """The demo and what follows a change.

    Args:
        workflow: in an empty folder.

    Returns:
        Rows, and the table of costs.
    """
    say("environments, where they are missing")
    if workflow.run("--until", "environment").failed:
        raise SystemExit("the environments could not be built")
    say("the demo")
    rows = [Row("make demo, environments built", DEMO, seconds(workflow.run()), "s")]
    say("nothing to do, three times")
    idle = [workflow.run() for _ in range(3)]
    again = [run for run in idle if "Nothing to be done" not in run.output]
    best = min(run.seconds for run in idle)
    rows.append(Row("nothing to do (best of 3)", NOTHING, None if again else best, "s"))
    say("another subtitle limit")
    changed = workflow.run(config=["subtitles={limits: {line_length: 40}}"])
    rows.append(Row("a subtitle limit changed", LIMIT, seconds(changed), "s"))
    say("one job at a time")
    alone = workflow.run(made="alone", cores=1, variables={"PYTHONPROFILEIMPORTTIME": "1"})
    jobs = [] if alone.failed else cost.costs(workflow.folder / "alone" / "logs" / "demo")
    return rows, cost.table(jobs, alone.seconds, best) if jobs else "no costs: the run failed"


def memory(workflow: Workflow) -> list[Row]:
    """Peak memory of the stages without a model, on a long movie.

    Args:
        workflow: after a run of the demo, whose models the report describes.

    Returns:
        Rows.
    """
    say(f"a movie of {MINUTES} minutes")
    movie = long_movie.movie(workflow.folder / "long.mkv", MINUTES)
    listed = workflow.folder / "movies.tsv"
    listed.write_text(f"movie\tpath\nlong\t{movie}\n", encoding="utf-8")
    results = workflow.folder / "results" / "long"
    long_movie.write_speech_and_alignment(results, MINUTES * 60, SENTENCES, "none")
    config = [f"movies={{folder: '', table: {listed}}}", "diarize={enabled: false}", "subtitles_in=[spoken, en]"]
    config += [
        "report={preview: false}"
    ]  # a small copy of a long movie takes minutes; FFmpeg's memory does not grow with it
    peaks: dict[str, int] = {}
    for stages, made in WITHOUT_MODEL.items():
        say(f"{', '.join(stages)} on it")
        if "subtitles" in stages and (results / "transcript.json").exists():
            long_movie.translate(results, "en")
        arguments = ["--allowed-rules", *stages, "--", *(f"results/long/{name}" for name in made)]
        run = workflow.run(*arguments, config=config, cores=1, watch_memory=True)
        peaks |= {} if run.failed else run.peaks
    rows = []
    for stage in (stage for stages in WITHOUT_MODEL for stage in stages):
        peak = peaks.get(stage)
        rows.append(Row(f"peak memory of {stage}, {MINUTES / 60:g} hours", MEMORY_MB, peak and peak / 1e6, "MB"))
    return rows


def libraries(folder: Path) -> list[Row]:
    """What the workflow adds to Snakemake's own cost in large libraries.

    Args:
        folder: for copies of the project.
    """

    def ratio(ours: library.Cost | None, plain: library.Cost | None) -> float | None:
        return ours.cpu / plain.cpu if ours and plain else None

    say(f"a library of {LIBRARY} movies, whose stages do nothing")
    python = library.plain_python(folder / "python")
    pair = library.prepare(folder / "library", LIBRARY)
    library.best(python, pair, "--dry-run", times=1)  # compiles what is imported
    made = library.best(python, pair, times=1)
    idle = library.best(python, pair, "--dry-run")
    say(f"one target among {LARGE_LIBRARY} movies")
    large, _ = library.prepare(folder / "large", LARGE_LIBRARY)
    targets = {large: "results/Movie 00042/probe.json", library.one_rule(folder / "one" / "rule"): "results/one"}
    library.best_of_each(python, targets, "--dry-run", times=1)
    target = library.best_of_each(python, targets, "--dry-run", times=5)
    above = target[0].cpu - target[1].cpu if target[0] and target[1] else None
    return [
        Row(f"all jobs of {LIBRARY} movies, of a plain Snakefile", JOBS_RATIO, ratio(*made), "x"),
        Row(f"nothing to do for {LIBRARY} movies, of a plain Snakefile", IDLE_RATIO, ratio(*idle), "x"),
        Row(f"memory then, of {LIBRARY} movies", 400, idle[0] and idle[0].memory / 1e6, "MB"),
        Row(f"one target among {LARGE_LIBRARY}, above a Snakefile of one rule", TARGET, above, "s"),
    ]


def from_nothing(folder: Path) -> Row:
    """`make demo` in a fresh clone, with nothing on the machine but Python and no package downloaded before.

    Args:
        folder: for the clone.

    Returns:
        The row.
    """
    say("make demo from nothing; its lines go to make-demo.log")
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    run = timed(["make", "demo"], clone, {**os.environ, "UV_CACHE_DIR": str(folder / "packages")})
    (folder / "make-demo.log").write_text(run.output)
    return Row("make demo from nothing", FROM_NOTHING, seconds(run), "s")


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from-nothing", action="store_true", help="also time `make demo` in a fresh clone")
    parser.add_argument("--libraries", action="store_true", help="only what large libraries cost")
    parser.add_argument("--cores", type=int, default=2, help="processors that the demo may use (default: 2)")
    parser.add_argument("--folder", type=Path, help="keep what is made here; must not exist (default: a temporary one)")
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True)
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="bench-workflow."))).resolve()
    try:
        rows, costs = [], ""
        if not options.libraries:
            workflow = Workflow(folder / "project", options.cores)
            rows, costs = demo(workflow)
            rows += memory(workflow)
        rows += libraries(folder)
        if options.from_nothing:
            rows.insert(1, from_nothing(folder))
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)
    load = os.getloadavg()[0]
    print(f"\nThe workflow's own cost\n\n{costs}\n\nGoals, on {os.cpu_count()} processors with a load of {load:.0f}\n")
    print(table(rows))


if __name__ == "__main__":
    main()
