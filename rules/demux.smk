"""
Sound for speech recognition: 16 kHz, one channel, on the picture's own clock.

in:  the movie, probe.json
out: results/<movie>/audio.wav, until the last stage that listens to it is done where `keep_audio` says so; sound.json: level, holes, damage
"""

AUDIO = "<results>/{movie}/audio.wav"


rule demux:
    input:
        movie=ancient(user_file("path")),
        probe="<results>/{movie}/probe.json",
    output:
        audio=AUDIO if config["keep_audio"] else temp(AUDIO),
        sound="<results>/{movie}/sound.json",
    log:
        "<logs>/{movie}/demux.log",
    conda:
        "../envs/common.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=30,
    params:
        code=PLAN.code("demux", "common"),
        content=of_movie("content"),
        channel=of_movie("channel_options"),
    message:
        "Demux the sound of {wildcards.movie}"
    shell:
        "run_in common demux"
        " --movie {input.movie:q}"
        " --probe {input.probe:q}"
        " {params.channel:q}"
        " --output {output.audio:q}"
        " --sound {output.sound:q}"
        " 3>&2 >{log:q} 2>&1"
