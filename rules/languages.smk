"""
Films in several languages (optional: language: [hi, en]): every stretch is heard in its own, and what is said is put together again.

in:  audio.wav or vocals.wav, speech.json, a Whisper model in CTranslate2's format; aligned.<language>.json
out: results/<movie>/languages.json, speech.<language>.json; aligned.json
"""


ruleorder: merge_languages > align


rule assign_languages:
    input:
        audio=SPEECH_AUDIO,
        speech="<results>/{movie}/speech.json",
        model=model_file("detect_language"),
    output:
        "<results>/{movie}/languages.json",
    log:
        "<logs>/{movie}/assign_languages.log",
    conda:
        "../envs/whisperx.yaml"
    threads: 4
    resources:
        mem_mb=6000,
        runtime=240,
        gpu=PLAN.gpu("detect_language"),
        device=PLAN.device("detect_language"),
        batch_size=8,
    params:
        code=PLAN.code("assign_languages", "whisperx"),
        model=model_option("detect_language"),
        languages=of_movie("languages"),
    message:
        "Tell the languages of {wildcards.movie} apart ({params.languages}) on {resources.device}"
    shell:
        "run_in whisperx assign_languages"
        " --audio {input.audio:q}"
        " --speech {input.speech:q}"
        " {params.model:q}"
        " --languages {params.languages}"
        " --batch-size {resources.batch_size}"
        " --device {resources.device}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"


rule speech_in_language:
    input:
        speech="<results>/{movie}/speech.json",
        languages="<results>/{movie}/languages.json",
    output:
        "<results>/{movie}/speech.{spoken}.json",
    log:
        "<logs>/{movie}/speech_in_language.{spoken}.log",
    wildcard_constraints:
        spoken="[a-z]{2,3}",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        code=PLAN.code("speech_in_language", "common"),
    message:
        "Take the speech of {wildcards.movie} in {wildcards.spoken}"
    shell:
        "run_in common speech_in_language"
        " --speech {input.speech:q}"
        " --languages {input.languages:q}"
        " --language {wildcards.spoken}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"


rule merge_languages:
    input:
        collect("<results>/{{movie}}/aligned.{spoken}.json", spoken=of_movie("languages")),
    output:
        "<results>/{movie}/aligned.json",
    log:
        "<logs>/{movie}/merge_languages.log",
    wildcard_constraints:
        movie=PLAN.mixed_movies,
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        code=PLAN.code("merge_languages", "common"),
    message:
        "Put together the languages of {wildcards.movie}"
    shell:
        "run_in common merge_languages" " --aligned {input:q}" " --output {output:q}" " 3>&2 >{log:q} 2>&1"
