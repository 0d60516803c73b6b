"""
Subtitle files held against the limits: those of every movie, or those that `subtitles: {check: [...]}` names.

in:  SRT, WebVTT or ASS files
out: a list on the terminal; the rule fails where there is something on it
"""


rule check_subtitles:
    input:
        program=program("check_subtitles"),
        environment=environment("common"),
        files=config["subtitles"]["check"] or every("<results>/{movie}/{movie}.{language}{kind}.srt"),
    log:
        "<logs>/check_subtitles.log",
    conda:
        "../envs/common.yaml"
    params:
        limits=check_options(),
    message:
        "Check the subtitles"
    shell:
        "run_in common {input.program[0]:q} {input.files:q} {params.limits:q} 3>&2 2>&1 | tee {log:q}"
