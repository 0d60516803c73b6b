"""
Environments of the stages, for machines without conda.

in:  envs/<name>.yaml
out: environments/<name>/, and environments/<name>.ready once it is whole
"""


localrules:
    environments,


rule environment:
    input:
        program=program("make_environment"),
        definition=environment_definition,
    output:
        "<environments>/{environment}.ready",
    log:
        "<logs>/environments/{environment}.log",
    retries: 2
    conda:
        "../envs/workflow.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        folder=subpath(output[0], strip_suffix=".ready"),
    message:
        "Build the environment {wildcards.environment} with uv"
    shell:
        "run_in workflow {input.program[0]:q} --definition {input.definition:q} --folder {params.folder:q}"
        " --marker {output:q} 2>&1 | tee {log:q}"


rule environments:
    input:
        [environment(name) for name in ENVIRONMENTS],
    message:
        "Environments are built"
