"""
Sentences with words, speakers and flags, on the movie's clock.

in:  aligned.json, probe.json, speech.json, asr.second.json, speakers.json and corrections/<movie>.tsv where there is one
out: results/<movie>/transcript.json, transcript.txt
"""


rule transcript:
    input:
        **if_wanted(config["diarize"]["enabled"], speakers="<results>/{movie}/speakers.json"),
        **if_wanted(
            PLAN.hears_again,
            second=collect("<results>/{{movie}}/asr.second{part}.json", part=of_movie("parts_heard_again")),
        ),
        **if_wanted(PLAN.has_corrections, corrections=ancient(user_file("corrections_file"))),
        aligned="<results>/{movie}/aligned.json",
        probe="<results>/{movie}/probe.json",
        speech="<results>/{movie}/speech.json",
    output:
        json="<results>/{movie}/transcript.json",
        text="<results>/{movie}/transcript.txt",
    log:
        "<logs>/{movie}/transcript.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        optional=options_of("speakers", "second", "corrections"),
        code=PLAN.code("transcript", "common"),
        max_pause=config["transcript"]["max_pause"],
        corrected=of_movie("corrections"),  # the lines that count here, so that others run nothing again
    message:
        "Put together the sentences of {wildcards.movie}"
    shell:
        "run_in common transcript"
        " --aligned {input.aligned:q}"
        " --probe {input.probe:q}"
        " --speech {input.speech:q}"
        " {params.optional:q}"
        " --max-pause {params.max_pause}"
        " --output {output.json:q}"
        " --text {output.text:q}"
        " 3>&2 >{log:q} 2>&1"
