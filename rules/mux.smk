"""
The movie with its subtitles as soft tracks; picture and sound are copied as they are.

in:  the movie, probe.json, the SRT of every language
out: results/<movie>/<movie>.mkv or .mp4
"""


rule mux:
    input:
        program=program("mux"),
        environment=environment("common"),
        movie=movie_file,
        probe="<results>/{movie}/probe.json",
        subtitles=tracks("<results>/{movie}/{movie}.{language}{kind}.srt"),
    output:
        "<results>/{movie}/{movie}.{container}",
    log:
        "<logs>/{movie}/mux.{container}.log",
    wildcard_constraints:
        container="mkv|mp4",
    conda:
        "../envs/common.yaml"
    resources:
        mem_mb=500,
        runtime=60,
    params:
        subtitles=language_pairs("subtitles"),
        default=option("--default", config["mux"]["default"]),
    message:
        "Mux {wildcards.movie} with its subtitles"
    shell:
        "run_in common {input.program[0]:q} --movie {input.movie:q} --probe {input.probe:q}"
        " --subtitles {params.subtitles:q} {params.default:q} --output {output:q} 3>&2 >{log:q} 2>&1"
