"""
Sound for speech recognition: 16 kHz, one channel, on the picture's own clock.

in:  the movie, probe.json
out: results/<movie>/audio.wav
"""


rule demux:
    input:
        program=program("demux"),
        environment=environment("common"),
        movie=movie_file,
        probe="<results>/{movie}/probe.json",
    output:
        "<results>/{movie}/audio.wav",
    log:
        "<logs>/{movie}/demux.log",
    conda:
        "../envs/common.yaml"
    resources:
        mem_mb=500,
        runtime=30,
    message:
        "Demux the sound of {wildcards.movie}"
    shell:
        "run_in common {input.program[0]:q} --movie {input.movie:q} --probe {input.probe:q} --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
