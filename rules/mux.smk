"""
The movie with its subtitles as soft tracks; picture and sound are copied as they are.

in:  the movie, probe.json, the SRT of every language
out: results/<movie>/<movie>.mkv or .mp4
"""


rule mux:
    input:
        movie=ancient(user_file("path")),
        probe="<results>/{movie}/probe.json",
        subtitles=collect("<results>/{{movie}}/{{movie}}.{track}.srt", track=of_movie("muxed_tracks")),
    output:
        "<results>/{movie}/{movie}.{container}",
    log:
        "<logs>/{movie}/mux.{container}.log",
    wildcard_constraints:
        container="mkv|mp4",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=60,
    params:
        code=PLAN.code("mux", "common"),
        content=of_movie("content"),
        subtitles=language_pairs("subtitles"),
        default=of_movie("default_track"),
    message:
        "Mux {wildcards.movie} with its subtitles"
    shell:
        "run_in common mux"
        " --movie {input.movie:q}"
        " --probe {input.probe:q}"
        " --subtitles {params.subtitles:q}"
        " {params.default:q}"
        " --beside"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
