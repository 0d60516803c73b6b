"""
Subtitle tracks beside their movie, where players look for them (optional: publish.beside_movie), and taken back.

in:  the tracks of a movie
out: files beside the movie; results/<movie>/published.json, the record of what was written there
"""


rule publish:
    input:
        tracks=collect(
            "<results>/{{movie}}/{{movie}}.{track}.{format}",
            track=of_movie("tracks"),
            format=config["publish"]["formats"],
        ),
        bilingual=collect(
            "<results>/{{movie}}/{{movie}}.{pair}.{format}",
            pair=of_movie("pairs"),
            format=PLAN.published_bilingual_formats,
        ),
    output:
        update("<results>/{movie}/published.json"),
    log:
        "<logs>/{movie}/publish.log",
    localrule: STORED  # the movie lies on this machine
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=300,
        runtime=5,
    params:
        code=PLAN.code("publish", "common"),
        movie=of_movie("own_path"),
        overwrite=["--overwrite"] if config["publish"]["overwrite"] else [],
    message:
        "Put the subtitles of {wildcards.movie} beside it"
    shell:
        "run_in common publish"
        " --movie={params.movie:q}"
        " --name={wildcards.movie:q}"
        " --tracks {input.tracks:q} {input.bilingual:q}"
        " {params.overwrite:q}"
        " --record {output:q}"
        " 3>&2 >{log:q} 2>&1"


rule unpublish:
    "take back the subtitles that were put beside the movies"
    log:
        "<logs>/unpublish.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=300,
        runtime=60,
    params:
        results=str(RESULTS),
    message:
        "Take back the subtitles beside all movies"
    shell:
        "run_in common unpublish --results {params.results:q} 3>&2 >{log:q} 2>&1"
