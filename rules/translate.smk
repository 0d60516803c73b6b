"""
Translation with IndicTrans2, a file a language; sentences keep their numbers and times.

in:  transcript.json, a translation model, the glossary
out: results/<movie>/transcript.<language>.json; what was translated is kept in the translation memory besides
"""

TRANSLATION_ENVIRONMENT = "indictrans2-mlx" if TRANSLATION_BACKEND == "mlx" else "indictrans2"


rule translate:
    input:
        program=program("translate"),
        environment=environment(TRANSLATION_ENVIRONMENT),
        transcript="<results>/{movie}/transcript.json",
        model=model_input("translate"),
        glossary=glossary_of("translate"),
    output:
        "<results>/{movie}/transcript.{language}.json",
    log:
        "<logs>/{movie}/translate.{language}.log",
    wildcard_constraints:
        language=r"[a-z]{2,3}",
    conda:
        f"../envs/{TRANSLATION_ENVIRONMENT}.yaml"
    threads: 4
    resources:
        mem_mb=lambda wildcards, threads: 2000 + 1000 * threads,  # on a processor each thread works on a batch of its own
        runtime=240,
        gpu=gpu(machine.translation_stage(TRANSLATION_BACKEND)),
        device=device(machine.translation_stage(TRANSLATION_BACKEND)),
        compute_type="default",
        batch_tokens=512,  # larger ones take more memory and, on a processor, are no faster
        memory=config["translate"]["memory"],  # not a file of the workflow: it changes how fast the output is made, nothing else
    params:
        environment=TRANSLATION_ENVIRONMENT,
        backend=TRANSLATION_BACKEND,
        origin=translation_options,
        model=model_option("translate"),
        source=of_movie("language"),
        script=script_option,
        beam_size=config["translate"]["beam_size"],
        glossary=option_of_input("--glossary", "glossary"),
    message:
        "Translate {wildcards.movie} from {params.source} into {wildcards.language} on {resources.device}"
    shell:
        "run_in {params.environment} {input.program[0]:q} --backend {params.backend} {params.origin:q} --transcript {input.transcript:q} {params.model:q}"
        " --source {params.source} --target {wildcards.language} {params.script:q} --beam-size {params.beam_size} {params.glossary:q}"
        " --device {resources.device} --compute-type {resources.compute_type} --batch-tokens {resources.batch_tokens} --threads {threads}"
        " --memory={resources.memory:q} --output {output:q} 3>&2 >{log:q} 2>&1"
