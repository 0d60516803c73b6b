"""Speed, memory and text of the translation backends, held against their goals: `make bench-translation`.

Speed and memory are measured on a model of the size of indictrans2-indic-en-dist-200M with random weights, texts on the demo's
models. The reference is the code that the models' authors keep on the hub, where INDICTRANS2_REFERENCE names the folder of
its Python files; else the PyTorch implementation that trains the demo's models stands in, and the table says so.
Every measurement is a process of its own, one after the other; times are those of this machine as busy as it is.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import measure  # noqa: F401  # finds the shared modules
from support import ROOT
from support.hub_code import REFERENCE, with_code
from support.workflow import ENVIRONMENTS, snakemake

import phrasebook
from moviesubs import contracts
from scoring.truth import read_truth

DEMO = ROOT / "resources" / "demo"
MODELS = {language: DEMO / "models" / f"indictrans2-hi-{language}-demo" for language in ("en", "gu")}
TAGS = {"en": ["hin_Deva", "eng_Latn"], "gu": ["hin_Deva", "guj_Gujr"]}
#: what people are told about the reference
NAME = "the authors' code" if REFERENCE else "stand-in"
#: tokens of every translation in the measurements of speed
TOKENS = 16
#: sentences of a batch of ours, about as many as the workflow puts into one
OURS = 16
#: of the movie that is translated again, and how long its translations may be
MOVIE, LONGEST = 1500, 12
FASTER, CHRF, MEMORY, AGAIN, RANDOM, ALL = 6, 98, 50, 10, 99, 100


@dataclass(frozen=True)
class Row:
    """A line of the table; `at_most` says from which side the goal is reached, None that there is no goal."""

    what: str
    measured: float
    unit: str
    goal: float | None = None
    at_most: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the figure reaches its goal; None where there is none."""
        if self.goal is None:
            return None
        return self.measured <= self.goal if self.at_most else self.measured >= self.goal


def table(rows: Sequence[Row]) -> str:
    """The table with its last line.

    Args:
        rows: what was measured.

    Returns:
        Lines.
    """
    width = max(len(row.what) for row in rows)
    lines = [
        f"{'what':<{width}} | {'goal':>12} | {'measured':>12} | met",
        f"{'-' * width} | {'-' * 12} | {'-' * 12} | ---",
    ]
    for row in rows:
        side = "at most" if row.at_most else "at least"
        goal = "" if row.goal is None else f"{side} {row.goal:g}"
        met = {None: "", True: "yes", False: "no"}[row.met]
        lines.append(f"{row.what:<{width}} | {goal:>12} | {f'{row.measured:.1f} {row.unit}':>12} | {met}")
    goals = [row.met for row in rows if row.met is not None]
    return "\n".join([*lines, f"goals met: {sum(goals)} of {len(goals)}"])


def say(line: str) -> None:
    """Tells the person who waits what is being done."""
    print(f"[{Path(__file__).stem}] {line}", file=sys.stderr, flush=True)


def inside(environment: str, task: str, request: dict[str, Any]) -> Any:
    """Does a task of bench/translation_tasks.py in an environment.

    Args:
        environment: its name.
        task: the task's name.
        request: what it needs.

    Returns:
        Its answer.
    """
    command = [
        ENVIRONMENTS / environment / "bin" / "python",
        ROOT / "benchmarks" / "measure" / "translation_tasks.py",
        task,
    ]
    done = subprocess.run(
        [str(word) for word in command], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{done.stderr}\nerror: {task} failed in the environment {environment}")
    return json.loads(done.stdout)


@dataclass(frozen=True)
class Contestant:
    """A backend, and where its models are."""

    name: str
    environment: str
    backend: str
    model: Path

    def request(self, threads: int, **more: Any) -> dict[str, Any]:
        """A request for it."""
        return {"backend": self.backend, "model": str(self.model), "threads": threads, **more}


class Models:
    """A checkpoint in all forms."""

    def __init__(self, folder: Path, checkpoint: Path) -> None:
        """Converts a checkpoint.

        Args:
            folder: for the converted ones; must not exist.
            checkpoint: in the Hub's layout.
        """
        folder.mkdir(parents=True)
        self.mlx = Contestant("MLX float32", "indictrans2-mlx", "mlx", checkpoint)
        self.reference = Contestant(f"reference ({NAME})", "indictrans2", "stand-in", checkpoint)
        if REFERENCE:
            with_its_code = with_code(checkpoint, REFERENCE, folder / "reference")
            self.reference = Contestant(self.reference.name, "indictrans2", "transformers", with_its_code)
        self.converted = {kind: self._converted(folder / kind, checkpoint, kind) for kind in ("float32", "int8")}

    def _converted(self, folder: Path, checkpoint: Path, quantization: str) -> Contestant:
        program = ROOT / "scripts" / "convert_indictrans2.py"
        command = [ENVIRONMENTS / "indictrans2" / "bin" / "python", program, "--model", checkpoint]
        command += ["--quantization", quantization, "--output", folder]
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
        return Contestant(f"CTranslate2 {quantization}", "indictrans2", "ctranslate2", folder)


def speed(models: Models, threads: int) -> list[Row]:
    """Tokens a second and memory, side by side.

    Args:
        models: of the real size.
        threads: CPU threads of every contestant.

    Returns:
        Rows.
    """
    measured: dict[str, dict[str, Any]] = {}
    rows = []
    float32, int8 = models.converted["float32"], models.converted["int8"]
    for contestant, batch, count in (
        (models.reference, 4, 24),
        (models.reference, 32, 64),
        (float32, OURS, 64),
        (int8, OURS, 64),
        (models.mlx, OURS, 16),
    ):
        what = f"{contestant.name}, batch {batch}"
        say(what)
        rounds = 1 if contestant is models.mlx else 2  # on a CPU it takes long
        work = {"tags": TAGS["en"], "lengths": [5, 25], "count": count, "longest": TOKENS, "batch": batch}
        answer = inside(
            contestant.environment, "translate", contestant.request(threads, **work, sort=batch > 4, rounds=rounds)
        )
        measured[what] = answer
        rows.append(Row(f"speed of {what}", answer["tokens"] / answer["seconds"], "tokens/s"))
        say(f"{what}: {rows[-1].measured:.1f} tokens/s, {answer['memory']:.0f} MB")
    first = measured[f"{models.reference.name}, batch 4"]
    small = measured[f"{int8.name}, batch {OURS}"]
    pace = [one["tokens"] / one["seconds"] for one in (small, first)]
    rows.append(Row("CTranslate2 int8 against the reference with batch 4", pace[0] / pace[1], "times", FASTER))
    rows.append(Row("peak memory of the reference with batch 4", first["memory"], "MB"))
    rows.append(Row("peak memory of CTranslate2 int8", small["memory"], "MB"))
    share = 100 * small["memory"] / first["memory"]
    return [*rows, Row("... as a share of the reference's", share, "%", MEMORY, at_most=True)]


def same(outputs: Sequence[object], references: Sequence[object]) -> float:
    """How many of two lists are equal, in percent."""
    return 100 * sum(one == other for one, other in zip(outputs, references, strict=True)) / len(references)


def demo_texts() -> list[str]:
    """What is said in the demo movie, and sentences that its models were not trained on."""
    spoken = [sentence.hi for sentence in read_truth(DEMO / "demo.truth.json").sentences]
    held_out = [sentence.hindi for sentence in phrasebook.sentences(2, 600, "held-out")]
    return list(dict.fromkeys([*spoken, *held_out]))[:200]


def identity(models: dict[str, Models], threads: int, count: int) -> list[Row]:
    """Whether the texts are the reference's.

    Args:
        models: the demo's, by target language.
        threads: CPU threads.
        count: number of random inputs.

    Returns:
        Rows.
    """
    rows, scores = [], []
    texts = demo_texts()
    shares: dict[str, list[float]] = {}
    for language, made in models.items():
        say(f"demo sentences into {language}")
        translations = {
            one.name: inside(one.environment, "texts", one.request(threads, texts=texts, tags=TAGS[language]))["texts"]
            for one in (made.reference, *made.converted.values(), made.mlx)
        }
        for one in (made.converted["float32"], made.mlx):
            shares.setdefault(one.name, []).append(same(translations[one.name], translations[made.reference.name]))
        exact, small = (translations[made.converted[kind].name] for kind in ("float32", "int8"))
        scores.append(inside("indictrans2", "chrf", {"translations": small, "references": exact})["score"])
    for name, equal_shares in shares.items():
        what = f"{name}: demo sentences with the reference's text ({len(texts)} in 2 languages)"
        rows.append(Row(what, sum(equal_shares) / len(equal_shares), "%", ALL))
    say(f"{count} random inputs")
    made = models["en"]
    work = {"tags": TAGS["en"], "lengths": [1, 25], "count": count, "longest": 62, "batch": 50, "sort": True}
    outputs = {
        one.name: inside(one.environment, "translate", one.request(threads, **work))["outputs"]
        for one in (made.reference, made.converted["float32"], made.mlx)
    }
    for name in (made.converted["float32"].name, made.mlx.name):
        share = same(outputs[name], outputs[made.reference.name])
        rows.append(Row(f"{name}: random inputs with the reference's tokens ({count}, beam 5)", share, "%", RANDOM))
    return [*rows, Row("CTranslate2 int8 against float32, demo sentences: lowest chrF", min(scores), "", CHRF)]


def again(model: Path, folder: Path, threads: int, count: int) -> list[Row]:
    """A movie that is translated again after one sentence has changed.

    Args:
        model: of the real size, converted.
        folder: for the files.
        threads: CPU threads.
        count: sentences of the movie.

    Returns:
        Rows.
    """
    texts = list(dict.fromkeys(sentence.hindi for sentence in phrasebook.sentences(4, 12 * count, "train")))[:count]
    if len(texts) < count:
        raise SystemExit(f"error: the phrase book has {len(texts)} sentences only")
    command = [ENVIRONMENTS / "indictrans2" / "bin" / "python", ROOT / "scripts" / "translate.py", "--model", model]
    command += ["--transcript", folder / "transcript.json", "--target", "en", "--device", "cpu", "--threads", threads]
    command += ["--memory", folder / "memory.sqlite", "--output", folder / "transcript.en.json"]
    took = []
    for changed in (texts, [*texts[:-1], "यह वाक्य नया है।"]):
        say(f"a movie of {len(changed)} sentences, {len(set(changed) - set(texts))} of them changed")
        sentences = [contracts.Sentence(id=n, start=n, end=n + 1, text=text) for n, text in enumerate(changed)]
        contracts.write(folder / "transcript.json", contracts.Transcript(language="hi", sentences=sentences))
        started = time.perf_counter()
        subprocess.run(
            [str(word) for word in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        took.append(time.perf_counter() - started)
    return [
        Row(f"a movie of {count} sentences, CTranslate2 int8, new", took[0], "s"),
        Row("... again, one sentence changed", took[1], "s", AGAIN, at_most=True),
    ]


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    threads = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
    parser.add_argument(
        "--threads",
        type=int,
        default=threads,
        help="CPU threads (default: OMP_NUM_THREADS, else all); MLX takes its own",
    )
    parser.add_argument("--quick", action="store_true", help="fewer random inputs and a short movie, to try it out")
    options = parser.parse_args()
    for name in ("indictrans2", "indictrans2-mlx"):
        done = snakemake("--cores", "1", f"environments/{name}.ready", "--rerun-triggers", "mtime", "--nolock")
        if done.returncode:
            raise SystemExit(done.stdout)
    folder = Path(tempfile.mkdtemp(prefix="bench-translation."))
    try:
        say("a model of the real size, and its conversions")
        request = {"folder": str(folder / "200M"), "tokenizer": str(MODELS["en"]), "longest": LONGEST}
        inside("indictrans2", "make", request)
        real = Models(folder / "real", folder / "200M")
        demo = {language: Models(folder / language, model) for language, model in MODELS.items()}
        rows = speed(real, options.threads)
        print(table(rows), file=sys.stderr, flush=True)
        rows += identity(demo, options.threads, 100 if options.quick else 1000)
        print(table(rows), file=sys.stderr, flush=True)
        rows += again(real.converted["int8"].model, folder, options.threads, 60 if options.quick else MOVIE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(
        f"\nTranslation on {os.cpu_count()} processors, {options.threads} threads, with a load of {os.getloadavg()[0]:.0f}"
    )
    print(
        f"Reference: {f'the code in {REFERENCE}' if REFERENCE else 'the demo models PyTorch implementation stands in'}\n"
    )
    print(table(rows))


if __name__ == "__main__":
    main()
