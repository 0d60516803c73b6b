"""
The page that a person checks before trusting the subtitles.

in:  what the stages found and made, the models, times and memory of the stages
out: results/<movie>/report.html, quality.json
"""


rule report:
    input:
        program=program("report"),
        environment=environment("common"),
        probe="<results>/{movie}/probe.json",
        speech="<results>/{movie}/speech.json",
        aligned="<results>/{movie}/aligned.json",
        transcript="<results>/{movie}/transcript.json",
        translations=translations,
        cues=tracks("<results>/{movie}/cues.{language}{kind}.json"),
        models=models_of_movie,
        shots=shots_in,
        language=language_found,
        audio="<results>/{movie}/audio.wav",
        preview=branch(config["report"]["preview"], then="<results>/{movie}/preview.mp4", otherwise=[]),
    output:
        page=report("<results>/{movie}/report.html", category="Movies", labels={"movie": "{movie}"}),
        quality="<results>/{movie}/quality.json",
    log:
        "<logs>/{movie}/report.log",
    conda:
        "../envs/common.yaml"
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        translations=language_pairs("translations"),
        cues=language_pairs("cues"),
        preview=option_of_input("--preview", "preview"),
        shots=option_of_input("--shots", "shots"),
        language=option_of_input("--spoken-language", "language"),
        embed=config["report"]["embed"],
        logs=workflow.pathvars.apply("<logs>/{movie}"),
    message:
        "Write the report of {wildcards.movie}"
    shell:
        "run_in common {input.program[0]:q} --name {wildcards.movie:q} --probe {input.probe:q} --speech {input.speech:q}"
        " --asr {input.aligned:q} --transcript {input.transcript:q} --translations {params.translations:q}"
        " --cues {params.cues:q} --models {input.models:q} --log-folder {params.logs:q}"
        " --audio {input.audio:q} {params.preview:q} {params.shots:q} {params.language:q} --embed {params.embed}"
        " --quality {output.quality:q} --output {output.page:q} 3>&2 >{log:q} 2>&1"
