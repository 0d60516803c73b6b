"""
The page that a person checks before trusting the subtitles.

in:  what the stages found and made, the models, times and memory of the stages
out: results/<movie>/report.html, quality.json
"""


rule report:
    input:
        **if_wanted(
            PLAN.has_forced_tracks,
            forced=collect("<results>/{{movie}}/cues.{track}.json", track=of_movie("forced_tracks")),
        ),
        **if_wanted(
            PLAN.finds_languages,
            spoken_language=branch(of_movie("language_was_found"), then="<results>/{movie}/language.json"),
        ),
        probe="<results>/{movie}/probe.json",
        speech="<results>/{movie}/speech.json",
        aligned="<results>/{movie}/aligned.json",
        transcript="<results>/{movie}/transcript.json",
        translations=collect("<results>/{{movie}}/transcript.{language}.json", language=of_movie("translations")),
        cues=collect("<results>/{{movie}}/cues.{track}.json", track=of_movie("reported_tracks")),
        models=collect("<models>/{model}.json", model=of_movie("models")),
        shots=branch(config["shots"]["enabled"], then="<results>/{movie}/shots.json"),
        audio=branch(config["keep_audio"], then="<results>/{movie}/audio.wav"),
        sound="<results>/{movie}/sound.json",
        preview=branch(config["report"]["preview"], then="<results>/{movie}/preview.mp4"),
    output:
        page=report(
            "<results>/{movie}/report.html",
            caption="../report/movie.rst",
            category="Movies",
            labels={"movie": "{movie}"},
        ),
        quality="<results>/{movie}/quality.json",
    log:
        "<logs>/{movie}/report.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        optional=options_of("spoken_language"),
        code=PLAN.code("report", "common"),
        translations=language_pairs("translations"),
        cues=language_pairs("cues"),
        forced=language_pairs("forced"),
        embed=config["report"]["embed"],
        logs=f"{LOGS}/{{movie}}",
        tables=of_movie("table_options"),
    message:
        "Write the report of {wildcards.movie}"
    shell:
        "run_in common report"
        " --name={wildcards.movie:q}"
        " --probe {input.probe:q}"
        " --speech {input.speech:q}"
        " --asr {input.aligned:q}"
        " --transcript {input.transcript:q}"
        " --translations {params.translations:q}"
        " --cues {params.cues:q}"
        " --forced {params.forced:q}"
        " --models {input.models:q}"
        " --log-folder {params.logs:q}"
        " --audio {input.audio:q}"
        " --sound {input.sound:q}"
        " --preview {input.preview:q}"
        " --shots {input.shots:q}"
        " {params.optional:q}"
        " {params.tables:q}"
        " --embed {params.embed}"
        " --quality {output.quality:q}"
        " --output {output.page:q}"
        " 3>&2 >{log:q} 2>&1"
