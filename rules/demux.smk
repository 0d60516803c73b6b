"""
Sound for speech recognition: 16 kHz, one channel, on the picture's own clock.

in:  the movie, probe.json
out: results/<movie>/audio.wav
"""


rule demux:
    input:
        movie=of_movie("path"),
        probe="<results>/{movie}/probe.json",
    output:
        "<results>/{movie}/audio.wav",
    log:
        "<logs>/{movie}/demux.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=30,
    params:
        code=PLAN.code("demux", "common"),
    message:
        "Demux the sound of {wildcards.movie}"
    shell:
        "run_in common demux"
        " --movie {input.movie:q}"
        " --probe {input.probe:q}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
