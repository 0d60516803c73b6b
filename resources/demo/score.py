"""Scores the workflow on movies whose every word is known: prints a table, and writes results/score/scores.json.

The workflow runs on them with the demo's profile, and what it made is held against the truth with the field's own packages.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))  # run as a program, only this file's own folder is there

from moviesubs import contracts  # noqa: E402
from moviesubs.atomic_files import write_text  # noqa: E402
from moviesubs.errors import UserError  # noqa: E402
from moviesubs.stage.program import run  # noqa: E402
from phrasebook import sentences  # noqa: E402
from scoring.goals import Score, table  # noqa: E402
from scoring.movies import DEMO, make_movies  # noqa: E402
from scoring.results import Results  # noqa: E402
from scoring.stretches import diarization_error_rate, speech_detection  # noqa: E402
from scoring.texts import chrf, right_sentences  # noqa: E402
from scoring.tracks import right_track, subtitle_edit_rate  # noqa: E402
from scoring.truth import read_truth  # noqa: E402
from scoring.words import start_differences, start_errors, word_error_rate  # noqa: E402
from scoring.workflow import run_workflow, translate  # noqa: E402

FOLDER = Path("results/score")
#: movies that both backends recognise, with the goals for their word error rate in per cent
RECOGNISED = {"clean": ("clean speech", 3.0), "noise": ("noise at 10 dB", 8.0)}
#: movies that are subtitled, and whether they have goals
#: movies that the CTC model recognises besides, with its goals
HEARD_BY_CTC = {"clean": 5.0, "noise": None}
SUBTITLED = {"demo": ("the demo movie", True), "foreign": ("a foreign movie", False)}
LANGUAGES = {"en": "English", "gu": "Gujarati"}
TRACKS = {"hi": "Hindi", **LANGUAGES}
#: sentences of the phrasebook that are translated besides those of the movies
SENTENCES = 200
#: seconds around a boundary of speech that are not judged
COLLAR = 0.2


@dataclass(frozen=True)
class Made:
    """What there is to score.

    Attributes:
        movies: the workflow's results by movie.
        ctc: the folder of those with the CTC model.
        translations: by language, the phrasebook's and the model's translations of right transcripts.
    """

    movies: dict[str, Results]
    ctc: Path
    translations: dict[str, tuple[list[str], list[str]]]


def make() -> Made:
    """Makes the movies, runs the workflow, and translates right transcripts: the movies', and more of the phrasebook.

    Returns:
        All that there is to score.
    """
    truths = make_movies(FOLDER / "movies")
    files = [f"{movie}/{file}" for movie in RECOGNISED for file in ("aligned.json", "asr.mlx.json")]
    files += [
        f"{movie}/{file}"
        for movie in SUBTITLED
        for file in ("aligned.json", "transcript.gu.json", *(f"{movie}.{language}.srt" for language in TRACKS))
    ]
    results = run_workflow(FOLDER, FOLDER / "movies", DEMO / "movies.tsv", files)
    heard = [f"{movie}/asr.json" for movie in HEARD_BY_CTC]
    ctc = run_workflow(FOLDER / "ctc", FOLDER / "movies", DEMO / "movies.tsv", heard, "asr={backend: ctc}")
    movies = {name: Results(name, results / name, read_truth(file)) for name, file in truths.items()}

    known = {
        sentence.hindi: {"en": sentence.english, "gu": sentence.gujarati}
        for sentence in sentences(104, SENTENCES, "held-out")
    }
    for film in movies.values():
        known |= {spoken.hi: {"en": spoken.en, "gu": spoken.gu} for spoken in film.truth.sentences}
    translations = {
        language: (
            [right[language] for right in known.values()],
            translate(list(known), language, FOLDER / "sentences"),
        )
        for language in LANGUAGES
    }
    return Made(movies, ctc, translations)


def recognition(made: Made) -> list[Score]:
    """Word error rates."""

    def rate(movie: str, file: str) -> float:
        results = made.movies[movie]
        spoken = " ".join(sentence.hi for sentence in results.truth.sentences)
        try:
            return 100 * word_error_rate([spoken], [results.recognised(file)])
        except UserError as error:
            print(f"warning: {error}", file=sys.stderr)
            return float("nan")

    scores = []
    for movie, (what, goal) in RECOGNISED.items():
        whisperx, mlx = rate(movie, "asr.json"), rate(movie, "asr.mlx.json")
        apart, remark = abs(mlx - whisperx), f"word error rate {mlx:.1f} %"
        scores += [
            Score(f"wer_{movie}_whisperx", f"word error rate, WhisperX, {what}", whisperx, "%", at_most=goal),
            Score(
                f"wer_{movie}_mlx", f"... and MLX's distance to it, {what}", apart, "points", at_most=1, remark=remark
            ),
        ]
    for movie, goal in HEARD_BY_CTC.items():
        said = " ".join(sentence.hi for sentence in made.movies[movie].truth.sentences)
        heard = " ".join(one.text for one in contracts.read(made.ctc / movie / "asr.json", contracts.Asr).segments)
        wrong = 100 * word_error_rate([said], [heard])
        what = f"word error rate, CTC by itself, {RECOGNISED[movie][0]}"
        scores.append(Score(f"wer_{movie}_ctc", what, wrong, "%", at_most=goal))
    scores += [
        Score(f"wer_{movie}_whisperx", f"word error rate, WhisperX, {what}", rate(movie, "asr.json"), "%")
        for movie, (what, _) in SUBTITLED.items()
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
    """chrF of right transcripts, and of what the workflow made of movies from end to end."""
    scores = []
    for language, name in LANGUAGES.items():
        right, translated = made.translations[language]
        remark = f"{len(right)} sentences"
        scores.append(
            Score(f"chrf_{language}", f"translation, {name}: chrF", chrf(right, translated), at_least=95, remark=remark)
        )
    for movie, (what, _) in SUBTITLED.items():
        film = made.movies[movie]
        for language, name in LANGUAGES.items():
            right = [" ".join(sentence.in_language(language) for sentence in film.truth.sentences)]
            figure = chrf(right, [film.text(language)])
            scores.append(Score(f"chrf_{language}_{movie}", f"{what} end to end, {name}: chrF", figure))
    return scores


def voices(made: Made) -> list[Score]:
    """Detected speech of all movies, and who speaks."""
    detection = speech_detection([results.speech() for results in made.movies.values()], COLLAR)
    remark = f"precision {detection.precision:.3f}, recall {detection.recall:.3f}"
    scores = [Score("vad", "speech detected: F1", detection.f1, at_least=0.95, digits=3, remark=remark)]
    for movie, (what, has_goal) in SUBTITLED.items():
        rate = 100 * diarization_error_rate([made.movies[movie].speakers()])
        goal = 15.0 if has_goal else None
        scores.append(Score(f"der_{movie}", f"diarization error rate, {what}", rate, "%", at_most=goal))
    return scores


def subtitles(made: Made) -> list[Score]:
    """Sentences of the English subtitles that are right and in their place."""
    scores = []
    for movie, (what, has_goal) in SUBTITLED.items():
        results = made.movies[movie]
        right = right_sentences(results.expected("en"), results.subtitles("en"))
        share, remark = 100 * sum(right) / len(right), f"{sum(right)} of {len(right)}"
        goal = 95.0 if has_goal else None
        scores.append(
            Score(f"srt_{movie}", f"English SRT, {what}: sentences right", share, "%", at_least=goal, remark=remark)
        )
        for language, name in TRACKS.items():
            right_file = FOLDER / "tracks" / f"{movie}.{language}.srt"
            write_text(right_file, right_track(results.truth, language))
            figure = subtitle_edit_rate(right_file, results.subtitles(language))
            scores.append(Score(f"suber_{movie}_{language}", f"{name} SRT, {what}: SubER", figure, "%"))
    return scores


def scores() -> list[Score]:
    """Makes what is missing, and measures everything.

    Returns:
        The scores in the order of the table; those without a goal tell more.
    """
    made = make()
    return [score for part in (recognition, alignment, translation, voices, subtitles) for score in part(made)]


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
