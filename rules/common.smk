"""
What all rules share: the checked config, the movies, the models, interpreters and hardware.

Logic lives in scripts/moviesubs, where it is typed and tested; here it only meets Snakemake.
"""

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.settings.types import DeploymentMethod

sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))

from moviesubs import contracts
from moviesubs.workflow import hardware as machine
from moviesubs.workflow import models as model_table
from moviesubs.workflow import cluster_names
from moviesubs.errors import UserError
from moviesubs.language.languages import AUTO
from moviesubs.language.languages import languages as known_languages
from moviesubs.language.languages import romanised_from
from moviesubs.workflow.movies import load_movies
from moviesubs.workflow.settings import load_config, of_language
from moviesubs.workflow.code_fingerprint import program_sources

STARTED = time.time()

try:
    config.update(load_config(config))
    MOVIES, LEFT_OUT = load_movies(config, Path(workflow.pathvars.apply("<results>")))
    MODELS = model_table.load_models(config["models"])
    KNOWN, UNTRANSLATABLE = model_table.translatable(
        config, MODELS, {name: movie for name, movie in MOVIES.items() if movie.language != AUTO}
    )
    TRANSLATION_BACKEND, _ = machine.translation_backend(
        config["translate"]["backend"],
        machine.detect(),
        remote_code=config["translate"]["remote_code"],
    )
    BACKENDS = machine.backends(config, {movie.language for movie in KNOWN.values()}, machine.detect())
    WARNINGS = LEFT_OUT + UNTRANSLATABLE + model_table.warnings(config, MODELS, KNOWN, BACKENDS)
except UserError as error:
    sys.exit(f"error: {error}")

if workflow.is_main_process:
    for line in WARNINGS:
        print(f"warning: {line}", file=sys.stderr)


wildcard_constraints:
    movie=r"[^/]+",
    language=r"[a-z]{2,3}(-[A-Z][a-z]{3})?",
    kind=r"(\.sdh|\.forced)?",
    model=r"[A-Za-z0-9._-]+",


# the muxed movie is made from SubRip
FORMATS = list(dict.fromkeys(["srt", *config["subtitles"]["formats"]]))

CONDA = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method
ENVIRONMENTS = sorted({file.stem for file in Path(workflow.basedir, "envs").glob("*.yaml")} - {"workflow"})

# Every command gets the function run_in from there; where conda deploys, it has put the right python on the path.
LAUNCHER = [
    Path(workflow.basedir, "scripts", "run_in.sh"),
    "" if CONDA else workflow.pathvars.apply("<environments>"),
    sys.executable,
    "fork_server" if config["fork_server"] else "",
]
shell.prefix(f"source {' '.join(shlex.quote(str(word)) for word in LAUNCHER)}; ".replace("{", "{{").replace("}", "}}"))


def failures():
    """The programs' own lines about what went wrong in this run, from their logs."""
    folder = Path(workflow.pathvars.apply("<logs>"))
    fresh = [file for file in folder.rglob("*.log") if file.stat().st_mtime >= STARTED]
    lines = [line for file in sorted(fresh) for line in file.read_text(errors="replace").splitlines()]
    return list(dict.fromkeys(line for line in lines if line.startswith("error: ")))


def table_of_finished_movies():
    """Writes the table of the movies that are finished although others failed; not with conda, whose environments lie elsewhere."""
    results = Path(workflow.pathvars.apply("<results>"))
    python = Path(workflow.pathvars.apply("<environments>"), "common", "bin", "python")
    records = {name: results / name / "quality.json" for name in KNOWN}
    there = [path for path in records.values() if path.exists()]
    unfinished = [name for name, path in records.items() if not path.exists()]
    if there and unfinished and python.exists():
        command = [python, program("quality")[0], "--movies", *there, "--unfinished", *unfinished]
        subprocess.run(
            [*command, "--output", results / "quality.html", "--table", results / "quality.tsv"], check=False
        )


def environment(name):
    """The file that says that an environment is there; nothing where conda deploys it."""
    return [] if CONDA else f"<environments>/{name}.ready"


def environment_definition(wildcards):
    """The conda YAML of an environment."""
    return os.path.relpath(Path(workflow.basedir, "envs", f"{wildcards.environment}.yaml"))


def program(name):
    """The program's source files, its own first: a changed one runs the rule again."""
    return [os.path.relpath(path) for path in program_sources(name)]


def listed(wildcards):
    """The movie of a name."""
    if wildcards.movie not in MOVIES:
        known = ", ".join(sorted(MOVIES)[:10]) or "none"
        raise WorkflowError(
            f"there is no movie {wildcards.movie!r}; known are {known}. Put it into movies/ or the table."
        )
    movie = MOVIES[wildcards.movie]
    if workflow.non_local_exec and (reason := cluster_names.problem(movie)):
        raise WorkflowError(f"left out: {reason}")
    return movie


def movie_of(wildcards):
    """The movie of a name, its language known."""
    movie = listed(wildcards)
    if movie.language == AUTO:
        raise WorkflowError(
            f"the language of {movie.name!r} is not known yet: `snakemake languages` finds it out; or name it in the table"
        )
    if movie.name not in KNOWN:
        raise WorkflowError(f"{movie.name!r} is left out; the warning at the start says why")
    return movie


def movie_file(wildcards):
    """The movie file of a name."""
    return listed(wildcards).path


def sound_options(wildcards):
    """Of which language the audio stream shall be, where the language of the movie was given."""
    movie = listed(wildcards)
    return option("--audio-language", None if movie.found else movie.language)


def within_reach(movies):
    """The movies that jobs can be told of: on a cluster, names pass through a shell. To be called when the executor is known."""
    if not workflow.non_local_exec:
        return movies.values()
    kept, left_out = cluster_names.reachable(movies)
    for line in left_out:
        if line not in WARNINGS:
            WARNINGS.append(line)
            print(f"warning: {line}", file=sys.stderr)
    return kept.values()


def languages_to_find(wildcards):
    """The files that say which language a movie is in, for those that do not know."""
    return [
        workflow.pathvars.apply(f"<results>/{movie.name}/language.json")
        for movie in within_reach(MOVIES)
        if movie.found
    ]


def language_found(wildcards):
    """What says how the language of the movie was found, where it was."""
    return "<results>/{movie}/language.json" if listed(wildcards).found else []


def listener():
    """The id of the model that finds out languages."""
    return model_table.asr_model(config, MODELS, "whisperx")


def next_run():
    """What a person should know about the languages that were found in this run."""
    found = []
    for movie in MOVIES.values():
        path = Path(workflow.pathvars.apply(f"<results>/{movie.name}/language.json"))
        if movie.language == AUTO and path.exists():
            told = contracts.read(path, contracts.SpokenLanguage)
            found.append(f"{movie.name}: {known_languages()[told.language].name} ({told.votes[told.language]:.0%})")
    return ["", *found, "These languages were found; the same command again goes on from here."] if found else []


def of_movie(attribute):
    """A function of the wildcards that gives an attribute of the movie."""
    return lambda wildcards: getattr(movie_of(wildcards), attribute)


def recogniser(wildcards):
    """The backend of speech recognition for a movie."""
    return BACKENDS[movie_of(wildcards).language][0]


def aligner(wildcards):
    """The backend of alignment for a movie."""
    return BACKENDS[movie_of(wildcards).language][1]


def aligner_environment(wildcards):
    """The environment in which words are aligned; it does no harm where they are not."""
    return "mlx" if aligner(wildcards) == "mlx" else "whisperx"


def for_language(stage, key):
    """A function of the wildcards that gives a setting of `asr` or `align` for the movie's language."""
    return lambda wildcards: of_language(config[stage], movie_of(wildcards).language)[key]


def glossary_of(stage):
    """The table of names and terms that a stage uses for a movie: the movie's own, else that of the config; or nothing."""

    def table(wildcards):
        movie = movie_of(wildcards)
        settings = of_language(config["asr"], movie.language) if stage == "asr" else config[stage]
        return [file for file in [movie.glossary or settings["glossary"]] if file]

    return table


def answer_of_mlx(wildcards):
    """MLX's answer where it is the backend, else nothing."""
    return ["<results>/{movie}/asr.mlx.json"] if recogniser(wildcards) == "mlx" else []


def prompt_options(wildcards):
    """What recognition is told beforehand."""
    settings = of_language(config["asr"], movie_of(wildcards).language)
    return option("--initial-prompt", settings["prompt"])


def option(name, value):
    """A command-line option, or nothing where there is no value."""
    return [] if value in (None, "", []) else [name, str(value)]


def speech_audio(wildcards):
    """The audio that speech stages listen to."""
    return "<results>/{movie}/vocals.wav" if config["separate"]["enabled"] else "<results>/{movie}/audio.wav"


def kind_of_track(language):
    """What follows the language in the names of its subtitle files, so that players know what they are: `.sdh`, `.forced`."""
    kind = config["subtitles"]["kinds"].get(language)
    return f".{kind}" if kind else ""


def every(pattern):
    """A path for every movie, and for every subtitle language, kind and format where the pattern has them."""
    return lambda wildcards: list(
        dict.fromkeys(
            workflow.pathvars.apply(pattern).format_map(
                {
                    "movie": movie.name,
                    "language": language,
                    "kind": kind_of_track(language),
                    "format": format,
                    "container": config["mux"]["container"],
                }
            )
            for movie in within_reach(KNOWN)
            for language in movie.targets
            for format in FORMATS
        )
    )


def every_translation():
    """The translated transcripts of every movie."""
    return lambda wildcards: [
        workflow.pathvars.apply(f"<results>/{movie.name}/transcript.{language}.json")
        for movie in within_reach(KNOWN)
        for language in movie.targets
        if language != movie.language
    ]


def model_file(model):
    """The file that says which model lies where; making it makes the model."""
    return f"<models>/{model}.json"


def model_folder(model):
    """The folder of a model: the user's own, or the one that a rule fills."""
    return MODELS["models"][model].get("path") or workflow.pathvars.apply(f"<models>/{model}")


def device(stage):
    """What a stage computes on, unless the profile says so."""
    return lambda wildcards: machine.device(stage, machine.detect())[0]


def devices_of_profile():
    """`stage=device` for each stage whose device the profile or the command line sets."""
    chosen = workflow.resource_settings.overwrite_resources
    return [f"{stage}={resources['device'].raw}" for stage, resources in chosen.items() if "device" in resources]


def gpu(stage):
    """1 where a stage needs the card for itself, unless the profile says so."""
    return lambda wildcards: int(machine.uses_gpu(machine.device(stage, machine.detect())[0], machine.detect()))


def option_of_input(name, key):
    """A command-line option for an optional input file."""
    return lambda wildcards, input: option(name, input.get(key))


def clip_options(wildcards):
    """Which stretch and which audio stream of the movie."""
    movie = listed(wildcards)
    start = movie.start or None
    return [
        *option("--start", start),
        *option("--end", movie.end),
        *option("--audio-stream", movie.audio_stream),
    ]


def speaker_options(wildcards):
    """How many speakers: the table's number, else the config's bounds."""
    exact = listed(wildcards).speakers
    lowest, highest = exact or config["diarize"]["min_speakers"], exact or config["diarize"]["max_speakers"]
    return option("--min-speakers", lowest or None) + option("--max-speakers", highest or None)


def limits_of_config():
    """The preset and what the config changes of it, as options; and its reading speeds by language."""
    limits = dict(config["subtitles"]["limits"])
    speeds = limits.pop("reading_speed")
    changed = [word for name, value in limits.items() for word in option(f"--{name.replace('_', '-')}", value)]
    return ["--preset", config["subtitles"]["preset"], *changed], speeds


def limit_options(wildcards):
    """The limits of a cue, with the reading speed of the language."""
    options, speeds = limits_of_config()
    speed = speeds.get(wildcards.language.split("-")[0], speeds.get("default"))
    return options + option("--reading-speed", speed)


def check_options():
    """The limits that subtitle files are held against, whatever their language."""
    options, speeds = limits_of_config()
    return options + [
        word for language, speed in speeds.items() for word in ("--reading-speed", f"{language}={speed:g}")
    ]


def subtitle_options(wildcards, output):
    """The subtitle files as options, each named after its format, and how they begin."""
    files = [path for path in output if Path(path).suffix[1:] in FORMATS]
    mark = ["--byte-order-mark"] if config["subtitles"]["byte_order_mark"] else []
    return [word for path in files for word in (f"--{Path(path).suffix[1:]}", path)] + mark


def transcript_in(wildcards):
    """The transcript in the language of a track: the original, or a translation."""
    if wildcards.language == movie_of(wildcards).language:
        return "<results>/{movie}/transcript.json"
    return "<results>/{movie}/transcript.{language}.json"


def transcript_to_romanise(wildcards):
    """The transcript in the script of its language, of which a romanised one is made."""
    base = romanised_from(wildcards.language)
    if base is None:
        raise WorkflowError(f"{wildcards.language}: this language cannot be romanised here; hi-Latn can")
    if base == movie_of(wildcards).language:
        return "<results>/{movie}/transcript.json"
    return f"<results>/{{movie}}/transcript.{base}.json"


def source_in(wildcards):
    """The transcript in the spoken language, for the subtitles of a translation."""
    spoken = wildcards.language == movie_of(wildcards).language
    return [] if spoken else "<results>/{movie}/transcript.json"


def songs_in(wildcards):
    """The songs of the movie, where voices and music are separated."""
    return "<results>/{movie}/songs.json" if config["separate"]["enabled"] else []


def shots_in(wildcards):
    """The shot changes of the movie, where cues shall follow them."""
    return "<results>/{movie}/shots.json" if config["shots"]["enabled"] else []


def tracks(pattern):
    """A path for every subtitle language of the movie, with the kind of its track."""
    return lambda wildcards: [
        path
        for language in movie_of(wildcards).targets
        for path in expand(pattern, language=language, kind=kind_of_track(language), allow_missing=True)
    ]


def translations(wildcards):
    """The translated transcripts of the movie."""
    spoken, targets = movie_of(wildcards).language, movie_of(wildcards).targets
    return [f"<results>/{{movie}}/transcript.{language}.json" for language in targets if language != spoken]


def language_pairs(key):
    """`language=file` for each input file of a name; the language is the last part of the file's name before its kind and suffix."""
    return lambda wildcards, input: [
        f"{re.sub(r'[.](sdh|forced)$', '', Path(file).stem).split('.')[-1]}={file}" for file in input.get(key, [])
    ]


def model_id(stage, wildcards):
    """The id of the model that a stage uses for a movie, or None where it goes without."""
    spoken = movie_of(wildcards).language
    if stage in ("mlx", "whisperx"):
        return model_table.asr_model(config, MODELS, stage, spoken)
    if stage == "align":
        return model_table.align_model(config, MODELS, spoken, aligner(wildcards))
    if stage == "translate":
        return model_table.translation_model(config, MODELS, spoken, wildcards.language)
    return model_table.named_model(config, MODELS, stage)


def translation_options(wildcards):
    """What the backends other than CTranslate2 must be told: the model's name and revision, and whether its code may run."""
    if TRANSLATION_BACKEND == "ctranslate2":
        return []
    model = model_id("translate", wildcards)
    options = [*option("--name", model), *option("--revision", MODELS["models"][model].get("revision"))]
    return [*options, *(["--remote-code"] if TRANSLATION_BACKEND == "transformers" else [])]


def script_option(wildcards):
    """The script of a translation, where the config says it."""
    return option("--target-script", config["translate"]["scripts"].get(wildcards.language))


def model_input(stage):
    """The file that makes the model of a stage; nothing where the stage goes without."""
    return lambda wildcards: [model_file(model) for model in [model_id(stage, wildcards)] if model]


def model_option(stage):
    """The folder of the stage's model as an option."""
    return lambda wildcards: [
        word for model in [model_id(stage, wildcards)] if model for word in ("--model", model_folder(model))
    ]


def models_of_movie(wildcards):
    """The files of all models that a movie needs, for the report."""
    movie = movie_of(wildcards)
    stages = [recogniser(wildcards), "align", *(stage for stage in ("separate", "diarize") if config[stage]["enabled"])]
    used = [model_id(stage, wildcards) for stage in stages]
    used += [model_table.translation_model(config, MODELS, movie.language, target) for target in movie.translated]
    return [model_file(model) for model in dict.fromkeys(used) if model]


def models_with(source, stage=None):
    """A regular expression of the models that come from a kind of source: repository, path or convert."""
    used = {
        "asr": {model for backends in MODELS["asr"].values() for model in backends.values()},
        "translate": {entry["model"] for entry in MODELS["translate"]},
    }
    names = [name for name, entry in MODELS["models"].items() if source in entry and (not stage or name in used[stage])]
    return "|".join(map(re.escape, names)) or "(?!)"


def of_model(key):
    """A function of the wildcards that gives a field of the model's entry."""
    return lambda wildcards: MODELS["models"][wildcards.model][key]


def translates_with_own_code(model):
    """Whether a model's Python code is run: that of translation models, by the transformers backend."""
    origins = {MODELS["models"][entry["model"]].get("convert", entry["model"]) for entry in MODELS["translate"]}
    return TRANSLATION_BACKEND == "transformers" and model in origins


def converted_from(wildcards):
    """The file that makes the model which is converted."""
    return model_file(of_model("convert")(wildcards))


def origin_folder(wildcards):
    """The folder of the model which is converted."""
    return model_folder(of_model("convert")(wildcards))


def origin_options(wildcards):
    """Name and revision of the model which is converted, for the results to tell."""
    origin = of_model("convert")(wildcards)
    return [*option("--name", origin), *option("--revision", MODELS["models"][origin].get("revision"))]


def own_folder(wildcards):
    """The folder of a model."""
    return model_folder(wildcards.model)


def files_of_model(wildcards):
    """All files of a local model."""
    folder = Path(model_folder(wildcards.model))
    found = sorted(str(file) for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    if not found:
        raise WorkflowError(
            f"{folder}: there is no model here; correct the path of {wildcards.model} in the table of models"
        )
    return found


def download_options(wildcards):
    """Repository, revision and files of a model on the hub."""
    entry = MODELS["models"][wildcards.model]
    return [
        *("--repository", entry["repository"], "--revision", entry["revision"], "--licence", entry["licence"]),
        *(word for pattern in entry.get("files", []) for word in ("--files", pattern)),
        *(["--files", "*.py"] if translates_with_own_code(wildcards.model) else []),
        *(["--gated"] if entry.get("gated") else []),
    ]
