"""
Hindi and other languages of India in Latin letters, for people who speak but do not read them: the subtitle language hi-Latn, ta-Latn, ...

in:  the transcript in the language, spoken or translated
out: results/<movie>/transcript.<language>-Latn.json
"""


rule romanise:
    input:
        transcript=of_track("unromanised_transcript"),
        corrections=ancient(user_file("corrections_file", of_track)),
    output:
        "<results>/{movie}/transcript.{language}.json",
    log:
        "<logs>/{movie}/romanise.{language}.log",
    wildcard_constraints:
        language=r"[a-z]{2,3}-Latn",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=300,
        runtime=5,
    params:
        code=PLAN.code("romanise", "common"),
        corrected=of_track("corrections"),
    message:
        "Write {wildcards.movie} in Latin letters ({wildcards.language})"
    shell:
        "run_in common romanise"
        " --transcript {input.transcript:q}"
        " --target {wildcards.language}"
        " --corrections {input.corrections:q}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
