"""
Speech out of music and noise (optional: separate.enabled).

in:  audio.wav, a Demucs model
out: results/<movie>/vocals.wav
"""


rule separate:
    input:
        audio="<results>/{movie}/audio.wav",
        model=model_file("separate"),
    output:
        "<results>/{movie}/vocals.wav",
    log:
        "<logs>/{movie}/separate.log",
    conda:
        "../envs/demucs.yaml"
    threads: 4
    resources:
        mem_mb=4000,
        runtime=600,
        gpu=PLAN.gpu("separate"),
        device=PLAN.device("separate"),
    params:
        code=PLAN.code("separate", "demucs"),
        model=model_option("separate"),
    message:
        "Separate the voices of {wildcards.movie} on {resources.device}"
    shell:
        "run_in demucs separate"
        " --audio {input.audio:q}"
        " {params.model:q}"
        " --device {resources.device}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
