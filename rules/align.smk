"""
Forced alignment: a time for every word. A process of its own, so that MLX and the aligner never meet; a crash, a time-out
or a language without a model gives the segments' times, and says so.

in:  audio.wav or vocals.wav, asr.json, a wav2vec2 model where the language has one, or MLX's Whisper
out: results/<movie>/aligned.json
"""


rule align:
    input:
        program=program("align"),
        environment=lambda wildcards: environment(aligner_environment(wildcards)),
        audio=speech_audio,
        asr="<results>/{movie}/asr.json",
        model=model_input("align"),
    output:
        "<results>/{movie}/aligned.json",
    log:
        "<logs>/{movie}/align.log",
    conda:
        lambda wildcards: f"../envs/{aligner_environment(wildcards)}.yaml"
    threads: 2
    resources:
        mem_mb=5000,
        runtime=360,
        gpu=lambda wildcards: gpu("transcribe_mlx" if aligner(wildcards) == "mlx" else "align")(wildcards),
        device=device("align"),
    params:
        backend=aligner,
        environment=aligner_environment,
        model=model_option("align"),
        time_limit=config["align"]["time_limit"],
        time_limit_share=config["align"]["time_limit_share"],
        silence_limit=config["align"]["silence_limit"],
    message:
        "Align the words of {wildcards.movie} on {resources.device}"
    shell:
        "run_in {params.environment} {input.program[0]:q} --audio {input.audio:q} --asr {input.asr:q}"
        " --backend {params.backend} {params.model:q} --time-limit {params.time_limit}"
        " --time-limit-share {params.time_limit_share} --silence-limit {params.silence_limit} --device {resources.device} --threads {threads}"
        " --output {output:q} 3>&2 >{log:q} 2>&1"
