"""
The spoken language of movies whose language is `auto`.

Files are named by languages, so the next run of the workflow makes the rest: there is no checkpoint, with which
the DAG of a thousand movies takes minutes, and a person can correct the answer in between (movies.tsv).

in:  audio.wav or vocals.wav, speech.json, a Whisper model in CTranslate2's format
out: results/<movie>/language.json
"""


rule detect_language:
    input:
        audio=SPEECH_AUDIO,
        speech="<results>/{movie}/speech.json",
        model=model_file("detect_language"),
    output:
        "<results>/{movie}/language.json",
    log:
        "<logs>/{movie}/detect_language.log",
    conda:
        "../envs/whisperx.yaml"
    threads: 4
    resources:
        mem_mb=6000,
        runtime=60,
        gpu=PLAN.gpu("detect_language"),
        device=PLAN.device("detect_language"),
    params:
        code=PLAN.code("detect_language", "whisperx"),
        model=model_option("detect_language"),
    message:
        "Find out the language of {wildcards.movie} on {resources.device}"
    shell:
        "run_in whisperx detect_language"
        " --audio {input.audio:q}"
        " --speech {input.speech:q}"
        " {params.model:q}"
        " --device {resources.device}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
