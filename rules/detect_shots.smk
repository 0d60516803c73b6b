"""
Where the shots of a movie begin: cues come and go with them.

in:  the movie, probe.json
out: results/<movie>/shots.json
"""


rule detect_shots:
    input:
        movie=ancient(user_file("path")),
        probe="<results>/{movie}/probe.json",
    output:
        "<results>/{movie}/shots.json",
    log:
        "<logs>/{movie}/detect_shots.log",
    conda:
        "../envs/common.yaml"
    threads: 2
    resources:
        mem_mb=700,
        runtime=120,
    params:
        code=PLAN.code("detect_shots", "common"),
        content=of_movie("content"),
        threshold=config["shots"]["threshold"],
    message:
        "Detect the shots of {wildcards.movie}"
    shell:
        "run_in common detect_shots"
        " --movie {input.movie:q}"
        " --probe {input.probe:q}"
        " --threshold {params.threshold}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
