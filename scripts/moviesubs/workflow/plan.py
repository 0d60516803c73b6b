"""The plan of a run: the checked config, the movies, the models and the backends, and what rules ask about them.

The Snakefile makes one `Plan` and asks it with the wildcards of a job. Nothing here needs Snakemake.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from moviesubs.errors import UserError
from moviesubs.language.languages import AUTO
from moviesubs.workflow import cluster_names
from moviesubs.workflow.code_fingerprint import Fingerprints
from moviesubs.workflow.config import Config
from moviesubs.workflow.environments import environment_digest, failure_of
from moviesubs.workflow.hardware import (
    Hardware,
    backends,
    choose_device,
    detect,
    load_hardware,
    translation_backend,
    translation_stage,
    uses_gpu,
)
from moviesubs.workflow.model_plan import ModelPlan
from moviesubs.workflow.model_table import model_table
from moviesubs.workflow.models import asr_model, has_ctc_model, load_models, recognisable, translatable, warnings
from moviesubs.workflow.movie_plan import MoviePlan, TrackPlan, track_name
from moviesubs.workflow.movies import Movie, is_stored, is_subtitle_file, load_movies, some, spoken_languages
from moviesubs.workflow.named_files import check_named_files, retime_problems, with_readable_glossaries
from moviesubs.workflow.options import limit_options
from moviesubs.workflow.settings import as_mapping, load_settings, placing

#: the files of a track with two languages
BILINGUAL_FORMATS = ("srt", "vtt", "ass")


@dataclass(frozen=True)
class Plan:
    """What a run is to make, of what, and with what.

    Attributes:
        settings: the config, checked and complete.
        config: the same as a mapping.
        models: the table of models.
        hardware: what this machine has.
        all_movies: by name; those whose language has yet to be found out among them.
        movies: those that can be subtitled.
        subtitle_files: those that are no movies but subtitle files, to be translated.
        backends: for each spoken language those of recognition and alignment.
        translation_backend: "ctranslate2", "mlx" or "transformers".
        warnings: lines for people.
        results: folder of the results.
        fingerprints: of the programs; None where nobody compares them.
    """

    settings: Config
    config: Mapping[str, Any]
    models: Mapping[str, Any]
    hardware: Hardware
    all_movies: Mapping[str, Movie]
    movies: Mapping[str, Movie]
    subtitle_files: Mapping[str, Movie]
    backends: Mapping[str, tuple[str, str]]
    translation_backend: str
    warnings: list[str]
    results: Path
    fingerprints: Fingerprints | None

    def movie(self, name: str, part: str = "", *, on_cluster: bool = False) -> MoviePlan:
        """The plan of one movie.

        Args:
            name: of the movie.
            part: its speech in one of several languages: ".hi"; "": all of it.
            on_cluster: jobs run on other machines, which not every name reaches.

        Raises:
            UserError: there is no movie of that name, or it does not reach a job.
        """
        if name not in self.all_movies:
            known = ", ".join(sorted(self.all_movies)[:10]) or "none"
            raise UserError(f"there is no movie {name!r}; known are {known}. Put it into movies/ or the table.")
        if on_cluster and (reason := cluster_names.problem(self.all_movies[name])):
            raise UserError(f"left out: {reason}")
        return MoviePlan(self, self.all_movies[name], part.removeprefix("."))

    def track(self, movie: str, language: str) -> TrackPlan:
        """The plan of the transcript and subtitles of a movie in one language.

        Raises:
            UserError: there is no movie of that name.
        """
        return TrackPlan(self.movie(movie), language)

    def of_languages(self, attribute: str) -> list[Any]:
        """The different answers that an attribute of `MoviePlan` has for the movies, where it depends on the language alone."""
        answers: list[Any] = []
        for plan in self._one_of_each_language:
            if (answer := getattr(plan, attribute)) not in answers:
                answers.append(answer)
        return answers

    @cached_property
    def _one_of_each_language(self) -> list[MoviePlan]:
        spoken = {
            (movie.language, movie.others): movie
            for movie in self.movies.values()
            if movie.name not in self.subtitle_files
        }
        parts = {code: MoviePlan(self, movie, code) for movie in spoken.values() for code in movie.languages}
        return list(parts.values())

    def model(self, model: str) -> ModelPlan:
        """The plan of a model by its id, to be downloaded, converted or described."""
        return ModelPlan(self.models, model, self.translation_backend)

    def expand(self, pattern: str, movies: Iterable[Movie]) -> list[str]:
        """A path for every movie, and for every track, translation and format where the pattern has them.

        Args:
            pattern: with {movie}, {track} (`hi`, `en.sdh`), {translation} (`en`), {format} or {container} in it.
            movies: of this plan.
        """
        kinds, container = self.settings.subtitles.kinds, self.settings.mux.container
        to_translate = "{translation}" in pattern
        paths = (
            pattern.format_map(
                {
                    "movie": movie.name,
                    "translation": language,
                    "track": track_name(language, kinds),
                    "format": suffix,
                    "container": container,
                }
            )
            for movie in movies
            for language in movie.targets
            if not (to_translate and movie.is_spoken(language))
            for suffix in self.subtitle_formats
        )
        forced = (
            pattern.format_map(
                {"movie": movie.name, "track": f"{language}.forced", "format": suffix, "container": container}
            )
            for movie in movies
            for language in movie.forced
            for suffix in self.subtitle_formats
            if "{track}" in pattern
        )
        return list(dict.fromkeys([*paths, *forced]))

    def models_of(self, stage: str, movie: str, language: str = "", part: str = "", **_: str) -> list[str]:
        """The id of the model that a stage uses for a movie, in a list that is empty where it goes without.

        Args:
            stage: "mlx", "whisperx", "ctc", "align", "align_in_onnx", "align_fallback", "separate", "diarize", "translate" or
                "detect_language".
            movie: name of the movie.
            language: of the track, for "translate".
            part: as `movie` takes it.
        """
        if stage == "translate":
            return self.track(movie, language).models
        if stage == "detect_language":
            return [self.language_detection_model]
        model = self.movie(movie, part).model(stage)
        return [model] if model else []

    def models_of_languages(self, stage: str) -> list[list[str]]:
        """The different answers of `models_of` for the movies, where they depend on the spoken language alone and there are some."""
        if stage == "translate":
            return []
        if stage == "detect_language":
            return [[self.language_detection_model]]
        try:
            answers = [plan.model(stage) for plan in self._one_of_each_language]
        except UserError:  # who needs it is told
            return []
        return [[model] if model else [] for model in dict.fromkeys(answers)]

    def models_with(self, source: str, stage: str | None = None) -> str:
        """A regular expression of the ids of models that come from a kind of source.

        Args:
            source: "repository", "path" or "convert".
            stage: only those that "asr" or "translate" uses.
        """
        used = {
            "asr": {model for by_backend in self.models["asr"].values() for model in by_backend.values()},
            "translate": {entry["model"] for entry in self.models["translate"]},
        }
        entries = self.models["models"].items()
        names = [name for name, entry in entries if source in entry and (not stage or name in used[stage])]
        return "|".join(map(re.escape, names)) or "(?!)"

    @property
    def movies_for_ctc(self) -> str:
        """A regular expression of the movies that a CTC model recognises."""
        heard = {code for code, (recogniser, _) in self.backends.items() if recogniser == "ctc"}
        names = [name for name, movie in self.movies.items() if heard and not heard.isdisjoint(movie.languages)]
        return "|".join(map(re.escape, names)) or "(?!)"

    def is_heard_again(self, code: str) -> bool:
        """Whether a second recogniser hears a language: the config asks for it, and there is a model of another kind than the first."""
        wanted = self.settings.asr.for_language(code).second == "ctc" and self.backends[code][0] != "ctc"
        return wanted and has_ctc_model(self.config, self.models, code)

    @property
    def hears_again(self) -> bool:
        """Whether a second recogniser hears any movie."""
        return any(self.is_heard_again(code) for code in self.backends)

    @property
    def has_corrections(self) -> bool:
        """Whether people have corrected any movie."""
        return any(movie.corrections for movie in self.all_movies.values())

    @property
    def has_forced_tracks(self) -> bool:
        """Whether any movie has a forced track beside its full ones."""
        return any(movie.forced for movie in self.movies.values())

    @property
    def finds_languages(self) -> bool:
        """Whether the language of any movie is found out."""
        return any(movie.detected for movie in self.all_movies.values())

    @property
    def parts_for_ctc(self) -> str:
        """A regular expression of the parts that it recognises; see `parts`."""
        return self._parts(code for code, (recogniser, _) in self.backends.items() if recogniser == "ctc")

    @property
    def parts(self) -> str:
        """A regular expression of what stands in names of files of one language in a film of several (`.hi`), and of nothing."""
        return self._parts(self.backends)

    def _parts(self, codes: Iterable[str]) -> str:
        mixed = {code for movie in self.movies.values() if movie.others for code in movie.languages}
        names = "|".join(sorted(mixed.intersection(codes)))
        return rf"(\.({names}))?" if names else "()"

    @property
    def mixed_movies(self) -> str:
        """A regular expression of the films in several languages."""
        return "|".join(re.escape(name) for name, movie in self.movies.items() if movie.others) or "(?!)"

    def is_in_onnx(self, model: str) -> bool:
        """Whether a model lies on the hub in ONNX already, as IndicConformer does."""
        return any(file.endswith(".onnx") for file in self.models["models"][model].get("files", []))

    @property
    def movies_with_transcript(self) -> str:
        """A regular expression of the movies whose own subtitles stand for recognition."""
        names = [name for name, movie in self.movies.items() if movie.transcript_track]
        return "|".join(map(re.escape, names)) or "(?!)"

    @property
    def subtitle_file_names(self) -> str:
        """A regular expression of the names of the subtitle files that are translated."""
        return "|".join(map(re.escape, self.subtitle_files)) or "(?!)"

    def translated_files(self, files: Iterable[Movie]) -> list[str]:
        """What these subtitle files become, below the folder of the results."""
        return [
            f"{file.name}/{file.name}.{language}{Path(file.path).suffix}"
            for file in files
            for language in file.targets
            if language != file.language
        ]

    def bilingual_files(self, movies: Iterable[Movie]) -> list[str]:
        """The tracks with two languages of these movies, below the folder of the results."""
        return [
            f"{movie.name}/{movie.name}.{pair}.{suffix}"
            for movie in movies
            for pair in movie.pairs
            for suffix in BILINGUAL_FORMATS
        ]

    @property
    def published_bilingual_formats(self) -> list[str]:
        """Suffixes of the files of such tracks that go beside the movie."""
        return [form for form in self.settings.publish.formats if form in BILINGUAL_FORMATS]

    @property
    def files_to_retime(self) -> list[str]:
        """Where the files of `retime` go, below the folder of the results."""
        impossible = {name for name, _ in retime_problems(self.settings, self.all_movies)}
        files = self.settings.retime.items()
        return [f"{name}/retimed/{Path(file).name}" for name, file in files if name not in impossible]

    @property
    def has_work(self) -> bool:
        """Whether subtitles of any movie are wanted."""
        return any(movie.targets for movie in self.movies.values())

    @property
    def finished(self) -> list[str]:
        """Names of the movies that are finished, as far as their results tell."""
        return [name for name in self.movies if (self.results / name / "quality.json").exists()]

    @property
    def unfinished(self) -> list[str]:
        """Names of the others."""
        finished = set(self.finished)
        return [name for name, movie in self.movies.items() if movie.targets and name not in finished]

    @property
    def subtitle_formats(self) -> list[str]:
        """Suffixes of the files of each track; SubRip is always among them, since the muxed movie is made of it."""
        publish = self.settings.publish
        published = publish.formats if publish.beside_movie else ()
        wanted = ["srt", *self.settings.subtitles.formats, *published]
        return ["words.ass" if name == "ass-words" else name for name in dict.fromkeys(wanted)]

    @property
    def language_detection_model(self) -> str:
        """The id of the model that finds out which language a movie is in."""
        return asr_model(self.config, self.models, "whisperx")

    @property
    def translation_environment(self) -> str:
        """The environment in which translation runs."""
        return "indictrans2-mlx" if self.translation_backend == "mlx" else "indictrans2"

    @property
    def model_table(self) -> list[str]:
        """The models that the languages of the config use, as lines for people."""
        return model_table(self)

    @property
    def check_options(self) -> list[str]:
        """The limits that subtitle files are held against, whatever their language."""
        return limit_options(self.settings.subtitles)

    def model_folder(self, model: str, models: str) -> str:
        """The folder of a model: the user's own, or the one that a rule fills.

        Args:
            model: its id.
            models: folder of the models.
        """
        path: str = self.models["models"][model].get("path") or f"{models}/{model}"
        return path

    def code(self, program: str, environment: str) -> dict[str, str]:
        """What the result of a program depends on besides its input and options, as a param of its rule.

        Args:
            program: "align" for scripts/align.py.
            environment: the one that it runs in; "" where that does not matter to the result.
        """
        if self.fingerprints is None:
            return {}
        digests = {f"{program}.py": self.fingerprints.of_program(program)}
        if environment:
            digests[f"{environment}.yaml"] = environment_digest(environment, self.fingerprints.libraries(program))
        return digests

    def device(self, stage: str) -> str:
        """What a stage computes on, unless a profile says so; `translate` on that of its backend."""
        return choose_device(self._stage(stage), self.hardware)[0]

    def gpu(self, stage: str) -> int:
        """1 where a stage needs the card for itself, unless a profile says so."""
        return int(uses_gpu(self.device(stage), self.hardware))

    def _stage(self, stage: str) -> str:
        return translation_stage(self.translation_backend) if stage == "translate" else stage


def load_plan(
    user_config: Mapping[str, Any],
    results: Path,
    cache: Path | None = None,
    environments: Path | None = None,
    files: Sequence[Path] = (),
    *,
    cards: bool = True,
) -> Plan:
    """Checks config, movies and models, and plans the run.

    Args:
        user_config: what Snakemake read from files and command line.
        results: folder of the results, where earlier runs have left what they found out.
        cache: file that keeps digests of the programs between runs; None: no param needs such digests.
        environments: folder of the environments, where those that could not be built have left a note.
        files: of the config; messages name the line in them.
        cards: whether a stage may run on a card if there is one.

    Raises:
        UserError: something is unknown or impossible; one line says what and where.
    """
    settings = load_settings(user_config, files)
    with placing(user_config, files):
        return _plan(settings, user_config, results, cache=cache, environments=environments, cards=cards)


def _plan(
    settings: Config,
    user_config: Mapping[str, Any],
    results: Path,
    *,
    cache: Path | None,
    environments: Path | None,
    cards: bool,
) -> Plan:
    config = as_mapping(settings)
    if "table" not in user_config.get("movies", {}) and not Path(config["movies"]["table"]).exists():
        config["movies"]["table"] = ""  # nobody has named one
    hardware = load_hardware(Path(settings.hardware)) if settings.hardware else detect(cards=cards)
    if environments and (reason := failure_of(environments / "mlx.ready")):
        hardware = replace(hardware, mlx_failure=reason)
    check_named_files(settings, results)
    all_movies, left_out = load_movies(config, results)
    all_movies, unreadable = with_readable_glossaries(all_movies, settings)
    models = load_models(config["models"])
    subtitle_files = {name: movie for name, movie in all_movies.items() if is_subtitle_file(movie.path)}
    spoken = {
        name: movie for name, movie in all_movies.items() if movie.language != AUTO and name not in subtitle_files
    }
    chosen = backends(config, spoken_languages(spoken), hardware)
    heard, unheard = recognisable(config, models, spoken, chosen)
    movies, untranslatable = translatable(config, models, heard)
    untranslatable = [*unheard, *untranslatable]
    if untranslatable and not movies and not any(movie.detected for movie in all_movies.values()):
        raise UserError(untranslatable[0].removeprefix("left out: "))  # then it is the config that asks for too much
    translator, _ = translation_backend(
        settings.translate.backend, hardware, remote_code=settings.translate.remote_code
    )
    chosen = {code: chosen[code] for code in spoken_languages(movies)}
    lines = [
        *left_out,
        *unreadable,
        *untranslatable,
        *(line for _, line in retime_problems(settings, all_movies)),
        *warnings(config, models, movies, chosen),
        *_without_default(settings.mux.default, movies if settings.existing != "skip" else {}),
        *_not_beside(movies if settings.publish.beside_movie else {}),
    ]
    return Plan(
        settings,
        config,
        models,
        hardware,
        all_movies,
        movies,
        subtitle_files,
        chosen,
        translator,
        lines,
        results,
        Fingerprints(cache=cache) if cache else None,
    )


def _without_default(default: str, movies: Mapping[str, Movie]) -> list[str]:
    """A warning where movies lack the track that players shall switch on."""
    lacking = [
        movie.name for movie in movies.values() if movie.targets and default not in ("", "spoken", *movie.targets)
    ]
    if not lacking:
        return []
    return [f"mux.default: {default}: no such track in {some(lacking)}; there players switch on none by themselves"]


def _not_beside(movies: Mapping[str, Movie]) -> list[str]:
    """A warning where movies are to have their subtitles beside them and lie in a storage."""
    stored = [movie.name for movie in movies.values() if is_stored(movie.path)]
    return [f"publish.beside_movie: nothing is put beside movies in a storage: {some(stored)}"] if stored else []
