"""
Voice activity detection: the stretches in which somebody speaks.

in:  audio.wav or vocals.wav
out: results/<movie>/speech.json; models/whisperx-vad.onnx, the detector, once
"""


rule convert_voice_activity:
    output:
        "<models>/whisperx-vad.onnx",
    log:
        "<logs>/models/whisperx-vad.log",
    conda:
        "../envs/whisperx.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=PLAN.code("convert_voice_activity", "whisperx"),
    message:
        "Convert the detector of speech to ONNX"
    shell:
        "run_in whisperx convert_voice_activity --output {output:q} >{log:q} 2>&1"


rule detect_speech:
    input:
        audio=SPEECH_AUDIO,
        model=branch(config["speech"]["method"] == "pyannote", then="<models>/whisperx-vad.onnx", otherwise=[]),
    output:
        "<results>/{movie}/speech.json",
    log:
        "<logs>/{movie}/detect_speech.log",
    conda:
        "../envs/whisperx.yaml"
    threads: 2
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        code=PLAN.code("detect_speech", "whisperx"),
        speech=config["speech"],
    message:
        "Detect speech in {wildcards.movie} with {params.speech[method]}"
    shell:
        "run_in whisperx detect_speech"
        " --audio {input.audio:q}"
        " --method {params.speech[method]}"
        " --onset {params.speech[onset]}"
        " --offset {params.speech[offset]}"
        " --model {input.model:q}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
