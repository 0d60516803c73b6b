"""From a file to SRT with a real Whisper: this workflow held against faster-whisper, sequential and batched, and `whisperx`.

Whisper base (int8) on minutes of real English talk, fetched as by `make score-real`. All ways detect speech, none aligns words (no real
wav2vec2 can be had from the package index); ours makes readable cues and checks its coverage besides. One after the other on this
machine, as busy as it is; the ratios count. The model and the environments are made, and each way has run once on a few seconds, before
the clock starts.

There is no true text of the talks: each text is held against that of faster-whisper, sequential.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench_asr import Goal, link_ffmpeg, print_goals, row
from measure.usage import Usage, used
from support import ROOT
from support.workflow import ENVIRONMENTS, copy_project

from moviesubs.media.wav import SAMPLE_RATE
from real import packages
from scoring.words import word_error_rate

#: of the whole run against faster-whisper's batches, in time
LIMIT = 1.1
#: seconds of the talk that each way hears first, so that Python has its compiled files
WARM_UP = 12
#: kept between runs; `make score-real` fetches into it too
SOURCES = ROOT / "results" / "score-real"
TABLE = """models:
  whisper-base-ctranslate2: {{path: {model}, licence: MIT}}
asr:
  base: {{whisperx: whisper-base-ctranslate2}}
"""


def say(line: str) -> None:
    """Tells the person who waits what is being done."""
    print(f"[bench-real] {line}", file=sys.stderr, flush=True)


class Bench:
    """The ways, in a folder."""

    def __init__(self, folder: Path, threads: int, seconds: float) -> None:
        """Fetches model and talks, and builds environments, where they are missing."""
        self.folder, self.threads = copy_project(folder), threads
        self.python = ENVIRONMENTS / "whisperx" / "bin" / "python"
        (SOURCES / "packages").mkdir(parents=True, exist_ok=True)
        self.model = packages.whisper_base(SOURCES / "packages", SOURCES / "models" / "ctranslate2")
        talks = packages.unpacked(SOURCES / "packages", SOURCES / "source") / "talks"
        join = (
            "import sys, numpy, pathlib; sys.path.insert(0, 'scripts'); sys.path.insert(0, 'resources/demo');"
            "from real.recordings import load; from moviesubs.media.wav import write_wav;"
            f"talks = [load(pathlib.Path({str(talks)!r}, name)) for name in ('test.wav', 'aepyx.wav')];"
            f"whole = numpy.resize(numpy.concatenate(talks), {int(seconds * SAMPLE_RATE)});"
            f"write_wav(pathlib.Path({str(folder / 'talk.wav')!r}), [whole]);"
            f"write_wav(pathlib.Path({str(folder / 'start.wav')!r}), [whole[:{WARM_UP * SAMPLE_RATE}]])"
        )
        (folder / "models.yaml").write_text(TABLE.format(model=self.model), encoding="utf-8")
        movies = "".join(f"{name}\t{folder / name}.wav\n" for name in ("talk", "start"))
        (folder / "movies.tsv").write_text(f"movie\tpath\n{movies}", encoding="utf-8")
        needed = [f"{ENVIRONMENTS / name}.ready" for name in ("whisperx", "common")]
        self.made("environments and models", [*self.snakemake(), *needed, self.folder / "models" / "whisperx-vad.onnx"])
        self.made("the talk", [self.python, "-c", join])
        self.variables = {"OMP_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1"}
        self.variables["PATH"] = f"{link_ffmpeg(folder).parent}{os.pathsep}{os.environ['PATH']}"

    def made(self, what: str, command: Sequence[str | Path]) -> None:
        """Makes what the ways need."""
        say(what)
        done = subprocess.run(
            [str(word) for word in command], cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{done.stdout}{done.stderr}\nerror: {what} could not be made")

    def snakemake(self) -> list[str]:
        """The beginning of a command of this workflow."""
        config = [
            f"pathvars={{environments: {ENVIRONMENTS}, models: {self.folder / 'models'}}}",
            f"movies={{folder: '', table: {self.folder / 'movies.tsv'}}}",
            "models=[config/models.yaml, models.yaml]", "language=en", "subtitles_in=[spoken]",
            "asr={backend: whisperx, model: base}", "align={backend: none, fallback: none}",
        ]  # fmt: skip
        threads = [f"{stage}={self.threads}" for stage in ("detect_speech", "transcribe_whisperx")]
        command = [sys.executable, "-m", "snakemake", "--workflow-profile", "cpu", "--cores", str(self.threads)]
        return [*command, "--set-threads", *threads, "--config", *config, "--"]

    def ours(self, name: str) -> tuple[Usage, Path]:
        """This workflow, to the SRT of one of the two sounds."""
        srt = self.folder / "results" / name / f"{name}.en.srt"
        return used([*self.snakemake(), str(srt.relative_to(self.folder))], self.folder, self.variables), srt

    def faster_whisper(self, way: str, name: str) -> tuple[Usage, Path]:
        """One of faster-whisper's ways."""
        srt = self.folder / f"{name}.{way}.srt"
        program = ROOT / "benchmarks" / "measure" / "peers_asr.py"
        sound = self.folder / f"{name}.wav"
        command = [self.python, program, way, self.model, "en", sound, srt, "--threads", str(self.threads)]
        return used(command, self.folder, self.variables), srt

    def whisperx(self, name: str) -> tuple[Usage, Path]:
        """The `whisperx` command."""
        command = [
            *(self.python, "-m", "whisperx", self.folder / f"{name}.wav", "--model", self.model, "--language", "en"),
            *("--device", "cpu", "--compute_type", "int8", "--threads", str(self.threads), "--no_align"),
            *("--output_format", "srt", "--output_dir", self.folder / "whisperx"),
        ]
        return used(command, self.folder, self.variables), self.folder / "whisperx" / f"{name}.srt"


def text_of(srt: Path) -> str:
    """The words of an SRT file."""
    lines = srt.read_text(encoding="utf-8").splitlines() if srt.exists() else []
    shown = [re.sub(r"<[^>]*>|^- ", "", line) for line in lines if line and "-->" not in line and not line.isdigit()]
    return " ".join(shown)


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=11.5, help="of the file (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="processors for each way (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="keep what is made here; must not exist (default: a temporary one)")
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True)
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="bench-real."))).resolve()
    try:
        bench = Bench(folder, options.threads, options.minutes * 60)
    except packages.Unreachable as error:
        print(f"nothing measured: the package index cannot be reached for {error}")
        return
    ways: dict[str, Callable[[str], tuple[Usage, Path]]] = {
        "this workflow": bench.ours,
        "faster-whisper, batched": lambda name: bench.faster_whisper("batched", name),
        "faster-whisper, sequential": lambda name: bench.faster_whisper("sequential", name),
        "whisperx": bench.whisperx,
    }
    say(f"each way, on {WARM_UP} seconds")
    for way in ways.values():
        way("start")
    usages, texts = {}, {}
    for what, way in ways.items():
        say(what)
        usages[what], srt = way("talk")
        texts[what] = text_of(srt)
        say(row(what, usages[what]))
    if not options.folder:
        shutil.rmtree(folder, ignore_errors=True)
    truth = texts["faster-whisper, sequential"]
    print(
        f"\n{options.minutes:g} minutes, {options.threads} of {os.cpu_count()} processors, load {os.getloadavg()[0]:.0f}\n"
    )
    print(f"{'':<48} | {'time':>9} | {'CPU':>9} | {'memory':>10} | unlike sequential")
    print(f"{'-' * 48} | --------- | --------- | ---------- | -----------------")
    differences = {what: 100 * word_error_rate([truth], [text]) for what, text in texts.items()}
    for what, usage in usages.items():
        print(f"{row(what, usage)} | {differences[what]:.1f} %")
    failed = any(usage.failed for usage in usages.values())
    time = usages["this workflow"].seconds / usages["faster-whisper, batched"].seconds
    unlike = differences["this workflow"] - differences["faster-whisper, batched"]
    goals = [
        Goal("time against faster-whisper's batches", LIMIT, None if failed else time),
        Goal("words unlike sequential's, more than batches' (points)", 1.0, None if failed else unlike),
    ]
    print_goals(goals)


if __name__ == "__main__":
    main()
