"""
The jobs of the workflow with its defaults, said as plainly as Snakemake allows: what the workflow's own cost is held against.

One rule has a param, since Snakemake imports pandas for the first one where that is installed.
"""

from pathlib import Path

MOVIES = sorted(file.stem for file in Path("movies").iterdir())
R = "results/{movie}/"


rule all:
    input:
        "results/quality.html",
        expand(
            "results/{movie}/{movie}.{language}.{format}", movie=MOVIES, language=["hi", "en"], format=["srt", "vtt"]
        ),
        expand("results/{movie}/{movie}.mkv", movie=MOVIES),
        expand("results/{movie}/report.html", movie=MOVIES),


rule probe:
    input:
        "movies/{movie}.mkv",
    output:
        R + "probe.json",
    log:
        "logs/{movie}/probe.log",
    shell:
        "touch {output:q}"


rule demux:
    input:
        "movies/{movie}.mkv",
        R + "probe.json",
    output:
        R + "audio.wav",
        R + "sound.json",
    log:
        "logs/{movie}/demux.log",
    shell:
        "touch {output:q}"


rule detect_shots:
    input:
        "movies/{movie}.mkv",
        R + "probe.json",
    output:
        R + "shots.json",
    log:
        "logs/{movie}/detect_shots.log",
    shell:
        "touch {output:q}"


rule detect_speech:
    input:
        R + "audio.wav",
    output:
        R + "speech.json",
    log:
        "logs/{movie}/detect_speech.log",
    shell:
        "touch {output:q}"


rule transcribe_whisperx:
    input:
        R + "audio.wav",
        R + "speech.json",
        "models/whisper.json",
    output:
        R + "asr.json",
    log:
        "logs/{movie}/transcribe_whisperx.log",
    shell:
        "touch {output:q}"


rule align:
    input:
        R + "audio.wav",
        R + "speech.json",
        R + "asr.json",
        "models/wav2vec2.json",
        "models/whisper.json",
    output:
        R + "aligned.json",
    log:
        "logs/{movie}/align.log",
    shell:
        "touch {output:q}"


rule transcript:
    input:
        R + "aligned.json",
        R + "probe.json",
        R + "speech.json",
    output:
        R + "transcript.json",
        R + "transcript.txt",
    log:
        "logs/{movie}/transcript.log",
    shell:
        "touch {output:q}"


rule translate:
    input:
        R + "transcript.json",
        "models/indictrans2.json",
    output:
        R + "transcript.en.json",
    log:
        "logs/{movie}/translate.log",
    shell:
        "touch {output:q}"


rule subtitles_hi:
    input:
        R + "transcript.json",
        R + "probe.json",
        R + "shots.json",
    output:
        R + "{movie}.hi.srt",
        R + "{movie}.hi.vtt",
        R + "cues.hi.json",
    log:
        "logs/{movie}/subtitles.hi.log",
    shell:
        "touch {output:q}"


rule subtitles_en:
    input:
        R + "transcript.en.json",
        R + "transcript.json",
        R + "probe.json",
        R + "shots.json",
    output:
        R + "{movie}.en.srt",
        R + "{movie}.en.vtt",
        R + "cues.en.json",
    log:
        "logs/{movie}/subtitles.en.log",
    shell:
        "touch {output:q}"


rule mux:
    input:
        "movies/{movie}.mkv",
        R + "probe.json",
        R + "{movie}.hi.srt",
        R + "{movie}.en.srt",
    output:
        R + "{movie}.mkv",
    log:
        "logs/{movie}/mux.log",
    shell:
        "touch {output:q}"


rule preview:
    input:
        "movies/{movie}.mkv",
        R + "audio.wav",
        R + "probe.json",
    output:
        R + "preview.mp4",
    log:
        "logs/{movie}/preview.log",
    shell:
        "touch {output:q}"


rule report:
    input:
        R + "probe.json",
        R + "speech.json",
        R + "aligned.json",
        R + "transcript.json",
        R + "transcript.en.json",
        R + "cues.hi.json",
        R + "cues.en.json",
        R + "shots.json",
        R + "audio.wav",
        R + "sound.json",
        R + "preview.mp4",
        "models/whisper.json",
        "models/wav2vec2.json",
        "models/indictrans2.json",
    output:
        R + "report.html",
        R + "quality.json",
    log:
        "logs/{movie}/report.log",
    shell:
        "touch {output:q}"


rule quality:
    input:
        expand("results/{movie}/quality.json", movie=MOVIES),
    output:
        "results/quality.html",
        "results/quality.tsv",
    log:
        "logs/quality.log",
    params:
        version="1",
    shell:
        "touch {output:q}"
