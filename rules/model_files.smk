"""
Models as inputs and options of the stages, in folders of this machine or, where results lie in a storage, as copies from there.
"""


def model_file(stage):
    """The file that makes the model which a stage uses; nothing where the stage goes without."""

    def files(wildcards):
        return one_file([file for model in PLAN.models_of(stage, **wildcards) for file in model_files(model)])

    if STORED:  # Snakemake warns of a folder that is an input, but not where a function returns it
        return asking(files)
    answers = [
        one_file([file for model in models for file in model_files(model)])
        for models in PLAN.models_of_languages(stage)
    ]
    return same_for_all(answers, otherwise=asking(files))


def model_files(model):
    """What says that a model is there; from a storage, its folder has to be fetched, too."""
    folder = [ancient(directory(f"<models>/{model}"))] if STORED else []
    return [f"<models>/{model}.json", *folder]


def made_folder(**folder):
    """The folder of a model as an output, which is for a storage only: Snakemake empties a declared folder before each attempt."""
    return {name: directory(path) for name, path in folder.items()} if STORED else {}


def in_onnx(stage):
    """The same model as a processor runs it: models of letters only, not Whisper."""

    def folders(models):
        return one_file([f"<models>/{model}-onnx" for model in models if not PLAN.is_in_onnx(model)])

    stage = "align_in_onnx" if stage == "align" else stage
    answers = [folders(models) for models in PLAN.models_of_languages(stage)]
    return same_for_all(answers, otherwise=asking(lambda wildcards: folders(PLAN.models_of(stage, **wildcards))))


def model_option(stage, option="--model"):
    """The folder of that model as an option."""
    of_movie_or_track = model_folders(lambda wildcards: PLAN.models_of(stage, **wildcards), option)
    answers = [folder_options(models, option) for models in PLAN.models_of_languages(stage)]
    return of_movie_or_track if STORED else same_for_all(answers, otherwise=of_movie_or_track)


def folder_options(models, *option):
    """The folders of models on this machine, each behind the option."""
    return [word for model in models for word in (*option, PLAN.model_folder(model, str(MODELS)))]


def model_folders(models, *option):
    """The folders of models, each behind the option: the user's own, or the ones that rules fill."""
    if not STORED:
        return asking(lambda wildcards: folder_options(models(wildcards), *option))

    def copies(wildcards, input):
        folders = {Path(file).stem: os.path.splitext(file)[0] for file in input if file.endswith(".json")}
        return [word for model in models(wildcards) for word in (*option, folders[model])]

    return copies
