"""
Voice activity detection: the stretches in which somebody speaks.

in:  audio.wav or vocals.wav
out: results/<movie>/speech.json
"""


rule detect_speech:
    input:
        audio=SPEECH_AUDIO,
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
        gpu=PLAN.gpu("detect_speech"),
        device=PLAN.device("detect_speech"),
    params:
        code=PLAN.code("detect_speech", "whisperx"),
        speech=config["speech"],
    message:
        "Detect speech in {wildcards.movie} with {params.speech[method]} on {resources.device}"
    shell:
        "run_in whisperx detect_speech"
        " --audio {input.audio:q}"
        " --method {params.speech[method]}"
        " --onset {params.speech[onset]}"
        " --offset {params.speech[offset]}"
        " --device {resources.device}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
