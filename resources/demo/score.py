"""Scores the workflow on movies whose every word is known: prints a table, and writes results/score/scores.json.

Movies are made by movie/make.py from sentences that no model has seen, the workflow runs on them with the demo's profile,
and what it made is held against the truth with the field's own packages.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))  # run as a program, only this file's own folder is there

from moviesubs import contracts  # noqa: E402
from moviesubs.errors import UserError  # noqa: E402
from moviesubs.files import write_text  # noqa: E402
from moviesubs.program import run  # noqa: E402
from phrasebook import sentences  # noqa: E402
from scoring.goals import Score, table  # noqa: E402
from scoring.results import Results  # noqa: E402
from scoring.stretches import diarization_error_rate, speech_detection  # noqa: E402
from scoring.texts import chrf, right_sentences  # noqa: E402
from scoring.truth import read_truth  # noqa: E402
from scoring.words import start_differences, start_errors, word_error_rate  # noqa: E402

FOLDER = Path("results/score")
DEMO = Path("resources/demo")
#: what is made: a movie with nothing but voices, the same kind with noise, and one that differs in all: voices that the
#: recogniser was not trained on, three of them, music and noise, container, length, sound that starts late
MOVIES = {
    "clean.mkv": "--seed 101 --seconds 90",
    "noise.mkv": "--seed 102 --seconds 90 --noise-db 10",
    "foreign.mp4": "--seed 103 --seconds 75 --voices quincy belinda f3 --noise-db 15 --music-db 12 --start-offset 4.2",
}
SUBTITLED = ("demo", "foreign")
TRANSLATIONS = ("en", "gu")
#: sentences of the phrasebook that are translated besides those of the movies
SENTENCES = 200
#: seconds around a boundary of speech that are not judged
COLLAR = 0.2


@dataclass(frozen=True)
class Made:
    """What there is to score.

    Attributes:
        movies: the workflow's results by movie.
        translations: by language, pairs of the phrasebook's and the model's translations of right transcripts.
    """

    movies: dict[str, Results]
    translations: dict[str, list[tuple[str, str]]]


def make_movies() -> dict[str, Path]:
    """Makes the movies that are missing or older than what makes them.

    Returns:
        The truth file of each movie, the shipped demo movie's among them.
    """
    sources = [file for file in DEMO.rglob("*") if file.suffix in (".py", ".yaml") and "scoring" not in file.parts]
    changed = max(file.stat().st_mtime for file in [*sources, Path(__file__)])
    truths = {"demo": DEMO / "demo.truth.json"}
    for file, options in MOVIES.items():
        movie = FOLDER / "movies" / file
        truth = truths[movie.stem] = movie.with_suffix(".truth.json")
        if truth.exists() and movie.exists() and min(truth.stat().st_mtime, movie.stat().st_mtime) > changed:
            continue
        maker = [sys.executable, DEMO / "movie" / "make.py", *options.split(), "--split", "held-out"]
        subprocess.run([*map(str, maker), "--output", movie, "--truth", truth], stdout=sys.stderr, check=True)
    return truths


def run_workflow(movies: Sequence[str]) -> None:
    """Runs the workflow as far as the scores need it.

    Args:
        movies: names.

    Raises:
        UserError: a stage failed; its error and log stand above.
    """
    results = FOLDER / "results"
    files = [
        "aligned.json",
        "asr.mlx.json",
        "speakers.json",
        *(f"transcript.{language}.json" for language in TRANSLATIONS),
    ]
    targets = [results / movie / file for movie in movies for file in files]
    targets += [results / movie / f"{movie}.en.srt" for movie in SUBTITLED]
    folders = {"results": results, "logs": FOLDER / "logs", "benchmarks": FOLDER / "benchmarks"}
    pathvars = ", ".join(f"{name}: {folder}" for name, folder in folders.items())
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", "--config", f"pathvars={{{pathvars}}}"]
    command += [f"movies={{folder: {FOLDER / 'movies'}, table: {DEMO / 'movies.tsv'}}}", "--", *map(str, targets)]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        raise UserError("the workflow failed on the movies to score; the first error above says where")


def translate_sentences(movies: dict[str, Results], language: str) -> list[tuple[str, str]]:
    """Translates right transcripts: of the movies, and of more sentences of the phrasebook.

    Args:
        movies: their truth is used, not what was recognised.
        language: to translate into.

    Returns:
        Pairs of the phrasebook's and the model's translation.
    """
    field = {"en": "english", "gu": "gujarati"}[language]
    known = {sentence.hindi: getattr(sentence, field) for sentence in sentences(104, SENTENCES, "held-out")}
    for movie in movies.values():
        known |= {sentence.hi: sentence.in_language(language) for sentence in movie.truth.sentences}
    folder = FOLDER / "sentences"
    transcript, translation = folder / "transcript.json", folder / f"transcript.{language}.json"
    spoken = [
        contracts.Sentence(id=number, start=number, end=number + 1, text=text) for number, text in enumerate(known)
    ]
    contracts.write(transcript, contracts.Transcript(language="hi", sentences=spoken))
    options: dict[str, str | Path] = {
        "--transcript": transcript,
        "--model": f"models/indictrans2-hi-{language}-demo-ctranslate2",
        "--target": language,
        "--device": "cpu",
        "--output": translation,
    }
    words = [str(word) for option in options.items() for word in option]
    subprocess.run(
        ["environments/indictrans2/bin/python", "scripts/translate.py", *words], stdout=sys.stderr, check=True
    )
    found = contracts.read(translation, contracts.Transcript)
    return [(known[spoken[sentence.id].text], sentence.text) for sentence in found.sentences]


def make() -> Made:
    """Makes the movies, runs the workflow, and translates the sentences.

    Returns:
        All that there is to score.
    """
    truths = make_movies()
    run_workflow(list(truths))
    movies = {name: Results(name, FOLDER / "results" / name, read_truth(file)) for name, file in truths.items()}
    return Made(movies, {language: translate_sentences(movies, language) for language in TRANSLATIONS})


def recognition(made: Made) -> list[Score]:
    """Word error rates, in per cent."""

    def rate(movie: str, file: str) -> float:
        results = made.movies[movie]
        spoken = " ".join(sentence.hi for sentence in results.truth.sentences)
        try:
            return 100 * word_error_rate([spoken], [results.recognised(file)])
        except UserError as error:
            print(f"warning: {error}", file=sys.stderr)
            return float("nan")

    goals = {"clean": ("clean speech", 3.0), "noise": ("noise at 10 dB", 8.0), "demo": ("the demo movie", None)}
    goals["foreign"] = ("a foreign movie", None)
    scores = []
    for movie, (what, goal) in goals.items():
        whisperx, mlx = rate(movie, "asr.json"), rate(movie, "asr.mlx.json")
        scores += [
            Score(f"wer_{movie}_whisperx", f"word error rate, WhisperX, {what}", whisperx, "%", at_most=goal),
            Score(
                f"wer_{movie}_mlx",
                f"the same through MLX, {what}: distance",
                abs(mlx - whisperx),
                "points",
                at_most=None if goal is None else 1.0,
                remark=f"word error rate {mlx:.1f} %",
            ),
        ]
    return scores


def alignment(made: Made) -> list[Score]:
    """Start times of the words of all movies."""
    differences: list[float] = []
    spoken = 0
    for results in made.movies.values():
        true = results.truth.timed_words()
        spoken += len(true)
        differences += start_differences(true, results.words())
    errors = start_errors(differences, spoken)
    remark = f"{errors.compared} of {errors.spoken} words"
    return [
        Score("start_median", "word start times, median", errors.median, "ms", at_most=40, remark=remark),
        Score("start_95", "word start times, 95th percentile", errors.percentile_95, "ms", at_most=120, remark=remark),
    ]


def translation(made: Made) -> list[Score]:
    """chrF of right transcripts, and of what the workflow made of the movies from end to end."""
    scores = []
    for language, name in (("en", "English"), ("gu", "Gujarati")):
        pairs = made.translations[language]
        right, found = ([pair[side] for pair in pairs] for side in (0, 1))
        remark = f"{len(pairs)} sentences"
        scores.append(
            Score(f"chrf_{language}", f"translation, {name}: chrF", chrf(right, found), at_least=95, remark=remark)
        )
    for language, name in (("en", "English"), ("gu", "Gujarati")):
        films = made.movies.values()
        right = [" ".join(sentence.in_language(language) for sentence in film.truth.sentences) for film in films]
        found = [film.text(language) for film in films]
        scores.append(Score(f"chrf_{language}_end_to_end", f"the movies end to end, {name}: chrF", chrf(right, found)))
    return scores


def voices(made: Made) -> list[Score]:
    """Detected speech of all movies, and who speaks in the demo movie."""
    found = speech_detection([results.speech() for results in made.movies.values()], COLLAR)
    remark = f"precision {found.precision:.3f}, recall {found.recall:.3f}"
    scores = [Score("vad", "speech detected: F1", found.f1, at_least=0.95, digits=3, remark=remark)]
    for movie, what, goal in (("demo", "the demo movie", 15.0), ("foreign", "a foreign movie", None)):
        rate = 100 * diarization_error_rate([made.movies[movie].speakers()])
        scores.append(Score(f"der_{movie}", f"diarization error rate, {what}", rate, "%", at_most=goal))
    return scores


def subtitles(made: Made) -> list[Score]:
    """Sentences of the English subtitles that are right and in their place."""
    scores = []
    for movie, what, goal in (("demo", "the demo movie", 95.0), ("foreign", "a foreign movie", None)):
        results = made.movies[movie]
        right = right_sentences(results.expected("en"), results.subtitles("en"))
        share, remark = 100 * sum(right) / len(right), f"{sum(right)} of {len(right)}"
        scores.append(
            Score(f"srt_{movie}", f"English SRT, {what}: sentences right", share, "%", at_least=goal, remark=remark)
        )
    return scores


def scores() -> list[Score]:
    """Makes what is missing, and measures everything.

    Returns:
        The scores in the order of the table; those without a goal tell more.
    """
    made = make()
    measured = [part(made) for part in (recognition, alignment, translation, voices, subtitles)]
    return [score for part in measured for score in part]


def main(argv: Sequence[str] | None = None) -> None:
    """Prints the table and writes scores.json.

    Args:
        argv: command-line arguments.
    """
    argparse.ArgumentParser(description=__doc__).parse_args(argv)
    os.chdir(ROOT)
    measured = scores()
    records = [score.record() for score in measured]
    write_text(FOLDER / "scores.json", json.dumps({"scores": records}, ensure_ascii=False, indent=1) + "\n")
    print(table(measured))


if __name__ == "__main__":
    run(main)
