"""
Translation with IndicTrans2, a file a language; sentences keep their numbers and times.

in:  transcript.json, a translation model, the glossary
out: results/<movie>/transcript.<language>.json; what was translated is kept in the translation memory besides
"""


rule translate:
    input:
        program=program("translate"),
        environment=environment("indictrans2"),
        transcript="<results>/{movie}/transcript.json",
        model=model_input("translate"),
        glossary=config["translate"]["glossary"] or [],
    output:
        "<results>/{movie}/transcript.{language}.json",
    log:
        "<logs>/{movie}/translate.{language}.log",
    benchmark:
        "<benchmarks>/{movie}/translate.{language}.tsv"
    conda:
        "../envs/indictrans2.yaml"
    threads: 4
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=gpu("translate"),
        device=device("translate"),
        batch_tokens=2048,
        memory=config["translate"]["memory"],  # not a file of the workflow: it changes how fast the output is made, nothing else
    params:
        model=model_option("translate"),
        source=of_movie("language"),
        beam_size=config["translate"]["beam_size"],
        glossary=option("--glossary", config["translate"]["glossary"]),
    message:
        "Translate {wildcards.movie} from {params.source} into {wildcards.language} on {resources.device}"
    shell:
        "run_in indictrans2 {input.program[0]:q} --transcript {input.transcript:q} {params.model:q}"
        " --source {params.source} --target {wildcards.language} --beam-size {params.beam_size} {params.glossary:q}"
        " --device {resources.device} --batch-tokens {resources.batch_tokens} --threads {threads}"
        " --memory={resources.memory:q} --output {output:q} 3>&2 >{log:q} 2>&1"
