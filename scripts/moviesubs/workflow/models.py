"""The table of models, and which of them a movie needs."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from moviesubs.errors import SettingError, UserError
from moviesubs.language.languages import language
from moviesubs.workflow.movies import Movie, spoken_languages
from moviesubs.workflow.settings import check, of_language, schema
from moviesubs.workflow.user_files import check_is_file, line_of, read_yaml

#: the folder of the workflow
SOURCES = Path(__file__).parents[3]


def load_models(tables: Sequence[str]) -> dict[str, Any]:
    """The tables of models, merged; later ones replace entries of earlier ones.

    Args:
        tables: YAML files in the form of config/models.yaml.

    Returns:
        A mapping with the keys of that form: `models`, `asr`, `ctc`, `align`, `separate`, `diarize`, `translate`, `best`.

    Raises:
        UserError: a file is missing or does not fit the schema, or a stage names a model that is not there.
    """
    merged: dict[str, Any] = {
        "models": {},
        "asr": {},
        "ctc": {},
        "align": {},
        "separate": {},
        "diarize": {},
        "translate": [],
        "best": {},
    }
    for table in tables:
        path = shipped(table)
        check_is_file(os.fspath(path), "this is where a table of models should be", "models")
        content = read_yaml(path)
        check(content, schema("models"), table, [path])
        for key, part in content.items():
            if key == "translate":
                merged[key] = part + merged[key]
            elif key == "best":
                merged[key] = {
                    stage: {**merged[key].get(stage, {}), **part.get(stage, {})} for stage in {**merged[key], **part}
                }
            elif key == "models":
                merged[key].update({name: _with_path(entry) for name, entry in part.items()})
            else:
                merged[key].update(part)
    _check_references(merged, [shipped(table) for table in tables])
    return merged


def _with_path(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "path": shipped(entry["path"]).as_posix()} if "path" in entry else entry


def shipped(path: str) -> Path:
    """A file of the working folder, or that of the workflow's own where there is none: so for a module, and for the demo's models."""
    own = SOURCES / path
    return own if own.exists() and not Path(path).exists() else Path(path)


def _check_references(models: Mapping[str, Any], tables: Sequence[Path]) -> None:
    named: list[tuple[tuple[str, ...], str]] = [
        (("asr", name, backend), model)
        for name, backends in models["asr"].items()
        for backend, model in backends.items()
    ]
    named += [
        ((stage, name), model)
        for stage in ("ctc", "align", "separate", "diarize")
        for name, model in models[stage].items()
    ]
    named += [(("translate",), entry["model"]) for entry in models["translate"]]
    named += [
        (("models", name, "convert"), entry["convert"])
        for name, entry in models["models"].items()
        if "convert" in entry
    ]
    for keys, model in named:
        if model not in models["models"]:
            raise UserError(f"{_where(tables, *keys)}: {'.'.join(keys)}: there is no model {model!r} under `models`")
    for name in models["models"]:
        chain = [name]
        while (origin := models["models"][chain[-1]].get("convert")) is not None:
            if origin in chain:
                raise UserError(
                    f"{_where(tables, 'models', name, 'convert')}: models.{name}.convert: it would be made from itself"
                    f" ({' from '.join([*chain, origin])})"
                )
            chain.append(origin)


def _where(tables: Sequence[Path], *keys: str) -> str:
    """The last table in which an entry stands, and its line."""
    lines = ((table, line_of(table, keys)) for table in reversed(tables))
    return next((f"{table}, line {line}" for table, line in lines if line), ", ".join(map(str, tables)))


def unpinned(models: Mapping[str, Any], model: str) -> str | None:
    """The id of the hub's model behind a model of the table, where its revision is not pinned; None where it is."""
    entry = models["models"][model]
    if "convert" in entry:
        return unpinned(models, entry["convert"])
    return model if entry.get("revision") == "main" else None


def _check_usable(config: Mapping[str, Any], models: Mapping[str, Any], model: str, *keys: str) -> str:
    first = model
    while "convert" in models["models"][first]:
        first = models["models"][first]["convert"]
    if (path := models["models"][first].get("path")) and not Path(path).is_dir():
        raise SettingError(f"{path}, the folder of {first} in the table of models, is not there; correct `path`", *keys)
    if (origin := unpinned(models, model)) and not config["unpinned_models"]:
        raise SettingError(
            f"{origin} is not pinned, so it may be another model tomorrow; put a commit for its `revision`"
            " into the table of models, or allow it with unpinned_models: true",
            *keys,
        )
    return model


def asr_model(config: Mapping[str, Any], models: Mapping[str, Any], backend: str, spoken: str = "") -> str:
    """The id of the speech recognition model for a backend.

    Args:
        config: as `load_config` returns it.
        models: as `load_models` returns it.
        backend: "mlx", "whisperx" or "ctc".
        spoken: code of the spoken language, for which the config may name another model.

    Returns:
        An id under `models`.

    Raises:
        UserError: no model of that name, or none for the backend.
    """
    if backend == "ctc":
        return ctc_model(config, models, spoken)
    name = of_language(config["asr"], spoken)["model"]
    of_its_own = "model" in config["asr"]["languages"].get(spoken, {})
    keys = ("asr", "languages", spoken, "model") if of_its_own else ("asr", "model")
    if name not in models["asr"]:
        raise SettingError(f"there is no {name!r} in the table of models; use one of {', '.join(models['asr'])}", *keys)
    if backend not in models["asr"][name]:
        raise SettingError(
            f"{name} has no model for {backend} in the table of models; add one, or choose another backend", *keys
        )
    return _check_usable(config, models, models["asr"][name][backend], *keys)


def ctc_model(config: Mapping[str, Any], models: Mapping[str, Any], spoken: str) -> str:
    """The id of the CTC model that recognises a language.

    Raises:
        UserError: there is none, the config names one that is not there, or it is not pinned.
    """
    chosen = config["asr"]["ctc_models"].get(spoken)
    if chosen is not None and chosen not in models["models"]:
        raise SettingError(f"there is no model {chosen!r} in the table of models", "asr", "ctc_models", spoken)
    model: str | None = chosen or models["ctc"].get(spoken)
    if model is None:
        known = ", ".join(sorted(models["ctc"]))
        raise UserError(
            f"no CTC model recognises {language(spoken).name} ({spoken}), there are models for {known}; name one in"
            " asr.ctc_models, or the closest language that Whisper recognises"
        )
    return _check_usable(config, models, model, "asr", "ctc_models", spoken)


def has_ctc_model(config: Mapping[str, Any], models: Mapping[str, Any], spoken: str) -> bool:
    """Whether a CTC model recognises a language."""
    return spoken in config["asr"]["ctc_models"] or spoken in models["ctc"]


def align_model(
    config: Mapping[str, Any], models: Mapping[str, Any], spoken: str, backend: str | None = None
) -> str | None:
    """The id of the alignment model of a language.

    Args:
        config: as `load_config` returns it.
        models: as `load_models` returns it.
        spoken: code of the spoken language.
        backend: "whisperx", "whisper" or "mlx" (which align with the Whisper of recognition), "ctc" (which has aligned) or "none";
            None: what the config says.

    Returns:
        An id under `models`, or None where there is no model or alignment is off.

    Raises:
        UserError: the config names a model that is not there.
    """
    backend = backend or of_language(config["align"], spoken)["backend"]
    if backend in ("none", "ctc"):
        return None
    if backend == "mlx":
        return asr_model(config, models, "mlx", spoken)
    if backend == "whisper":
        return asr_model(config, models, "whisperx", spoken)
    chosen = config["align"]["models"].get(spoken)
    if chosen is not None and chosen not in models["models"]:
        raise SettingError(f"there is no model {chosen!r} in the table of models", "align", "models", spoken)
    if chosen is not None:
        return _check_usable(config, models, chosen, "align", "models", spoken)
    model: str | None = models["align"].get(spoken)
    if model is None or (unpinned(models, model) and not config["unpinned_models"]):
        return None
    return _check_usable(config, models, model, "align", "models", spoken)


def translation_model(config: Mapping[str, Any], models: Mapping[str, Any], source: str, target: str) -> str:
    """The id of the model that translates one language into another, in the form that the backend takes.

    CTranslate2 takes converted models, the other backends what they were converted from.

    Args:
        config: as `load_config` returns it.
        models: as `load_models` returns it.
        source: code of the spoken language.
        target: code of the subtitles' language.

    Returns:
        An id under `models`.

    Raises:
        UserError: no model serves this direction; the message says which targets there are.
    """
    variant = config["translate"]["variant"]
    entries = [
        entry
        for entry in models["translate"]
        if source in entry["sources"] and (not variant or entry.get("variant") == variant)
    ]
    for entry in entries:
        if target in entry["targets"] and target != source:
            return _for_backend(config, models, entry)
    possible = sorted({code for entry in entries for code in entry["targets"]} - {source})
    raise UserError(
        f"no model translates {language(source).name} ({source}) into {language(target).name} ({target}); "
        + (
            f"from {source} there are models into {', '.join(possible)}"
            if possible
            else f"there is no model that translates from {source}"
        )
        + "; change subtitles_in, or add a model to the table of models"
    )


def _for_backend(config: Mapping[str, Any], models: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    model: str = entry["model"]
    backend = config["translate"]["backend"].replace("auto", "ctranslate2")
    if backend not in entry.get("backends", [backend]):
        raise SettingError(
            f"{backend} does not run {model}; use auto or {' or '.join(entry['backends'])}", "translate", "backend"
        )
    _check_usable(config, models, model, "translate")
    if backend == "ctranslate2":
        return model
    converted: str = models["models"][model].get("convert", model)
    if backend == "transformers" and models["models"][converted].get("revision") == "main":
        raise SettingError(
            f"transformers runs code of {converted}, whose revision is not pinned; put a commit into the table of models",
            *("translate", "backend"),
        )
    return converted


def named_model(config: Mapping[str, Any], models: Mapping[str, Any], stage: str) -> str:
    """The id of the model of an optional stage.

    Args:
        config: as `load_config` returns it.
        models: as `load_models` returns it.
        stage: "separate" or "diarize".

    Returns:
        An id under `models`.

    Raises:
        UserError: no model of the configured name.
    """
    name = config[stage]["model"]
    if name not in models[stage]:
        raise SettingError(
            f"there is no {name!r} in the table of models; use one of {', '.join(models[stage])}", stage, "model"
        )
    return _check_usable(config, models, models[stage][name], stage, "model")


def translatable(
    config: Mapping[str, Any], models: Mapping[str, Any], movies: Mapping[str, Movie]
) -> tuple[dict[str, Movie], list[str]]:
    """Leaves out movies with a language for which there is no translation model: the others go on.

    Args:
        config: as `load_config` returns it.
        models: as `load_models` returns it.
        movies: their languages known.

    Returns:
        The others, and a line for each that is left out.
    """

    def check_movie(movie: Movie) -> None:
        try:
            for target in movie.translated:
                for source in movie.languages:
                    if source != target:
                        translation_model(config, models, source, target)
        except UserError as error:
            advice = f"; or, if it is not in {language(movie.language).name}, name its language in the table of movies"
            raise UserError(f"{error}{advice if movie.detected else ''}") from None

    return _possible(movies, check_movie)


def _possible(movies: Mapping[str, Movie], check_movie: Callable[[Movie], None]) -> tuple[dict[str, Movie], list[str]]:
    """The movies that a check of their languages lets through, and a line for each of the others."""
    kept, left_out = dict(movies), []
    problems: dict[tuple[object, ...], str] = {}  # of movies with the same languages it is the same
    for movie in movies.values():
        about = movie.languages_and_tracks, movie.detected, movie.transcript_track is None
        if about not in problems:
            try:
                check_movie(movie)
                problems[about] = ""
            except UserError as error:
                problems[about] = str(error)
        if problems[about]:
            left_out.append(f"left out: {movie.name}: {problems[about]}")
            del kept[movie.name]
    return kept, left_out


def recognisable(
    config: Mapping[str, Any],
    models: Mapping[str, Any],
    movies: Mapping[str, Movie],
    backends: Mapping[str, tuple[str, str]],
) -> tuple[dict[str, Movie], list[str]]:
    """Leaves out movies whose language no model of their backend recognises: the others go on.

    Args:
        config: as `load_config` returns it.
        models: as `load_models` returns it.
        movies: their languages known.
        backends: for each language those of recognition and alignment.

    Returns:
        The others, and a line for each that is left out.
    """

    def check_movie(movie: Movie) -> None:
        for code in movie.languages:
            recogniser = backends[code][0]
            if not language(code).whisper and movie.others:
                raise UserError(
                    f"{language(code).name} ({code}) cannot be told from other languages, Whisper does not know it;"
                    " name one language"
                )
            if recogniser != "ctc" and not language(code).whisper:
                raise UserError(
                    f"Whisper does not recognise {language(code).name} ({code}); asr.backend: ctc or auto may"
                )
            if recogniser == "ctc" and not movie.transcript_track:
                ctc_model(config, models, code)

    return _possible(movies, check_movie)


def warnings(
    config: Mapping[str, Any],
    models: Mapping[str, Any],
    movies: Mapping[str, Movie],
    backends: Mapping[str, tuple[str, str]] | None = None,
) -> list[str]:
    """Checks that every movie can be made, and says what will be less than it could.

    Args:
        config: as `load_config` returns it.
        models: as `load_models` returns it.
        movies: as `load_movies` returns them.
        backends: for each language those of recognition and alignment; WhisperX is needed besides, to take over.

    Returns:
        One line for each thing worth a warning.

    Raises:
        UserError: a movie cannot be made: no translation model for one of its targets, or no model of a configured name.
    """
    backends = backends or {}
    for code, (recogniser, _) in {"": ("whisperx", ""), **backends}.items():
        for name in (recogniser, "whisperx"):
            if name != "ctc":
                asr_model(config, models, name, code)
    for stage in ("separate", "diarize"):
        if config[stage]["enabled"]:
            named_model(config, models, stage)
    lines: list[str] = []
    one_of_each: dict[tuple[object, ...], Movie] = {}
    for movie in movies.values():
        one_of_each.setdefault(movie.languages_and_tracks, movie)
    for movie in one_of_each.values():
        for target in movie.translated:
            try:
                needed = [source for source in movie.languages if source != target]
                translators = [translation_model(config, models, source, target) for source in needed]
            except UserError as error:
                raise UserError(f"{movie.name}: {error}") from None
            for translator in translators:
                licence = models["models"][translator]["licence"]
                if "-NC" in licence:
                    lines.append(f"{translator} is licensed for non-commercial use only ({licence})")
    for code in sorted(spoken_languages(movies)):
        aligner = backends[code][1] if code in backends else of_language(config["align"], code)["backend"]
        if aligner not in ("none", "ctc") and align_model(config, models, code, aligner) is None:
            what = f"no alignment model for {language(code).name} ({code})"
            if code in models["align"]:
                model = models["align"][code]
                what = f"{model}, which aligns {language(code).name}, is not pinned (unpinned_models: true allows it)"
            whisper = of_language(config["align"], code)["fallback"] == "whisper"
            instead = "Whisper's own attention" if whisper else "segment times"
            lines.append(f"{what}: {instead} will be used; name a model in align.models")
        second = of_language(config["asr"], code)["second"] == "ctc"
        if second and (code not in backends or backends[code][0] != "ctc"):
            if has_ctc_model(config, models, code):
                ctc_model(config, models, code)
            else:
                lines.append(
                    f"asr.second: no CTC model recognises {language(code).name} ({code}): nothing hears it besides"
                )
    return list(dict.fromkeys(lines))
