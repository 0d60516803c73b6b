"""
Movies in, subtitles out.

Each stage is one rule, one process and one environment; files are the only interface.
config/ says what to make, profiles/ on which hardware.

    snakemake "results/Sholay (1975)/Sholay (1975).en.srt"    one subtitle file
    snakemake languages                                       find out the languages of movies whose language is auto
    snakemake transcripts                                     transcribe every movie
    snakemake translations                                    ... and translate it
    snakemake                                                 ... and make subtitles, the muxed movie and the report
    snakemake check_subtitles                                 hold every subtitle file against the limits
    snakemake translate_subtitles                             translate subtitle files without their movies
    snakemake retime                                          put other subtitle files in step with their movies
    snakemake unpublish                                       take back the subtitles that were put beside the movies
    snakemake hardware                                        what would run on what here, and why
    snakemake models                                          the models of the config's languages, and which would be best
    snakemake environments                                    each environment with its size, state and users
"""

from snakemake.utils import min_version

min_version("9.27")


include: "rules/config.smk"


configfile: "config/config.yaml"


pathvars:
    models="models",
    environments="environments",


report: "report/workflow.rst"


include: "rules/common.smk"
include: "rules/questions.smk"
include: "rules/environments.smk"
include: "rules/model_files.smk"
include: "rules/models.smk"
include: "rules/probe.smk"
include: "rules/demux.smk"
include: "rules/detect_shots.smk"
include: "rules/separate.smk"
include: "rules/detect_songs.smk"
include: "rules/detect_speech.smk"
include: "rules/detect_language.smk"
include: "rules/transcribe.smk"
include: "rules/existing.smk"
include: "rules/align.smk"
include: "rules/languages.smk"
include: "rules/diarize.smk"
include: "rules/transcript.smk"
include: "rules/translate.smk"
include: "rules/romanise.smk"
include: "rules/subtitles.smk"
include: "rules/bilingual.smk"
include: "rules/check_subtitles.smk"
include: "rules/translate_subtitles.smk"
include: "rules/retime.smk"
include: "rules/mux.smk"
include: "rules/publish.smk"
include: "rules/preview.smk"
include: "rules/report.smk"
include: "rules/quality.smk"
include: "rules/hardware.smk"
include: "rules/hooks.smk"
include: "rules/signatures.smk"


rule all:
    "everything, for every movie"
    default_target: True
    input:
        subtitles=every("<results>/{movie}/{movie}.{track}.{format}"),
        movies=every("<results>/{movie}/{movie}.{container}"),
        reports=every("<results>/{movie}/report.html"),
        bilingual=lambda wildcards: [f"<results>/{file}" for file in PLAN.bilingual_files(reachable(PLAN.movies))],
        published=branch(config["publish"]["beside_movie"], then=every("<results>/{movie}/published.json", here=True)),
        quality=branch(PLAN.has_work, then="<results>/quality.html"),
        languages=languages_to_find,
        translated=translated_subtitles,
    message:
        "Subtitles, muxed movies and reports are made"


rule languages:
    "find out the languages of movies whose language is auto"
    input:
        languages_to_find,
    message:
        "Languages are found out"


rule transcripts:
    "transcribe every movie"
    input:
        every("<results>/{movie}/transcript.txt"),
    message:
        "Transcripts are made"


rule translations:
    "transcribe and translate every movie"
    input:
        every("<results>/{movie}/transcript.{translation}.json"),
    message:
        "Translations are made"
