"""
Speech out of music and noise (optional: separate.enabled).

in:  audio.wav, a Demucs model
out: results/<movie>/vocals.wav
"""


rule separate:
    input:
        program=program("separate"),
        environment=environment("demucs"),
        audio="<results>/{movie}/audio.wav",
        model=model_input("separate"),
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
        gpu=gpu("separate"),
        device=device("separate"),
    params:
        model=model_option("separate"),
    message:
        "Separate the voices of {wildcards.movie} on {resources.device}"
    shell:
        "run_in demucs {input.program[0]:q} --audio {input.audio:q} {params.model:q}"
        " --device {resources.device} --threads {threads} --output {output:q} 3>&2 >{log:q} 2>&1"
