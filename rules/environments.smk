"""
Environments of the stages, for machines without conda. They are no inputs of the stages: like conda's, those that a run needs
are built before its first job, and where they lie changes no result. What is pinned in them can: it is part of the param `code`.

in:  envs/<name>.yaml
out: environments/<name>/, and environments/<name>.ready once it is whole
"""

from moviesubs.workflow.environments import environment_names


localrules:
    environment,
    environments,


rule environment:
    input:
        definition=lambda wildcards: os.path.relpath(Path(workflow.basedir, "envs", f"{wildcards.environment}.yaml")),
    output:
        "<environments>/{environment}.ready",
    log:
        "<logs>/environments/{environment}.log",
    wildcard_constraints:
        environment="|".join(environment_names()),
    retries: 2
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        folder=subpath(output[0], strip_suffix=".ready"),
    message:
        "Build the environment {wildcards.environment} with uv"
    run:
        shell(
            "run_in workflow make_environment"
            " --definition {input.definition:q}"
            " --folder {params.folder:q}"
            " --marker {output:q}"
            " 2>&1 | tee {log:q}"
        )


rule environments:
    input:
        [] if CONDA else expand("<environments>/{name}.ready", name=environment_names()),
    message:
        "Environments are built"
