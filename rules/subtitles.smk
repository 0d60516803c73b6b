"""
Cues: timed, readable lines.

in:  the transcript in the language of the track, for a translation the spoken one too; probe.json, shots.json, songs.json
out: results/<movie>/<movie>.<language>.srt and the other formats that are wanted; cues.<language>.json
"""


rule subtitles:
    input:
        program=program("subtitles"),
        environment=environment("common"),
        transcript=transcript_in,
        source=source_in,
        probe="<results>/{movie}/probe.json",
        shots=shots_in,
        songs=songs_in,
    output:
        *expand("<results>/{movie}/{movie}.{language}{kind}.{format}", format=FORMATS, allow_missing=True),
        cues="<results>/{movie}/cues.{language}{kind}.json",
    log:
        "<logs>/{movie}/subtitles.{language}{kind}.log",
    conda:
        "../envs/common.yaml"
    resources:
        mem_mb=500,
        runtime=5,
    params:
        limits=limit_options,
        names=of_movie("speaker_names"),
        source=option_of_input("--source", "source"),
        shots=option_of_input("--shots", "shots"),
        songs=option_of_input("--songs", "songs"),
        policy=of_movie("songs"),
        files=subtitle_options,
    message:
        "Make the {wildcards.language} subtitles of {wildcards.movie}"
    shell:
        "run_in common {input.program[0]:q} --transcript {input.transcript:q} --probe {input.probe:q} {params.source:q}"
        " {params.shots:q} {params.songs:q} --song-policy {params.policy} --speaker-names {params.names:q} {params.limits:q}"
        " --cues {output.cues:q} {params.files:q} 3>&2 >{log:q} 2>&1"
