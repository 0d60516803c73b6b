"""
Who speaks when (optional: diarize.enabled).

in:  audio.wav or vocals.wav, a pyannote pipeline
out: results/<movie>/speakers.json
"""


rule diarize:
    input:
        program=program("diarize"),
        environment=environment("whisperx"),
        audio=speech_audio,
        model=model_input("diarize"),
    output:
        "<results>/{movie}/speakers.json",
    log:
        "<logs>/{movie}/diarize.log",
    conda:
        "../envs/whisperx.yaml"
    threads: 4
    resources:
        mem_mb=5000,
        runtime=360,
        gpu=gpu("diarize"),
        device=device("diarize"),
    params:
        model=model_option("diarize"),
        speakers=speaker_options,
    message:
        "Diarize {wildcards.movie} on {resources.device}"
    shell:
        "run_in whisperx {input.program[0]:q} --audio {input.audio:q} {params.model:q} {params.speakers:q}"
        " --device {resources.device} --threads {threads} --output {output:q} 3>&2 >{log:q} 2>&1"
