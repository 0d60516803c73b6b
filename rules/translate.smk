"""
Translation with IndicTrans2, a file a language; sentences keep their numbers and times.

in:  transcript.json, a translation model, the glossary, corrections/<movie>.tsv where there is one
out: results/<movie>/transcript.<language>.json; what was translated is kept in the translation memory besides
"""


rule translate:
    input:
        transcript="<results>/{movie}/transcript.json",
        model=model_file("translate"),
        glossary=user_file("translation_glossary"),
        corrections=ancient(user_file("corrections_file", of_track)),
    output:
        "<results>/{movie}/transcript.{language}.json",
    log:
        "<logs>/{movie}/translate.{language}.log",
    wildcard_constraints:
        language=r"[a-z]{2,3}",
    conda:
        f"../envs/{PLAN.translation_environment}.yaml"
    threads: 4
    resources:
        # on a processor each thread works on a batch of its own (measured: docs/snakemake.md)
        mem_mb=lambda wildcards, threads: 2000 + (1600 if config["translate"]["variant"] == "1B" else 1000) * threads,
        runtime=240,
        gpu=PLAN.gpu("translate"),
        device=PLAN.device("translate"),
        compute_type="default",
        batch_tokens=512,  # larger ones take more memory and, on a processor, are no faster
        memory=config["translate"]["memory"],  # not a file of the workflow: it changes how fast the output is made, nothing else
    params:
        code=PLAN.code("translate", PLAN.translation_environment),
        environment=PLAN.translation_environment,
        backend=PLAN.translation_backend,
        model=model_option("translate"),
        translation=of_track("translation"),
        beam_size=config["translate"]["beam_size"],
        corrected=of_track("corrections"),
    message:
        "Translate {wildcards.movie} from {params.translation[sources]} into {wildcards.language} on {resources.device}"
    shell:
        "run_in {params.environment} translate"
        " --backend {params.backend}"
        " --transcript {input.transcript:q}"
        " {params.model:q}"
        " --source {params.translation[sources]}"
        " --target {wildcards.language}"
        " {params.translation[options]:q}"
        " --beam-size {params.beam_size}"
        " --glossary {input.glossary:q}"
        " --corrections {input.corrections:q}"
        " --memory={resources.memory:q}"
        " --device {resources.device}"
        " --compute-type {resources.compute_type}"
        " --batch-tokens {resources.batch_tokens}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
