"""
Models are inputs: models/<model>.json says which model lies in models/<model>/ or in the user's own folder.
Only these rules touch the network; a token is read from HF_TOKEN and appears nowhere.

in:  a hub repository at a pinned revision, a local folder, or another model that is converted
out: models/<model>.json
"""


rule download_model:
    input:
        program=program("download_model"),
        environment=environment("common"),
    output:
        "<models>/{model}.json",
    log:
        "<logs>/models/{model}.log",
    wildcard_constraints:
        model=models_with("repository"),
    retries: 3
    conda:
        "../envs/common.yaml"
    resources:
        mem_mb=1000,
        runtime=240,
    params:
        source=download_options,
        folder=subpath(output[0], strip_suffix=".json"),
    message:
        "Download the model {wildcards.model}"
    shell:
        "run_in common {input.program[0]:q} --name {wildcards.model} {params.source:q} --folder {params.folder:q}"
        " --output {output:q} 2> >(tee {log:q} >&2)"


rule local_model:
    input:
        program=program("describe_model"),
        environment=environment("common"),
        files=files_of_model,
    output:
        "<models>/{model}.json",
    log:
        "<logs>/models/{model}.log",
    wildcard_constraints:
        model=models_with("path"),
    conda:
        "../envs/common.yaml"
    resources:
        mem_mb=500,
        runtime=10,
    params:
        folder=own_folder,
        licence=of_model("licence"),
    message:
        "Describe the local model {wildcards.model}"
    shell:
        "run_in common {input.program[0]:q} --name {wildcards.model} --folder {params.folder:q} --source {params.folder:q}"
        " --licence {params.licence:q} --output {output:q} >{log:q} 2>&1"


rule convert_whisper:
    input:
        program=program("convert_whisper"),
        describe=program("describe_model"),
        environment=environment("whisperx"),
        model=converted_from,
    output:
        "<models>/{model}.json",
    log:
        "<logs>/models/{model}.log",
    wildcard_constraints:
        model=models_with("convert", stage="asr"),
    conda:
        "../envs/whisperx.yaml"
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        origin=origin_folder,
        folder=subpath(output[0], strip_suffix=".json"),
        format=of_model("format"),
        quantization=of_model("quantization"),
        licence=of_model("licence"),
    message:
        "Convert the Whisper model {wildcards.model}"
    shell:
        "( run_in whisperx {input.program[0]:q} --model {params.origin:q} --format {params.format}"
        " --quantization {params.quantization} --output {params.folder:q} &&"
        " run_in whisperx {input.describe[0]:q} --name {wildcards.model} --folder {params.folder:q}"
        " --source {params.origin:q} --licence {params.licence:q} --output {output:q} ) >{log:q} 2>&1"


rule convert_indictrans2:
    input:
        program=program("convert_indictrans2"),
        describe=program("describe_model"),
        environment=environment("indictrans2"),
        model=converted_from,
    output:
        "<models>/{model}.json",
    log:
        "<logs>/models/{model}.log",
    wildcard_constraints:
        model=models_with("convert", stage="translate"),
    conda:
        "../envs/indictrans2.yaml"
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        origin=origin_folder,
        provenance=origin_options,
        folder=subpath(output[0], strip_suffix=".json"),
        quantization=of_model("quantization"),
        licence=of_model("licence"),
    message:
        "Convert the translation model {wildcards.model}"
    shell:
        "( run_in indictrans2 {input.program[0]:q} --model {params.origin:q} --quantization {params.quantization} {params.provenance:q}"
        " --output {params.folder:q} &&"
        " run_in indictrans2 {input.describe[0]:q} --name {wildcards.model} --folder {params.folder:q}"
        " --source {params.origin:q} --licence {params.licence:q} --output {output:q} ) >{log:q} 2>&1"
