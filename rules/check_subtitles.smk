"""
Subtitle files held against the limits: those of every movie, or those that `subtitles: {check: [...]}` names.

in:  SRT, WebVTT, ASS or TTML files
out: a list on the terminal; the rule fails where there is something on it
"""


rule check_subtitles:
    "hold every subtitle file against the limits"
    input:
        files=branch(
            config["subtitles"]["check"],
            then=config["subtitles"]["check"],
            otherwise=every("<results>/{movie}/{movie}.{track}.srt"),
        ),
    log:
        "<logs>/check_subtitles.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=15,
    params:
        limits=PLAN.check_options,
    message:
        "Check the subtitles"
    shell:
        "run_in common check_subtitles" " {input.files:q}" " {params.limits:q}" " 3>&2 2>&1 | tee {log:q}"
