"""
How good the subtitles of all movies are, in one table.

in:  quality.json of every movie
out: results/quality.html, results/quality.tsv
"""


# whoever asks for the file wants the whole table
ruleorder: quality > finished_movies


rule quality:
    "the page that compares all movies"
    input:
        movies=every("<results>/{movie}/quality.json"),
    output:
        page=report("<results>/quality.html", caption="../report/quality.rst", category="All movies"),
        table="<results>/quality.tsv",
    log:
        "<logs>/quality.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        code=PLAN.code("quality", "common"),
        movies=lambda wildcards, input: list_file("finished", input.movies),
        unfinished=lambda wildcards: list_file("unfinished", []),
        names=[],  # of the unfinished ones: the name of their list is always the same
    message:
        "Write the table of all movies"
    shell:
        "run_in common quality"
        " --movies-in {params.movies:q}"
        " --unfinished-in {params.unfinished:q}"
        " --output {output.page:q}"
        " --table {output.table:q}"
        " 3>&2 >{log:q} 2>&1"


# The same table when movies have failed. A run that ends so asks for it (Snakefile); `snakemake finished_movies` does, too.
use rule quality as finished_movies with:
    input:
        movies=lambda wildcards: [f"<results>/{name}/quality.json" for name in PLAN.finished],
    localrule: True
    params:
        code=PLAN.code("quality", "common"),
        movies=lambda wildcards, input: list_file("finished", input.movies),
        unfinished=lambda wildcards: list_file("unfinished", PLAN.unfinished),
        names=lambda wildcards: PLAN.unfinished,
    message:
        "Write the table of the movies that are finished"
