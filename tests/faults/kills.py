"""Runs that are killed at random moments: `make kills` (KILLS=50 for the full campaign).

Each round makes the demo's movie in a new folder, kills at a random moment (Snakemake alone, as an impatient person does, or
everything at once, as a power cut does), and types the same command again. That must be all: no other command, the same bytes
as a run that nobody disturbed, and nothing left behind.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

# run as a program, only this file's own folder is there
sys.path.extend(str(Path(__file__).parents[2] / name) for name in ("tests", "benchmarks", "scripts"))

from support.workflow import ENVIRONMENTS, MODELS, copy_project

#: results that hold nothing of when and how fast they were made
SAME = (".srt", ".vtt", ".mkv", ".wav", ".txt")
ALSO_SAME = ("transcript*.json", "cues.*.json", "aligned.json", "speech.json", "shots.json", "speakers.json")
#: seconds of the demo that the movie has
SECONDS = 23


def say(line: str) -> None:
    """Tells the person who waits what is being done."""
    print(f"[kills] {line}", file=sys.stderr, flush=True)


def command(folder: Path, cores: int) -> list[str]:
    """What a person types."""
    table = folder / "movies.tsv"
    table.write_text(f"movie\tpath\tend\nकहानी {{tmdb-1}}\tresources/demo/demo.mkv\t{SECONDS}\n", encoding="utf-8")
    shared = f"pathvars={{environments: {ENVIRONMENTS}, models: {MODELS}}}"
    words = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", "--cores", str(cores)]
    return [*words, "--config", shared, f"movies={{folder: '', table: {table}}}"]


def start(folder: Path, cores: int) -> subprocess.Popen[bytes]:
    """Starts the workflow in a session of its own."""
    with (folder / "run.log").open("ab") as log:
        return subprocess.Popen(
            command(folder, cores), cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def kill(run: subprocess.Popen[bytes], everything: bool) -> str:
    """Kills a run, and says what it was about."""
    tree = [psutil.Process(run.pid), *psutil.Process(run.pid).children(recursive=True)]
    doing = [Path(word).stem for process in tree for word in _words(process) if word.endswith(".py")]
    for process in tree if everything else tree[:1]:
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


def project(folder: Path) -> Path:
    """A copy of the project in a new folder."""
    folder.mkdir()
    return copy_project(folder.resolve())


def digests(folder: Path) -> dict[str, str]:
    """What must be the same in every run."""
    results = folder / "results"
    files = [file for file in results.rglob("*") if file.suffix in SAME and file.is_file()]
    files += [file for pattern in ALSO_SAME for file in results.rglob(pattern)]
    return {str(file.relative_to(results)): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files)}


def left_behind(folder: Path) -> Iterator[str]:
    """What a finished run must not leave."""
    for path in [*folder.rglob(".part-*"), *MODELS.glob(".part-*"), *ENVIRONMENTS.glob(".part-*")]:
        yield f"{path.relative_to(folder) if path.is_relative_to(folder) else path} is left"
    for name in ("locks", "incomplete"):
        if any((folder / ".snakemake" / name).glob("*")):
            yield f".snakemake/{name} is not empty"


def one_round(
    folder: Path, after: float, everything: bool, cores: int, expected: dict[str, str]
) -> tuple[str, list[str]]:
    """Kills one run and finishes it; what it was about, and what went wrong."""
    run = start(folder, cores)
    try:
        run.wait(after)
        about = "nothing: it was finished"
    except subprocess.TimeoutExpired:
        about = kill(run, everything)
    if code := start(folder, cores).wait():
        return about, [f"the second run ended with status {code}"]
    found = digests(folder)
    other = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    return about, [*(f"{name} is not the same" for name in other), *left_behind(folder)]


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=3, help="how many (default: %(default)s)")
    parser.add_argument("--cores", type=int, default=2, help="processors to use (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="of the moments (default: another each time)"
    )
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="kills.") as place:
        reference = project(Path(place, "reference"))
        say(f"a run that nobody disturbs (seed {options.seed})")
        began = time.monotonic()
        if start(reference, options.cores).wait():
            sys.exit((reference / "run.log").read_text(encoding="utf-8", errors="replace"))
        whole, expected = time.monotonic() - began, digests(reference)
        say(f"it took {whole:.0f} s and made {len(expected)} files that must be the same")
        good = 0
        for number in range(1, options.kills + 1):
            folder = project(Path(place, f"round {number}"))
            after, everything = chance.uniform(0, whole), chance.random() < 0.5
            about, wrong = one_round(folder, after, everything, options.cores, expected)
            good += not wrong
            how = "everything" if everything else "Snakemake"
            print(
                f"{number:>3}  {how} killed after {after:5.1f} s, at {about}: {'; '.join(wrong) or 'as it should be'}",
                flush=True,
            )
            if not wrong or not os.environ.get("KEEP"):
                shutil.rmtree(folder, ignore_errors=True)
        print(f"goals met: {good} of {options.kills}")
    sys.exit(0 if good == options.kills else 1)


if __name__ == "__main__":
    main()
