"""
Voice activity detection: the stretches in which somebody speaks.

in:  audio.wav or vocals.wav
out: results/<movie>/speech.json
"""


rule detect_speech:
    input:
        program=program("detect_speech"),
        environment=environment("whisperx"),
        audio=speech_audio,
    output:
        "<results>/{movie}/speech.json",
    log:
        "<logs>/{movie}/detect_speech.log",
    conda:
        "../envs/whisperx.yaml"
    threads: 2
    resources:
        mem_mb=3000,
        runtime=60,
        gpu=gpu("detect_speech"),
        device=device("detect_speech"),
    params:
        method=config["speech"]["method"],
        onset=config["speech"]["onset"],
        offset=config["speech"]["offset"],
    message:
        "Detect speech in {wildcards.movie} with {params.method} on {resources.device}"
    shell:
        "run_in whisperx {input.program[0]:q} --audio {input.audio:q} --method {params.method}"
        " --onset {params.onset} --offset {params.offset} --device {resources.device} --threads {threads}"
        " --output {output:q} 3>&2 >{log:q} 2>&1"
