"""
Streams, languages, start times, duration and frame rate; chooses the audio stream and the stretch to work on.

in:  the movie
out: results/<movie>/probe.json
"""


rule probe:
    input:
        movie=ancient(user_file("path")),
    output:
        "<results>/{movie}/probe.json",
    log:
        "<logs>/{movie}/probe.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=300,
        runtime=5,
    params:
        code=PLAN.code("probe", "common"),
        content=of_movie("content"),
        choice=of_movie("probe_options"),
    message:
        "Probe {wildcards.movie}"
    shell:
        "run_in common probe"
        " --movie {input.movie:q}"
        " {params.choice:q}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
