"""
Forced alignment: a time for every word. A process of its own, so that MLX and the aligner never meet; a crash, a time-out
or a language without a model makes Whisper's own attention take over; where that fails too, the segments keep their times.

in:  audio.wav or vocals.wav, speech.json, asr.json, a wav2vec2 model where the language has one, the same in ONNX for a processor, Whisper
out: results/<movie>/aligned.json
"""


rule align:
    input:
        audio=SPEECH_AUDIO,
        speech=f"<results>/{{movie}}/speech{PART}.json",
        asr=f"<results>/{{movie}}/asr{PART}.json",
        model=model_file("align"),
        onnx=in_onnx("align"),
        whisper=model_file("align_fallback"),
    output:
        f"<results>/{{movie}}/aligned{PART}.json",
    log:
        f"<logs>/{{movie}}/align{PART}.log",
    conda:
        of_language("aligner_definition")
    threads: 2
    resources:
        mem_mb=5000,
        runtime=360,
        gpu=of_language("aligner_gpu"),
        device=PLAN.device("align"),
        time_limit=str(config["align"]["time_limit"]),
        time_limit_share=str(config["align"]["time_limit_share"]),
        silence_limit=str(config["align"]["silence_limit"]),
    params:
        code=of_language("aligner_code"),
        alignment=of_language("alignment"),
        model=model_option("align"),
        whisper=model_option("align_fallback", "--whisper"),
    message:
        "Align the words of {wildcards.movie} on {resources.device}"
    shell:
        "run_in {params.alignment[environment]} align"
        " --audio {input.audio:q}"
        " --speech {input.speech:q}"
        " --asr {input.asr:q}"
        " --backend {params.alignment[backend]}"
        " {params.model:q}"
        " --onnx {input.onnx:q}"
        " --fallback {params.alignment[fallback]}"
        " {params.whisper:q}"
        " {params.alignment[options]:q}"
        " --time-limit {resources.time_limit}"
        " --time-limit-share {resources.time_limit_share}"
        " --silence-limit {resources.silence_limit}"
        " --device {resources.device}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
