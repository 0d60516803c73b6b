"""
Streams, languages, start times, duration and frame rate; chooses the audio stream and the stretch to work on.

in:  the movie
out: results/<movie>/probe.json
"""


rule probe:
    input:
        program=program("probe"),
        environment=environment("common"),
        movie=movie_file,
    output:
        "<results>/{movie}/probe.json",
    log:
        "<logs>/{movie}/probe.log",
    conda:
        "../envs/common.yaml"
    resources:
        mem_mb=300,
        runtime=5,
    params:
        sound=sound_options,
        options=clip_options,
    message:
        "Probe {wildcards.movie}"
    shell:
        "run_in common {input.program[0]:q} --movie {input.movie:q} {params.sound:q}"
        " {params.options:q} --output {output:q} 3>&2 >{log:q} 2>&1"
