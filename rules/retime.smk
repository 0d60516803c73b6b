"""
Subtitle files from elsewhere in step with their movies: offset, drift and cuts.

in:  the files that `retime: {movie: file}` of the config names; aligned.json where they are in the spoken language; speech.json
out: results/<movie>/retimed/<file>, and <file>.json beside it: what was done, and which cues were not found in the sound
"""


rule retime_file:
    input:
        subtitles=ancient(user_file("file_to_retime")),
        probe="<results>/{movie}/probe.json",
        speech="<results>/{movie}/speech.json",
        aligned=branch(of_movie("retimed_by_words"), then="<results>/{movie}/aligned.json"),
    output:
        subtitles="<results>/{movie}/retimed/{file}",
        record="<results>/{movie}/retimed/{file}.json",
    log:
        "<logs>/{movie}/retime.{file}.log",
    wildcard_constraints:
        file=r"[^/]+\.(srt|vtt|ass|ssa|SRT|VTT|ASS|SSA)",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=PLAN.code("retime", "common"),
        content=of_movie("content_to_retime"),
    message:
        "Put {input.subtitles} in step with {wildcards.movie}"
    shell:
        "run_in common retime"
        " --subtitles {input.subtitles:q}"
        " --probe {input.probe:q}"
        " --speech {input.speech:q}"
        " --aligned {input.aligned:q}"
        " --output {output.subtitles:q}"
        " --record {output.record:q}"
        " 3>&2 >{log:q} 2>&1"


rule retime:
    "put other subtitle files in step with their movies"
    input:
        [f"<results>/{file}" for file in PLAN.files_to_retime],
    message:
        "Subtitle files are in step"
