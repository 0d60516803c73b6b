"""Runs that are killed at random moments: `make kills` (KILLS=50 for the full campaign).

One run that nobody disturbs makes the demo's movie. Each round then goes back to the moment at which one of its stages began (what
was made later is taken away), types the command, waits for that stage and kills at a random moment within it: Snakemake alone, as an
impatient person does, everything at once, as a power cut does, or with Ctrl-C. The same command is typed again, and that must be all:
no other command, the same bytes as in the run that nobody disturbed, and nothing left behind, neither files nor processes. All stages
have their turn, in random order, the start of Snakemake among them.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

# run as a program, only this file's own folder is there
sys.path.extend(str(Path(__file__).parents[2] / name) for name in ("tests", "benchmarks", "scripts"))

from support.workflow import ENVIRONMENTS, copy_project

#: results that hold nothing of when and how fast they were made
SAME = (".srt", ".vtt", ".mkv", ".mp4", ".wav", ".txt", ".bin")
ALSO_SAME = ("transcript*.json", "cues.*.json", "aligned.json", "speech.json", "shots.json", "speakers.json")
#: seconds of the demo that the movie has
SECONDS = 23
#: seconds in which processes must be gone after a kill, and how often is looked for the beginning of a stage
GONE, LOOK = 20, 0.02
#: empty folders of Snakemake's, and those of PyTorch, in the system's folder of temporary files, which cleans itself
OF_LIBRARIES = ("snakemake", "tmp")
HOW = ("Snakemake", "everything", "Ctrl-C")
STATE = Path(".snakemake")


@dataclass(frozen=True)
class Stage:
    """A job of the undisturbed run: its rule, Snakemake's mark while it is not complete, and when it ran (seconds since 1970)."""

    rule: str
    mark: str
    began: float
    seconds: float


def say(line: str) -> None:
    """Tells the person who waits what is being done."""
    print(f"[kills] {line}", file=sys.stderr, flush=True)


def start(folder: Path, cores: int) -> subprocess.Popen[bytes]:
    """Starts the workflow as a person does, in a session of its own."""
    table = folder / "movies.tsv"
    if not table.exists():
        table.write_text(f"movie\tpath\tend\nकहानी {{tmdb-1}}\tresources/demo/demo.mkv\t{SECONDS}\n", encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", "--cores", str(cores), "--config"]
    command += [
        f"pathvars={{environments: {ENVIRONMENTS}}}",
        f"movies={{folder: '', table: {table}}}",
        "subtitles_in=[spoken, en]",
    ]
    temporary = folder.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    variables = {**os.environ, "TMPDIR": str(temporary)}
    with (folder / "run.log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def stages(folder: Path) -> list[Stage]:
    """The jobs of a finished run, by when they began, from Snakemake's records."""
    found = []
    records = folder / STATE / "metadata"
    for file in (path for path in records.rglob("*") if path.is_file()):
        record = json.loads(file.read_text(encoding="utf-8"))
        began = record["starttime"]
        if record["rule"] != "environment":  # they are shared by all runs
            found.append(Stage(record["rule"], str(file.relative_to(records)), began, record["endtime"] - began))
    return sorted(found, key=lambda stage: stage.began)


def go_back(reference: Path, folder: Path, moment: float) -> None:
    """Makes a folder as that of the undisturbed run was at a moment: without the files that it had not yet made."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(reference, folder, symlinks=True)
    for file in reference.rglob("*"):
        if not file.is_dir() and file.lstat().st_ctime >= moment:
            (folder / file.relative_to(reference)).unlink()
    for name in ("results", "models", "logs"):
        for path in sorted((folder / name).rglob("*"), reverse=True):
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def kill(run: subprocess.Popen[bytes], how: str) -> str:
    """Kills a run, and says what it was about."""
    tree = [psutil.Process(run.pid), *psutil.Process(run.pid).children(recursive=True)]
    doing = [Path(word).stem for process in tree for word in _words(process) if word.endswith(".py")]
    if how == "Ctrl-C":
        os.killpg(run.pid, signal.SIGINT)
    for process in {"Snakemake": tree[:1], "everything": tree}.get(how, []):
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    run.wait()
    return ", ".join(dict.fromkeys(doing)) or "Snakemake alone"


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()[:3]
    except psutil.Error:
        return []


def digests(folder: Path) -> dict[str, str]:
    """What must be the same in every run."""
    files = [file for part in ("results", "models") for file in (folder / part).rglob("*")]
    wanted = {file for file in files if file.suffix in SAME or any(file.match(pattern) for pattern in ALSO_SAME)}
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(wanted)
        if file.is_file()
    }


def names(folder: Path) -> set[str]:
    """All files of a project but the records that Snakemake keeps of each run."""
    files = {file.relative_to(folder) for file in folder.rglob("*") if not file.is_dir()}
    # what each later run writes: which models were read (all, after a copy), and what movie files hold
    records = {STATE / "moviesubs" / "models.json", Path("results", "contents.json")}
    return {str(file) for file in files - records if file.parts[:2] != (str(STATE), "log")}


def left_behind(folder: Path, reference: Path) -> Iterator[str]:
    """What a finished run must not leave."""
    for name in sorted(names(folder) - names(reference)):
        yield f"{name} is left"
    temporary = (path for path in (folder.parent / "temporary").iterdir() if not path.name.startswith(OF_LIBRARIES))
    for path in [*folder.rglob(".part-*"), *ENVIRONMENTS.glob(".part-*"), *temporary]:
        yield f"{path} is left"
    until = time.monotonic() + GONE
    while left := _processes_of(folder):
        if time.monotonic() > until:
            yield f"processes are left: {', '.join(left)}"
            return
        time.sleep(1)


def _processes_of(folder: Path) -> list[str]:
    return [
        " ".join(process.info["cmdline"] or [])[:200]
        for process in psutil.process_iter(["cwd", "cmdline"])
        if process.info["cwd"] and Path(process.info["cwd"]).is_relative_to(folder)
    ]


def wait_for(run: subprocess.Popen[bytes], mark: Path) -> bool:
    """Waits until a stage begins; False where the run ended before."""
    while run.poll() is None:
        if mark.exists():
            return True
        time.sleep(LOOK)
    return False


def one_round(
    reference: Path, folder: Path, stage: Stage, share: float, how: str, cores: int, expected: dict[str, str]
) -> tuple[str, list[str]]:
    """Kills one run and finishes it; what it was about, and what went wrong."""
    go_back(reference, folder, stage.began)
    run = start(folder, cores)
    about = "nothing: it was finished"
    if not stage.mark or wait_for(run, folder / STATE / "incomplete" / stage.mark):
        try:
            run.wait(share * stage.seconds)
        except subprocess.TimeoutExpired:
            about = kill(run, how)
    if code := start(folder, cores).wait():
        return about, [f"the second run ended with status {code}"]
    found = digests(folder)
    other = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    return about, [*(f"{name} is not the same" for name in other), *left_behind(folder, reference)]


def deck(jobs: list[Stage], chance: random.Random, size: int) -> Iterator[Stage]:
    """So many stages: each rule in turn, in random order, and of its jobs any."""
    by_rule: dict[str, list[Stage]] = {}
    for job in jobs:
        by_rule.setdefault(job.rule, []).append(job)
    dealt: list[str] = []
    for _ in range(size):
        dealt = dealt or chance.sample(sorted(by_rule), len(by_rule))
        yield chance.choice(by_rule[dealt.pop()])


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=3, help="how many (default: %(default)s)")
    parser.add_argument("--cores", type=int, default=2, help="processors to use (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="of the moments (default: another each time)"
    )
    parser.add_argument("--folder", type=Path, help="keep what went wrong here; must not exist (default: nowhere)")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="kills.") as place:
        # all runs happen at one path, which records of Snakemake name
        folder, reference = Path(place).resolve() / "movie", Path(place).resolve() / "reference"
        folder.mkdir()
        copy_project(folder)
        say(f"a run that nobody disturbs (seed {options.seed})")
        began = time.time()
        if start(folder, options.cores).wait():
            sys.exit((folder / "run.log").read_text(encoding="utf-8", errors="replace"))
        jobs, expected = stages(folder), digests(folder)
        jobs.insert(0, Stage("(start of Snakemake)", "", began, jobs[0].began - began))
        folder.rename(reference)
        say(f"it took {time.time() - began:.0f} s and made {len(expected)} files that must be the same")
        good = 0
        for number, stage in enumerate(deck(jobs, chance, options.kills), start=1):
            share, how = chance.uniform(0, 1.1), chance.choice(HOW)
            began = time.time()
            about, wrong = one_round(reference, folder, stage, share, how, options.cores, expected)
            good += not wrong
            print(
                f"{number:>3}  {how:<10} at {share:4.0%} of {stage.rule:<20} ({about}), {time.time() - began:3.0f} s: "
                f"{'; '.join(wrong) or 'as it should be'}",
                flush=True,
            )
            if wrong and options.folder:
                shutil.copytree(folder, options.folder / str(number), symlinks=True)
        print(f"goals met: {good} of {options.kills}")
    sys.exit(0 if good == options.kills else 1)


if __name__ == "__main__":
    main()
