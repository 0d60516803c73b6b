"""Speech recognition held against the plain ways to do it: `make bench-asr`.

One long file, and clips of 30 s, cut from the demo movie, with the demo's models: by this workflow (to a transcript with word times), by
a loop of `whisperx` commands (the same model, settings and alignment), and by a plain loop of `mlx_whisper.transcribe` (no word times).
One after the other on this machine, as busy as it is; the ratios count. Environments and models are made before the clock starts.

`whisperx` wants NLTK's sentence model and would download it: it gets an empty one, which costs it nothing.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measure.usage import Usage, used
from support import ROOT
from support.workflow import ENVIRONMENTS, MODELS, copy_project

DEMO = ROOT / "resources" / "demo"
CLIP = 30
#: of the long file; how many times faster than the loop the clips must be; and MLX's batches than one window at a time
LONG, CLIPS, BATCHED = 1.1, 4.0, 2.0
#: what both ways with WhisperX are told
CHUNK, BEAM, BATCH = 12, 1, 8
#: ways of measure/mlx_loop.py; ours takes another BLAS on Linux, so the gain has two causes
MLX_WAYS = {
    "plain": "MLX, the same chunks: mlx_whisper.transcribe",
    "plain-fast": "MLX, the same chunks: ... with the BLAS of ours",
    "batches": "MLX, the same chunks: this workflow's batches",
}


@dataclass(frozen=True)
class Goal:
    """A goal: `measured` must be at most, or with `least` at least, `limit`; None where it could not be had."""

    what: str
    limit: float
    measured: float | None
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        if self.measured is None:
            return False
        return self.measured >= self.limit if self.least else self.measured <= self.limit


def say(line: str) -> None:
    """Tells the person who waits what is being done."""
    print(f"[bench-asr] {line}", file=sys.stderr, flush=True)


def link_ffmpeg(folder: Path) -> Path:
    """The workflow's FFmpeg as `bin/ffmpeg` of a folder: `whisperx` looks for it on the path."""
    ask = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"
    python = ENVIRONMENTS / "common" / "bin" / "python"
    program = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    link = folder / "bin" / "ffmpeg"
    link.parent.mkdir()
    link.symlink_to(program)
    return link


class Bench:
    """The three ways, in a folder."""

    def __init__(self, folder: Path, threads: int, *, mlx: bool) -> None:
        """Prepares a copy of the project, the models and what `whisperx` would download."""
        self.folder, self.threads = copy_project(folder), threads
        self.variables = {"OMP_NUM_THREADS": str(threads), "NLTK_DATA": str(folder / "nltk"), "HF_HUB_OFFLINE": "1"}
        english = folder / "nltk" / "tokenizers" / "punkt_tab" / "english"
        english.mkdir(parents=True)
        for name in ("collocations.tab", "sent_starters.txt", "abbrev_types.txt", "ortho_context.tab"):
            (english / name).touch()
        needed = [
            MODELS / f"{name}.json"
            for name in ("whisper-hi-demo-ctranslate2", *(["whisper-hi-demo-mlx"] if mlx else []), "wav2vec2-hi-demo")
        ]
        needed += [ENVIRONMENTS / f"{name}.ready" for name in ("whisperx", *(["mlx"] if mlx else []), "common")]
        say("environments and models, where they are missing")
        made = subprocess.run(
            [*self.snakemake(), *map(str, needed)], cwd=self.folder, capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise SystemExit(f"{made.stdout}{made.stderr}\nerror: environments and models could not be made")
        self.ffmpeg = link_ffmpeg(folder)
        self.variables["PATH"] = f"{self.ffmpeg.parent}{os.pathsep}{os.environ['PATH']}"

    def snakemake(self, made: str = ".", config: Sequence[str] = (), more: Sequence[str] = ()) -> list[str]:
        """The beginning of a command; what it makes lies in a folder of that name."""
        places = {name: f"{made}/{name}" for name in ("results", "logs")} if made != "." else {}
        places |= {"environments": str(ENVIRONMENTS), "models": str(MODELS)}
        pathvars = f"pathvars={{{', '.join(f'{name}: {place}' for name, place in places.items())}}}"
        command = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", "--cores", str(self.threads), *more]
        return [*command, "--config", pathvars, *config, "--"]

    def wav(self, name: str, *options: str) -> Path:
        """A WAV file for the ways that take one, cut by FFmpeg from the demo movie."""
        path = self.folder / f"{name}.wav"
        sound = ["-vn", "-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le"]
        command = [self.ffmpeg, "-v", "error", *options, *sound, path]
        subprocess.run(command, check=True)
        return path

    def workflow(self, files: Sequence[Path], name: str, more: Sequence[str] = ()) -> Usage:
        """This workflow, from the files to transcripts."""
        table = self.folder / f"{name}.tsv"
        table.write_text("movie\tpath\n" + "".join(f"{file.stem}\t{file}\n" for file in files), encoding="utf-8")
        config = [f"movies={{folder: '', table: {table}}}", "diarize={enabled: false}", "subtitles_in=[spoken]"]
        config += [f"asr={{chunk_size: {CHUNK}, max_pause: 2, beam_size: {BEAM}}}"]
        # the demo's profile gives every stage one thread; a single file has all of them, as the others have
        threads = 1 if len(files) > 1 else self.threads
        stages = ("detect_speech", "transcribe_whisperx", "align")
        shared = ["--set-threads", *(f"{stage}={threads}" for stage in stages)]
        command = [*self.snakemake(name, [*config, *more], shared), "transcripts"]
        return used(command, self.folder, self.variables)

    def whisperx(self, files: Sequence[Path], name: str, *, together: bool = False) -> Usage:
        """A loop of `whisperx` commands, or one command for all files."""
        command = [
            *(ENVIRONMENTS / "whisperx" / "bin" / "python", "-m", "whisperx", "--model", MODELS / "whisper-hi-demo-ctranslate2"),
            *("--language", "hi", "--device", "cpu", "--compute_type", "float32", "--beam_size", BEAM, "--batch_size", BATCH),
            *("--chunk_size", CHUNK, "--threads", self.threads, "--align_model", DEMO / "models" / "wav2vec2-hi-demo"),
            *("--output_format", "json", "--output_dir", self.folder / name),
        ]  # fmt: skip
        words = " ".join(f"'{word}'" for word in command)
        loop = f'{words} "$@"' if together else f'set -e; for file in "$@"; do {words} "$file"; done'
        return used(["bash", "-c", loop, "loop", *files], self.folder, self.variables)

    def mlx(self, files: Sequence[Path]) -> Usage:
        """A plain loop of `mlx_whisper.transcribe`, in one process."""
        return used(self.mlx_loop(*files), self.folder, self.variables_of_mlx())

    def chunks_with_mlx(self, way: str, file: Path, speech: Path) -> float | None:
        """Seconds that a way of measure/mlx_loop.py takes for the chunks of a file, without imports and loading."""
        command = self.mlx_loop(file, "--chunks", speech, "--way", way)
        done = used(command, self.folder, self.variables_of_mlx())
        say(done.output.strip().splitlines()[-1] if done.output else "no output")
        match = re.search(r"([\d.]+) seconds$", done.output.strip())
        return float(match[1]) if match else None

    def mlx_loop(self, *words: str | Path) -> list[str | Path]:
        """The command of measure/mlx_loop.py."""
        python, program = ENVIRONMENTS / "mlx" / "bin" / "python", ROOT / "benchmarks" / "measure" / "mlx_loop.py"
        return [python, program, MODELS / "whisper-hi-demo-mlx", "hi", *words]

    def variables_of_mlx(self) -> dict[str, str]:
        """Where measure/mlx_loop.py finds our modules."""
        return {**self.variables, "PYTHONPATH": str(ROOT / "scripts")}


def row(what: str, usage: Usage) -> str:
    """A line of the table."""
    if usage.failed:
        print("\n".join(usage.output.splitlines()[-15:]), file=sys.stderr)
        return f"{what:<48} | failed"
    return f"{what:<48} | {usage.seconds:>7.1f} s | {usage.cpu:>7.1f} s | {usage.memory / 1e6:>7.0f} MB"


def tell(rows: list[str], line: str) -> None:
    """Adds a line to the table, and shows it as it comes."""
    rows.append(line)
    say(line)


def print_goals(goals: Sequence[Goal]) -> None:
    """The table of goals, and how many are met."""
    print(f"\n{'goal':<56} | limit | measured | met\n{'-' * 56} | ----- | -------- | ---")
    for goal in goals:
        measured = "failed" if goal.measured is None else f"{goal.measured:.2f}"
        limit = f"{'>=' if goal.least else '<='}{goal.limit:g}"
        print(f"{goal.what:<56} | {limit:>5} | {measured:>8} | {'yes' if goal.met else 'no'}")
    print(f"goals met: {sum(goal.met for goal in goals)} of {len(goals)}")


def ratio(above: Usage, below: Usage) -> float | None:
    """How many times longer one took."""
    return None if above.failed or below.failed else above.seconds / below.seconds


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--minutes", type=float, default=20, help="of the long file; 0: without it (default: %(default)s)"
    )
    parser.add_argument("--clips", type=int, default=20, help="clips of 30 s (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="processors for each way (default: %(default)s)")
    parser.add_argument("--without-mlx", action="store_true", help="leave out MLX, which is slow on a processor")
    parser.add_argument("--folder", type=Path, help="keep what is made here; must not exist (default: a temporary one)")
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True)
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="bench-asr."))).resolve()
    rows: list[str] = []
    goals: list[Goal] = []
    try:
        bench = Bench(folder, options.threads, mlx=not options.without_mlx)
        demo = str(DEMO / "demo.mkv")
        clips = [
            bench.wav(f"clip{k:02d}", "-ss", f"{(k * 9.1) % (75 - CLIP):.1f}", "-t", str(CLIP), "-i", demo)
            for k in range(options.clips)
        ]
        long = (
            [bench.wav("long", "-stream_loop", "-1", "-i", demo, "-t", str(options.minutes * 60))]
            if options.minutes
            else []
        )
        for what, files in ((f"{options.clips} clips of {CLIP} s", clips), (f"{options.minutes:g} minutes", long)):
            if not files:
                continue
            say(f"{what}: this workflow")
            ours = bench.workflow(files, f"ours{len(files)}")
            tell(rows, row(f"{what}: this workflow", ours))
            say(f"{what}: whisperx commands")
            theirs = bench.whisperx(files, f"theirs{len(files)}")
            tell(rows, row(f"{what}: whisperx, a command a file", theirs))
            others = [theirs]
            if (
                files is clips
            ):  # what a rule for several movies at a time would gain, and lose with the first that crashes
                say(f"{what}: one whisperx command")
                tell(rows, row(f"{what}: whisperx, one command", bench.whisperx(files, "together", together=True)))
            if not options.without_mlx:
                say(f"{what}: mlx_whisper.transcribe")
                others.append(bench.mlx(files))
                tell(rows, row(f"{what}: mlx_whisper.transcribe, one process", others[-1]))
            if files is clips:
                goals.append(
                    Goal(f"{what}: times faster than whisperx commands", CLIPS, ratio(theirs, ours), least=True)
                )
            else:
                fastest = min((one for one in others if not one.failed), key=lambda one: one.seconds, default=theirs)
                goals.append(Goal(f"{what}: time against the fastest other", LONG, ratio(ours, fastest)))
        if long and not options.without_mlx:
            speech = folder / "ours1" / "results" / long[0].stem / "speech.json"
            took: dict[str, float | None] = {}
            for way, what in MLX_WAYS.items():
                say(what)
                took[way] = bench.chunks_with_mlx(way, long[0], speech)
                tell(rows, f"{what:<48} | {took[way] or 0:>7.1f} s |" if took[way] else f"{what:<48} | failed")
            plain, batches = took["plain"], took["batches"]
            speed = plain / batches if plain and batches else None
            goals.append(Goal("MLX: times faster in batches than its own transcribe", BATCHED, speed, least=True))
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)
    load = os.getloadavg()[0]
    print(f"\nThe demo's models on {options.threads} of {os.cpu_count()} processors, load {load:.0f}\n")
    print(f"{'':<48} | {'time':>9} | {'CPU':>9} | {'memory':>10}\n{'-' * 48} | --------- | --------- | ----------")
    print("\n".join(rows))
    print_goals(goals)


if __name__ == "__main__":
    main()
