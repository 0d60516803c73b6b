"""
Where there is singing: voices and music, both loud, for long. Only where they are separated.

in:  audio.wav, vocals.wav, probe.json
out: results/<movie>/songs.json
"""


rule detect_songs:
    input:
        audio="<results>/{movie}/audio.wav",
        vocals="<results>/{movie}/vocals.wav",
        probe="<results>/{movie}/probe.json",
    output:
        "<results>/{movie}/songs.json",
    log:
        "<logs>/{movie}/detect_songs.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=300,
        runtime=15,
    params:
        code=PLAN.code("detect_songs", "common"),
    message:
        "Detect the songs of {wildcards.movie}"
    shell:
        "run_in common detect_songs"
        " --audio {input.audio:q}"
        " --vocals {input.vocals:q}"
        " --probe {input.probe:q}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
