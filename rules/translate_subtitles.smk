"""
A subtitle file translated without its movie: `translate_subtitles: [file]` of the config, or a row of the table.

in:  an SRT, VTT or ASS file, a translation model
out: results/<name>/<name>.<language>.<suffix>, <name> being the file's without its suffix; times, tags and styles are kept
"""


# a name that is a subtitle file's has no sound to make these of
ruleorder: read_subtitles > transcript
ruleorder: write_subtitles > subtitles


rule read_subtitles:
    input:
        ancient(user_file("path")),
    output:
        "<results>/{movie}/transcript.json",
    log:
        "<logs>/{movie}/read_subtitles.log",
    wildcard_constraints:
        movie=PLAN.subtitle_file_names,
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        code=PLAN.code("read_subtitles", "common"),
        content=of_movie("content"),
        language=of_movie("language"),
    message:
        "Read the sentences of {wildcards.movie}"
    shell:
        "run_in common read_subtitles --subtitles {input:q} --language {params.language} --output {output:q}"
        " 3>&2 >{log:q} 2>&1"


rule write_subtitles:
    input:
        subtitles=ancient(user_file("path")),
        translation="<results>/{movie}/transcript.{language}.json",
    output:
        "<results>/{movie}/{movie}.{language}.{format}",
    log:
        "<logs>/{movie}/write_subtitles.{language}.{format}.log",
    wildcard_constraints:
        movie=PLAN.subtitle_file_names,
        format="srt|vtt|ass|ssa|SRT|VTT|ASS|SSA",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        code=PLAN.code("write_subtitles", "common"),
        content=of_movie("content"),
        language=of_movie("language"),
    message:
        "Write the {wildcards.language} subtitles of {wildcards.movie}"
    shell:
        "run_in common write_subtitles"
        " --subtitles {input.subtitles:q}"
        " --language {params.language}"
        " --translation {input.translation:q}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"


rule translate_subtitles:
    "translate subtitle files without their movies"
    input:
        translated_subtitles,
    message:
        "Subtitle files are translated"
