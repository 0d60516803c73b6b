"""
Models are inputs: models/<model>.json says which model lies in models/<model>/ or in the user's own folder.
Only these rules touch the network; a token is read from HF_TOKEN and appears nowhere. Where models lie in a storage, they are
made on this machine, so that jobs elsewhere need neither; a folder that such a job makes is not seen in an S3 storage.

in:  a hub repository at a pinned revision, a local folder, or another model that is converted
out: models/<model>.json, models/<model>-onnx
"""


rule download_model:
    output:
        **made_folder(folder="<models>/{model}"),
        record="<models>/{model}.json",
    log:
        "<logs>/models/{model}.log",
    wildcard_constraints:
        model=PLAN.models_with("repository"),
    retries: 3
    localrule: STORED
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=240,
    params:
        source=of_model("download_options"),
        folder=subpath(output.record, strip_suffix=".json"),
    message:
        "Download the model {wildcards.model}"
    shell:
        "run_in common download_model"
        " --name {wildcards.model}"
        " {params.source:q}"
        " --folder {params.folder:q}"
        " --output {output.record:q}"
        " 2> >(tee {log:q} >&2)"


rule local_model:
    input:
        files=user_file("files", of_model),
    output:
        **made_folder(folder="<models>/{model}"),
        record="<models>/{model}.json",
    log:
        "<logs>/models/{model}.log",
    wildcard_constraints:
        model=PLAN.models_with("path"),
    localrule: STORED
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        folder=of_model("path"),
        licence=of_model("licence"),
        stored=lambda wildcards, output: output.get("folder", []),
    message:
        "Describe the local model {wildcards.model}"
    shell:
        '( for copy in {params.stored:q}; do mkdir -p "$copy" && cp -RL {params.folder:q}/. "$copy"; done'
        " && run_in common describe_model"
        " --name {wildcards.model}"
        " --folder {params.folder:q}"
        " --source {params.folder:q}"
        " --licence {params.licence:q}"
        " --output {output.record:q}"
        " ) >{log:q} 2>&1"


rule convert_whisper:
    input:
        model=lambda wildcards: model_files(of_model("origin")(wildcards)),
    output:
        **made_folder(folder="<models>/{model}"),
        record="<models>/{model}.json",
    log:
        "<logs>/models/{model}.log",
    wildcard_constraints:
        model=PLAN.models_with("convert", stage="asr"),
    localrule: STORED
    conda:
        "../envs/whisperx.yaml"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        code=PLAN.code("convert_whisper", "whisperx"),
        origin=model_folders(lambda wildcards: [of_model("origin")(wildcards)]),
        folder=subpath(output.record, strip_suffix=".json"),
        format=of_model("format"),
        quantization=of_model("quantization"),
        licence=of_model("licence"),
    message:
        "Convert the Whisper model {wildcards.model}"
    shell:
        "( run_in whisperx convert_whisper"
        " --model {params.origin:q}"
        " --format {params.format}"
        " --quantization {params.quantization}"
        " --output {params.folder:q}"
        " && MOVIESUBS_STEP=2 run_in whisperx describe_model"
        " --name {wildcards.model}"
        " --folder {params.folder:q}"
        " --source {params.origin:q}"
        " --licence {params.licence:q}"
        " --output {output.record:q}"
        " ) >{log:q} 2>&1"


rule convert_wav2vec2:
    input:
        model=lambda wildcards: model_files(wildcards.model),
    output:
        directory("<models>/{model}-onnx"),
    log:
        "<logs>/models/{model}-onnx.log",
    localrule: STORED
    conda:
        "../envs/whisperx.yaml"
    threads: 1
    resources:
        mem_mb=10000,
        runtime=30,
    params:
        code=PLAN.code("convert_wav2vec2", "whisperx"),
        model=model_folders(lambda wildcards: [wildcards.model]),
    message:
        "Convert {wildcards.model} to ONNX"
    shell:
        "run_in whisperx convert_wav2vec2 --model {params.model:q} --output {output:q} >{log:q} 2>&1"


rule convert_indictrans2:
    input:
        model=lambda wildcards: model_files(of_model("origin")(wildcards)),
    output:
        **made_folder(folder="<models>/{model}"),
        record="<models>/{model}.json",
    log:
        "<logs>/models/{model}.log",
    wildcard_constraints:
        model=PLAN.models_with("convert", stage="translate"),
    localrule: STORED
    conda:
        "../envs/indictrans2.yaml"
    threads: 1
    resources:
        mem_mb=10000,
        runtime=60,
    params:
        code=PLAN.code("convert_indictrans2", "indictrans2"),
        origin=model_folders(lambda wildcards: [of_model("origin")(wildcards)]),
        provenance=of_model("provenance_options"),
        folder=subpath(output.record, strip_suffix=".json"),
        quantization=of_model("quantization"),
        licence=of_model("licence"),
    message:
        "Convert the translation model {wildcards.model}"
    shell:
        "( run_in indictrans2 convert_indictrans2"
        " --model {params.origin:q}"
        " --quantization {params.quantization}"
        " {params.provenance:q}"
        " --output {params.folder:q}"
        " && MOVIESUBS_STEP=2 run_in indictrans2 describe_model"
        " --name {wildcards.model}"
        " --folder {params.folder:q}"
        " --source {params.origin:q}"
        " --licence {params.licence:q}"
        " --output {output.record:q}"
        " ) >{log:q} 2>&1"


rule models:
    "the models of the config's languages, and which would be best"
    log:
        "<logs>/models.log",
    localrule: True
    threads: 1
    resources:
        mem_mb=300,
        runtime=5,
    params:
        table=lambda wildcards: PLAN.model_table,
    message:
        "Look at the models"
    run:
        Path(log[0]).write_text("".join(f"{printable(line)}\n" for line in params.table), encoding="utf-8")
        tell(params.table)
