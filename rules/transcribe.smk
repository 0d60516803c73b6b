"""
Speech recognition. MLX tries first where it is the backend, and always leaves an answer, if only "failed";
WhisperX passes a good answer through and otherwise does the work itself, so a crash never changes the DAG.

in:  audio.wav or vocals.wav, speech.json, a Whisper model in the backend's format
out: results/<movie>/asr.mlx.json (MLX), results/<movie>/asr.json
"""


rule transcribe_mlx:
    input:
        program=program("transcribe_mlx"),
        environment=environment("mlx"),
        audio=speech_audio,
        speech="<results>/{movie}/speech.json",
        model=model_input("mlx"),
        glossary=glossary_of("asr"),
    output:
        "<results>/{movie}/asr.mlx.json",
    log:
        "<logs>/{movie}/transcribe_mlx.log",
    conda:
        "../envs/mlx.yaml"
    threads: 4
    resources:
        mem_mb=8000,
        runtime=720,
        gpu=gpu("transcribe_mlx"),
        batch_size=8,
    params:
        model=model_option("mlx"),
        language=of_movie("language"),
        chunk_size=for_language("asr", "chunk_size"),
        max_pause=for_language("asr", "max_pause"),
        time_limit=config["asr"]["time_limit"],
        time_limit_share=config["asr"]["time_limit_share"],
        silence_limit=config["asr"]["silence_limit"],
        prompt=prompt_options,
        glossary=option_of_input("--glossary", "glossary"),
    message:
        "Transcribe {wildcards.movie} ({params.language}) with MLX"
    shell:
        "run_in mlx {input.program[0]:q} --audio {input.audio:q} --speech {input.speech:q} {params.model:q}"
        " --language {params.language} --chunk-size {params.chunk_size} --max-pause {params.max_pause} --time-limit {params.time_limit}"
        " --time-limit-share {params.time_limit_share} --silence-limit {params.silence_limit}"
        " --batch-size {resources.batch_size} --threads {threads} {params.prompt:q} {params.glossary:q} --output {output:q} 3>&2 >{log:q} 2>&1"


rule transcribe_whisperx:
    input:
        program=program("transcribe_whisperx"),
        environment=environment("whisperx"),
        audio=speech_audio,
        speech="<results>/{movie}/speech.json",
        model=model_input("whisperx"),
        glossary=glossary_of("asr"),
        mlx=answer_of_mlx,
    output:
        "<results>/{movie}/asr.json",
    log:
        "<logs>/{movie}/transcribe_whisperx.log",
    conda:
        "../envs/whisperx.yaml"
    threads: 4
    resources:
        mem_mb=6000,
        runtime=1440,
        gpu=gpu("transcribe_whisperx"),
        device=device("transcribe_whisperx"),
        compute_type="auto",
        batch_size=8,
    params:
        model=model_option("whisperx"),
        language=of_movie("language"),
        chunk_size=for_language("asr", "chunk_size"),
        max_pause=for_language("asr", "max_pause"),
        beam_size=for_language("asr", "beam_size"),
        silence_limit=config["asr"]["silence_limit"],
        prompt=prompt_options,
        glossary=option_of_input("--glossary", "glossary"),
        mlx=option_of_input("--mlx", "mlx"),
    message:
        "Transcribe {wildcards.movie} ({params.language}) with WhisperX on {resources.device}"
    shell:
        "run_in whisperx {input.program[0]:q} --audio {input.audio:q} --speech {input.speech:q}"
        " {params.model:q} --language {params.language} --chunk-size {params.chunk_size} --max-pause {params.max_pause}"
        " --beam-size {params.beam_size} --device {resources.device} --compute-type {resources.compute_type}"
        " --batch-size {resources.batch_size} --threads {threads} --silence-limit {params.silence_limit}"
        " {params.prompt:q} {params.glossary:q} {params.mlx:q} --output {output:q} 3>&2 >{log:q} 2>&1"
