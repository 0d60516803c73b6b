"""
Who speaks when (optional: diarize.enabled).

in:  audio.wav or vocals.wav, a pyannote pipeline
out: results/<movie>/speakers.json
"""


rule diarize:
    input:
        audio=SPEECH_AUDIO,
        model=model_file("diarize"),
    output:
        "<results>/{movie}/speakers.json",
    log:
        "<logs>/{movie}/diarize.log",
    conda:
        "../envs/whisperx.yaml"
    threads: 4
    resources:
        mem_mb=8000,
        runtime=360,
        gpu=PLAN.gpu("diarize"),
        device=PLAN.device("diarize"),
    params:
        code=PLAN.code("diarize", "whisperx"),
        model=model_option("diarize"),
        speakers=of_movie("speaker_options"),
    message:
        "Diarize {wildcards.movie} on {resources.device}"
    shell:
        "run_in whisperx diarize"
        " --audio {input.audio:q}"
        " {params.model:q}"
        " {params.speakers:q}"
        " --device {resources.device}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
