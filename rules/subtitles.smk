"""
Cues: timed, readable lines.

in:  the transcript in the language of the track, for a translation the spoken one too; probe.json, shots.json, songs.json
out: results/<movie>/<movie>.<language>.srt and the other formats that are wanted; cues.<language>.json
"""


rule subtitles:
    input:
        transcript=collect("<results>/{{movie}}/{transcript}", transcript=of_track("transcript")),
        source=branch(of_track("is_spoken"), otherwise="<results>/{movie}/transcript.json"),
        probe="<results>/{movie}/probe.json",
        shots=branch(config["shots"]["enabled"], then="<results>/{movie}/shots.json"),
        songs=branch(config["separate"]["enabled"], then="<results>/{movie}/songs.json"),
    output:
        *expand("<results>/{movie}/{movie}.{language}{kind}.{format}", format=PLAN.subtitle_formats, allow_missing=True),
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
        code=PLAN.code("subtitles", "common"),
        limits=of_track("limit_options"),
        forced=lambda wildcards: ["--forced"] if wildcards.kind == ".forced" else [],
        names=of_movie("speaker_names"),
        source=option_of_input("--source", "source"),
        shots=option_of_input("--shots", "shots"),
        songs=option_of_input("--songs", "songs"),
        song_policy=of_movie("songs"),
        words_of=config["subtitles"]["ass_words"],
        byte_order_mark=["--byte-order-mark"] if config["subtitles"]["byte_order_mark"] else [],
        files=lambda wildcards, output: [subtitle_option(path) for path in output if path != output.cues],
    message:
        "Make the {wildcards.language} subtitles of {wildcards.movie}"
    shell:
        "run_in common subtitles"
        " --transcript {input.transcript:q}"
        " --probe {input.probe:q}"
        " {params.source:q}"
        " {params.shots:q}"
        " {params.songs:q}"
        " --song-policy {params.song_policy}"
        " --speaker-names {params.names:q}"
        " {params.limits:q}"
        " --words-of {params.words_of}"
        " {params.byte_order_mark:q}"
        " {params.forced:q}"
        " --cues {output.cues:q}"
        " {params.files:q}"
        " 3>&2 >{log:q} 2>&1"
