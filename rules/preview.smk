"""
A small copy of the movie that every browser plays, for the report.

in:  the movie, probe.json, audio.wav
out: results/<movie>/preview.mp4
"""


rule preview:
    input:
        movie=ancient(user_file("path")),
        probe="<results>/{movie}/probe.json",
        audio="<results>/{movie}/audio.wav",
    output:
        "<results>/{movie}/preview.mp4",
    log:
        "<logs>/{movie}/preview.log",
    conda:
        "../envs/common.yaml"
    threads: 2
    resources:
        mem_mb=1000,
        runtime=120,
    params:
        code=PLAN.code("preview", "common"),
        content=of_movie("content"),
        height=config["report"]["height"],
    message:
        "Make a small copy of {wildcards.movie} for its report"
    shell:
        "run_in common preview"
        " --movie {input.movie:q}"
        " --probe {input.probe:q}"
        " --audio {input.audio:q}"
        " --height {params.height}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
