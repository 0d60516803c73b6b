"""
Speech recognition. MLX tries first where it is the backend, and always leaves an answer, if only "failed";
WhisperX passes a good answer through and otherwise does the work itself, so a crash never changes the DAG.
A CTC model (wav2vec2, MMS, IndicConformer) takes WhisperX's place for the languages that Whisper lacks, and where the config says so.

in:  audio.wav or vocals.wav, speech.json, a Whisper model in the backend's format or a CTC model
out: results/<movie>/asr.mlx.json (MLX), results/<movie>/asr.json; asr.second.json where a second recogniser is wanted (asr.second)
"""


rule transcribe_mlx:
    input:
        audio=SPEECH_AUDIO,
        speech=f"<results>/{{movie}}/speech{PART}.json",
        model=model_file("mlx"),
        glossary=user_file("recognition_glossary"),
    output:
        f"<results>/{{movie}}/asr.mlx{PART}.json",
    log:
        f"<logs>/{{movie}}/transcribe_mlx{PART}.log",
    priority: on_card_first("transcribe_mlx", 20)
    conda:
        "../envs/mlx.yaml"
    threads: 4
    resources:
        mem_mb=8000,
        runtime=720,
        gpu=PLAN.gpu("transcribe_mlx"),
        batch_size=8,
        time_limit=str(config["asr"]["time_limit"]),
        time_limit_share=str(config["asr"]["time_limit_share"]),
        silence_limit=str(config["asr"]["silence_limit"]),
    params:
        code=PLAN.code("transcribe_mlx", "mlx"),
        model=model_option("mlx"),
        asr=of_language("recognition"),
    message:
        "Transcribe {wildcards.movie} ({params.asr[language]}) with MLX"
    shell:
        "run_in mlx transcribe_mlx"
        " --audio {input.audio:q}"
        " --speech {input.speech:q}"
        " {params.model:q}"
        " --language {params.asr[language]}"
        " --chunk-size {params.asr[chunk_size]}"
        " --max-pause {params.asr[max_pause]}"
        " {params.asr[options]:q}"
        " --glossary {input.glossary:q}"
        " --time-limit {resources.time_limit}"
        " --time-limit-share {resources.time_limit_share}"
        " --silence-limit {resources.silence_limit}"
        " --batch-size {resources.batch_size}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"


rule transcribe_whisperx:
    input:
        audio=SPEECH_AUDIO,
        speech=f"<results>/{{movie}}/speech{PART}.json",
        model=model_file("whisperx"),
        glossary=user_file("recognition_glossary"),
        mlx=branch(of_language("recogniser"), cases={"mlx": f"<results>/{{movie}}/asr.mlx{PART}.json"}, otherwise=[]),
    output:
        f"<results>/{{movie}}/asr{PART}.json",
    log:
        f"<logs>/{{movie}}/transcribe_whisperx{PART}.log",
    priority: on_card_first("transcribe_whisperx", 20)
    conda:
        "../envs/whisperx.yaml"
    threads: 4
    resources:
        mem_mb=8000,  # a model for doubtful texts beside the first
        runtime=1440,
        gpu=PLAN.gpu("transcribe_whisperx"),
        device=PLAN.device("transcribe_whisperx"),
        compute_type="auto",
        batch_size=8,
        silence_limit=str(config["asr"]["silence_limit"]),
    params:
        code=PLAN.code("transcribe_whisperx", "whisperx"),
        model=model_option("whisperx"),
        asr=of_language("recognition"),
    message:
        "Transcribe {wildcards.movie} ({params.asr[language]}) with WhisperX on {resources.device}"
    shell:
        "run_in whisperx transcribe_whisperx"
        " --audio {input.audio:q}"
        " --speech {input.speech:q}"
        " {params.model:q}"
        " --language {params.asr[language]}"
        " --chunk-size {params.asr[chunk_size]}"
        " --max-pause {params.asr[max_pause]}"
        " --beam-size {params.asr[beam_size]}"
        " {params.asr[options]:q}"
        " --glossary {input.glossary:q}"
        " --mlx {input.mlx:q}"
        " --silence-limit {resources.silence_limit}"
        " --device {resources.device}"
        " --compute-type {resources.compute_type}"
        " --batch-size {resources.batch_size}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"


rule transcribe_ctc:
    input:
        audio=SPEECH_AUDIO,
        speech=f"<results>/{{movie}}/speech{PART}.json",
        model=model_file("ctc"),
        onnx=in_onnx("ctc"),
    output:
        f"<results>/{{movie}}/asr{PART}.json",
    log:
        f"<logs>/{{movie}}/transcribe_ctc{PART}.log",
    wildcard_constraints:
        movie=PLAN.movies_for_ctc,
        part=PLAN.parts_for_ctc,
    priority: on_card_first("transcribe_ctc", 20)
    conda:
        "../envs/whisperx.yaml"
    threads: 4
    resources:
        mem_mb=6000,
        runtime=1440,
        gpu=PLAN.gpu("transcribe_ctc"),
        device=PLAN.device("transcribe_ctc"),
        batch_size=8,
        silence_limit=str(config["asr"]["silence_limit"]),
    params:
        code=PLAN.code("transcribe_ctc", "whisperx"),
        model=model_option("ctc"),
        asr=of_language("recognition"),
    message:
        "Transcribe {wildcards.movie} ({params.asr[language]}) with a CTC model on {resources.device}"
    shell:
        "run_in whisperx transcribe_ctc"
        " --audio {input.audio:q}"
        " --speech {input.speech:q}"
        " {params.model:q}"
        " --onnx {input.onnx:q}"
        " --language {params.asr[language]}"
        " --chunk-size {params.asr[chunk_size]}"
        " --max-pause {params.asr[max_pause]}"
        " --silence-limit {resources.silence_limit}"
        " --device {resources.device}"
        " --batch-size {resources.batch_size}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"


use rule transcribe_ctc as transcribe_second with:
    output:
        f"<results>/{{movie}}/asr.second{PART}.json",
    log:
        f"<logs>/{{movie}}/transcribe_second{PART}.log",
    wildcard_constraints:
        movie=r"[^/]+",
        part=PLAN.parts,
    message:
        "Hear {wildcards.movie} ({params.asr[language]}) a second time, with a CTC model on {resources.device}"
