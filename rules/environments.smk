"""
Environments of the stages, for machines without conda. They are no inputs of the stages: like conda's, those that a run needs
are built before its first job, and where they lie changes no result. What is pinned in them can: it is part of the param `code`.

in:  envs/<name>.yaml
out: environments/<name>/, and environments/<name>.ready once it is whole
"""

from moviesubs.workflow.environments import DEFINITIONS, OPTIONAL, environment_names, environment_users

ENVIRONMENT_TABLE = [
    "--definitions",
    *(os.path.relpath(DEFINITIONS / f"{name}.yaml") for name in environment_names()),
    "--folder",
    str(ENVIRONMENTS),
]


rule environment:
    input:
        definition=lambda wildcards: local(os.path.relpath(DEFINITIONS / f"{wildcards.environment}.yaml")),
    output:
        "<environments>/{environment}.ready",
    log:
        "<logs>/environments/{environment}.log",
    wildcard_constraints:
        environment="|".join(environment_names()),
    retries: 2
    localrule: True
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
        may_fail=lambda wildcards, attempt: int(wildcards.environment in OPTIONAL and attempt == 3),
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
            " --may-fail {resources.may_fail}"
            " 2>&1 | tee {log:q}"
        )


rule build_environments:
    "build all environments"
    input:
        [] if CONDA else expand("<environments>/{name}.ready", name=environment_names()),
    message:
        (
            "Nothing is built here: conda's environments are built by snakemake --sdm conda --conda-create-envs-only"
            if CONDA
            else "Environments are built"
        )


rule environments:
    "each environment with its size, state and users"
    log:
        "<logs>/environments.log",
    localrule: True
    threads: 1
    resources:
        mem_mb=300,
        runtime=5,
    params:
        table=ENVIRONMENT_TABLE,
        users=lambda wildcards: environment_users((rule.name, str(rule.conda_env)) for rule in workflow.rules),
        conda=(
            "conda's environments: `snakemake --list-conda-envs --sdm conda` lists those of a run,"
            " `snakemake --conda-create-envs-only --sdm conda` builds them"
        ),
    message:
        "Look at the environments"
    run:
        if CONDA:
            shell("echo {params.conda:q} | tee {log:q}")
        else:
            shell(
                "run_in workflow environments" " {params.table:q}" " --users {params.users:q}" " 2>&1 | tee {log:q}"
            )


for name in environment_names():

    rule:
        "remove an environment; it is built again when a stage needs it"
        name:
            f"remove_{name}"
        log:
            f"<logs>/environments/remove_{name}.log",
        localrule: True
        threads: 1
        resources:
            mem_mb=300,
            runtime=15,
        params:
            table=ENVIRONMENT_TABLE,
            name=name,
        message:
            "Remove the environment {params.name}"
        run:
            shell(
                "run_in workflow environments" " {params.table:q}" " --remove {params.name}" " 2>&1 | tee {log:q}"
            )
