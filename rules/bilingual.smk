"""
Two languages on the screen: a track with a line of each (`subtitles_in: [spoken+en]`).

in:  the transcripts in both languages and in the spoken one; probe.json, shots.json
out: results/<movie>/<movie>.<upper>+<lower>.srt, .vtt and .ass; cues.<upper>+<lower>.json
"""


rule bilingual:
    input:
        upper=of_track("transcript_file", "upper"),
        lower=of_track("transcript_file", "lower"),
        source="<results>/{movie}/transcript.json",
        probe="<results>/{movie}/probe.json",
        shots=branch(config["shots"]["enabled"], then="<results>/{movie}/shots.json"),
    output:
        srt="<results>/{movie}/{movie}.{upper}+{lower}.srt",
        vtt="<results>/{movie}/{movie}.{upper}+{lower}.vtt",
        ass="<results>/{movie}/{movie}.{upper}+{lower}.ass",
        cues="<results>/{movie}/cues.{upper}+{lower}.json",
    log:
        "<logs>/{movie}/bilingual.{upper}+{lower}.log",
    wildcard_constraints:
        upper=r"[a-z]{2,3}(-[A-Z][a-z]{3})?",
        lower=r"[a-z]{2,3}(-[A-Z][a-z]{3})?",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        code=PLAN.code("bilingual", "common"),
        limits=PLAN.check_options,
    message:
        "Make the {wildcards.upper}+{wildcards.lower} subtitles of {wildcards.movie}"
    shell:
        "run_in common bilingual"
        " --upper {input.upper:q}"
        " --lower {input.lower:q}"
        " --source {input.source:q}"
        " --probe {input.probe:q}"
        " --shots {input.shots:q}"
        " {params.limits:q}"
        " --cues {output.cues:q}"
        " --srt {output.srt:q}"
        " --vtt {output.vtt:q}"
        " --ass {output.ass:q}"
        " 3>&2 >{log:q} 2>&1"
