"""Faults that really kill, in the MLX child, in the WhisperX child and in the aligner: `make faults`.

Every fault has a movie of its own (the first half minute of the demo), named after it; all of them go through the real workflow in
one run. Each must end with valid subtitles, with the right status in its files, and with a line in its report. A healthy movie goes
first: what comes before recognition is taken from it, since nothing happens there.
"""

import argparse
import html
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

# run as a program, only this file's own folder is there
sys.path.extend(str(Path(__file__).parents[2] / name) for name in ("tests", "benchmarks", "scripts"))

import pysrt
from measure.processes import timed
from support.workflow import ENVIRONMENTS, MODELS, copy_project

from faults import faulty
from moviesubs import contracts
from moviesubs.contracts import Asr, Failure

PROGRAMS = ("transcribe_mlx", "align", "transcribe_whisperx")
MOMENTS = ("start", "middle")
#: a fault, and what the reason in the file says about it
KINDS = {
    "SIGSEGV": "killed by SIGSEGV",
    "SIGKILL": "killed by SIGKILL",
    "hang": "no progress for",
    "exception": "a fault of the test",
    "import": "No module named",
}
HEALTHY = "healthy"
#: seconds of the demo that a movie has, and that a child may be silent: more than imports take on a busy machine
SECONDS, SILENCE = 23, 90
#: what a movie takes over from the healthy one, before the program that fails
BEFORE = {"transcribe_mlx": ["probe.json", "audio.wav", "speech.json"]}
BEFORE["transcribe_whisperx"] = BEFORE["transcribe_mlx"]
BEFORE["align"] = [*BEFORE["transcribe_mlx"], "asr.mlx.json", "asr.json"]


def say(line: str) -> None:
    """Tells the person who waits what is being done."""
    print(f"[faults] {line}", file=sys.stderr, flush=True)


def run(folder: Path, movies: Sequence[str], cores: int) -> bool:
    """Runs the workflow for these movies, with the faults that their names say; whether it ended well."""
    table = folder / "movies.tsv"
    rows = [f"{name}\tresources/demo/demo.mkv\t{SECONDS}\n" for name in movies]
    table.write_text("movie\tpath\tend\n" + "".join(rows), encoding="utf-8")
    config = [
        f"pathvars={{environments: {ENVIRONMENTS}, models: {MODELS}}}",
        f"movies={{folder: '', table: {table}}}",
        f"asr={{backend: mlx, silence_limit: {SILENCE}}}",
        f"align={{silence_limit: {SILENCE}}}",
        "diarize={enabled: false}",
        "subtitles_in=[spoken]",
        "mux={default: hi}",
    ]
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", "--cores", str(cores)]
    command += ["--rerun-triggers", "mtime", "--set-resources", "transcribe_mlx:batch_size=1"]
    command += ["transcribe_whisperx:batch_size=1", "--config", *config]
    (folder / "temporary").mkdir(exist_ok=True)
    done = timed(command, folder, faulty("of the movie", folder / "temporary"))
    (folder / "run.log").write_text(done.output, encoding="utf-8")
    return not done.failed


def problems(folder: Path, name: str) -> list[str]:
    """What is wrong with a movie's results; nothing where they are as they should be."""
    results = folder / "results" / name
    wrong: list[str] = []
    try:
        cues = pysrt.open(results / f"{name}.hi.srt")
        if not cues or any(cue.end <= cue.start or not cue.text.strip() for cue in cues):
            wrong.append("its subtitles are empty or invalid")
        report = html.unescape((results / "report.html").read_text(encoding="utf-8"))
        aligned = contracts.read(results / "aligned.json", Asr)
        mlx = contracts.read(results / "asr.mlx.json", Asr)
    except Exception as error:  # noqa: BLE001 -- a broken result of any kind is what is looked for
        return [f"{type(error).__name__}: {error}"]
    alignment = aligned.alignment
    state = (mlx.status, aligned.status, aligned.backend, *((alignment.status, alignment.backend) if alignment else ()))
    program, _, kind = (*name.split(" "), "", "")[:3]
    expected, failure = {
        HEALTHY: (("ok", "ok", "mlx", "words", "whisperx"), None),
        "transcribe_mlx": (("failed", "rescued", "whisperx", "words", "whisperx"), mlx.failure),
        "transcribe_whisperx": (("failed", "rescued", "whisperx", "words", "whisperx"), aligned.failure),
        "align": (("ok", "ok", "mlx", "words", "whisper"), alignment and alignment.failure),  # the fallback
    }[program]
    if state != expected:
        wrong.append(f"its files say {state} and not {expected}")
    if program != HEALTHY:
        wrong += unreported(program, kind, failure, aligned, report)
    return wrong


def unreported(program: str, kind: str, failure: Failure | None, aligned: Asr, report: str) -> list[str]:
    """What files and report do not say about a fault."""
    reasons = [failure.reason if failure else "", aligned.reason or ""]
    reason = next((one for one in reasons if KINDS[kind] in one), None)
    if reason is None:
        return [f"the reason in its files is {reasons}"]
    if KINDS[kind].startswith("killed") and program != "transcribe_whisperx" and failure and failure.signal != kind:
        return [f"the signal in its files is {failure.signal}"]
    return [] if reason in report else ["its report does not say why"]


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only faults whose name has this in it: 'align middle' say")
    parser.add_argument("--cores", type=int, default=2, help="processors to use (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="keep what is made here; must not exist (default: a temporary one)")
    options = parser.parse_args()
    names = [f"{program} {moment} {kind}" for program in PROGRAMS for moment in MOMENTS for kind in KINDS]
    names = [name for name in names if options.only in name]
    if options.folder:
        options.folder.mkdir(parents=True)
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="faults."))).resolve()
    try:
        copy_project(folder)
        say("a healthy movie")
        ended = run(folder, [HEALTHY], options.cores)
        for name in names:
            results = folder / "results" / name
            results.mkdir(parents=True, exist_ok=True)
            for file in BEFORE[name.split(" ")[0]]:
                shutil.copy2(folder / "results" / HEALTHY / file, results / file)
        say(f"{len(names)} movies with faults")
        ended = run(folder, [HEALTHY, *names], options.cores) and ended
        faults = {name: problems(folder, name) for name in [HEALTHY, *names]}
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{'fault':<34} | ends as it should\n{'-' * 34} | -----------------")
    for name, wrong in faults.items():
        print(f"{name:<34} | {'no: ' + '; '.join(wrong) if wrong else 'yes'}")
    good = sum(not wrong for wrong in faults.values())
    print(f"the run as a whole ended {'well' if ended else 'with an error'}")
    print(f"goals met: {good} of {len(faults)}")
    sys.exit(0 if ended and good == len(faults) else 1)


if __name__ == "__main__":
    main()
