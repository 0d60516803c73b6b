"""
Models as inputs and options of the stages, in folders of this machine or, where results lie in a storage, as copies from there.
"""


def model_file(stage):
    """The file that makes the model which a stage uses; nothing where the stage goes without."""
    return asking(
        lambda wildcards: [file for model in PLAN.models_of(stage, **wildcards) for file in model_files(model)]
    )


def model_files(model):
    """What says that a model is there; from a storage, its folder has to be fetched, too."""
    folder = [ancient(directory(f"<models>/{model}"))] if STORED else []
    return [f"<models>/{model}.json", *folder]


def made_folder(**folder):
    """The folder of a model as an output, which is for a storage only: Snakemake empties a declared folder before each attempt."""
    return {name: directory(path) for name, path in folder.items()} if STORED else {}


def in_onnx(stage):
    """The same model as a processor runs it: models of letters only, not Whisper."""

    def folders(wildcards):
        part = PLAN.movie(wildcards.movie, wildcards.get("part", ""))
        if stage == "align" and part.aligner != "whisperx":
            return []
        models = PLAN.models_of(stage, **wildcards)
        return [f"<models>/{model}-onnx" for model in models if not PLAN.is_in_onnx(model)]

    return asking(folders)


def model_option(stage, option="--model"):
    """The folder of that model as an option."""
    return model_folders(lambda wildcards: PLAN.models_of(stage, **wildcards), option)


def model_folders(models, *option):
    """The folders of models, each behind the option: the user's own, or the ones that rules fill."""
    if not STORED:
        return asking(
            lambda wildcards: [
                word for model in models(wildcards) for word in (*option, PLAN.model_folder(model, str(MODELS)))
            ]
        )

    def copies(wildcards, input):
        folders = {Path(file).stem: os.path.splitext(file)[0] for file in input if file.endswith(".json")}
        return [word for model in models(wildcards) for word in (*option, folders[model])]

    return copies
