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
        mem_mb=lambda wildcards, threads: 2000 + 1000 * threads,  # on a processor each thread works on a batch of its own
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
        origin=of_track("model_options"),
        model=model_option("translate"),
        source=of_track("sources"),
        script=of_track("script_options"),
        beam_size=config["translate"]["beam_size"],
        glossary=option_of_input("--glossary", "glossary"),
        corrections=option_of_input("--corrections", "corrections"),
        corrected=of_track("corrections"),
    message:
        "Translate {wildcards.movie} from {params.source} into {wildcards.language} on {resources.device}"
    shell:
        "run_in {params.environment} translate"
        " --backend {params.backend}"
        " {params.origin:q}"
        " --transcript {input.transcript:q}"
        " {params.model:q}"
        " --source {params.source}"
        " --target {wildcards.language}"
        " {params.script:q}"
        " --beam-size {params.beam_size}"
        " {params.glossary:q}"
        " {params.corrections:q}"
        " --memory={resources.memory:q}"
        " --device {resources.device}"
        " --compute-type {resources.compute_type}"
        " --batch-tokens {resources.batch_tokens}"
        " --threads {threads}"
        " --output {output:q}"
        " 3>&2 >{log:q} 2>&1"
