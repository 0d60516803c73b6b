"""
Cues: timed, readable lines.

in:  the transcript in the language of the track, and the spoken one; probe.json, shots.json, songs.json
out: results/<movie>/<movie>.<language>.srt and the other formats that are wanted; cues.<language>.json
"""


rule subtitles:
    input:
        **if_wanted(config["separate"]["enabled"], songs="<results>/{movie}/songs.json"),
        transcript=of_track("transcript_file"),
        source="<results>/{movie}/transcript.json",
        probe="<results>/{movie}/probe.json",
        shots=branch(config["shots"]["enabled"], then="<results>/{movie}/shots.json"),
    output:
        files=expand(
            "<results>/{movie}/{movie}.{language}{kind}.{format}", format=PLAN.subtitle_formats, allow_missing=True
        ),
        cues="<results>/{movie}/cues.{language}{kind}.json",
    log:
        "<logs>/{movie}/subtitles.{language}{kind}.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        optional=options_of("songs"),
        code=PLAN.code("subtitles", "common"),
        choices=of_track("subtitle_options"),
        words_of=config["subtitles"]["ass_words"],
        byte_order_mark=["--byte-order-mark"] if config["subtitles"]["byte_order_mark"] else [],
    message:
        "Make the {wildcards.language} subtitles of {wildcards.movie}"
    shell:
        "run_in common subtitles"
        " --transcript {input.transcript:q}"
        " --probe {input.probe:q}"
        " --source {input.source:q}"
        " --shots {input.shots:q}"
        " {params.optional:q}"
        " --kind={wildcards.kind}"
        " {params.choices:q}"
        " --words-of {params.words_of}"
        " {params.byte_order_mark:q}"
        " --cues {output.cues:q}"
        " --files {output.files:q}"
        " 3>&2 >{log:q} 2>&1"
