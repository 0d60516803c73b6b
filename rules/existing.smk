"""
Subtitles that a movie has already, in place of speech recognition (optional: existing: use).

in:  a subtitle file beside the movie, or the movie with a text track; probe.json; speech.json where they are retimed
out: results/<movie>/asr.json
"""


ruleorder: use_existing > transcribe_ctc > transcribe_whisperx


rule use_existing:
    input:
        subtitles=ancient(user_file("existing_file")),
        movie=ancient(user_file("path")),
        probe="<results>/{movie}/probe.json",
        speech=branch(config["existing_retime"], then="<results>/{movie}/speech.json"),
    output:
        "<results>/{movie}/asr.json",
    log:
        "<logs>/{movie}/use_existing.log",
    wildcard_constraints:
        movie=PLAN.movies_with_transcript,
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=60,
    params:
        code=PLAN.code("use_existing", "common"),
        content=of_movie("existing_content"),
        source=of_movie("existing_options"),
        language=of_movie("language"),
    message:
        "Use the subtitles that {wildcards.movie} has already"
    shell:
        "run_in common use_existing"
        " {params.source:q}"
        " --movie {input.movie:q}"
        " --probe {input.probe:q}"
        " --language {params.language}"
        " --speech {input.speech:q}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
