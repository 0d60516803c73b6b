"""
How good the subtitles of all movies are, in one table.

in:  quality.json of every movie
out: results/quality.html, results/quality.tsv
"""


rule quality:
    input:
        program=program("quality"),
        environment=environment("common"),
        movies=every("<results>/{movie}/quality.json"),
    output:
        page=report("<results>/quality.html", category="All movies"),
        table="<results>/quality.tsv",
    log:
        "<logs>/quality.log",
    conda:
        "../envs/common.yaml"
    resources:
        mem_mb=500,
        runtime=5,
    message:
        "Write the table of all movies"
    shell:
        "run_in common {input.program[0]:q} --movies {input.movies:q} --output {output.page:q} --table {output.table:q}"
        " 3>&2 >{log:q} 2>&1"
