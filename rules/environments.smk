"""
Environments of the stages, for machines without conda. They are no inputs of the stages: like conda's, those that a run needs
are built before its first job, and where they lie changes no result. What is pinned in them can: it is part of the param `code`.

in:  envs/<name>.yaml
out: environments/<name>/, and environments/<name>.ready once it is whole
"""

from moviesubs.workflow.environments import OPTIONAL, environment_names

#: rules that have an environment only with some settings, besides those that always have it
USED_BY_CHOICE = {
    "whisperx": ["align"],
    "mlx": ["align (align.backend: mlx)"],
    "indictrans2-mlx": ["translate (translate.backend: mlx)"],
}


localrules:
    environment,
    build_environments,
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


def users_of_environments(wildcards):
    """`<environment>=<rule>,<rule>` for each environment."""
    users = {name: list(USED_BY_CHOICE.get(name, [])) for name in environment_names()}
    for rule in workflow.rules:
        if (name := Path(str(rule.conda_env)).stem) in users:
            users[name].append(rule.name)
    return [f"{name}={','.join(rules)}" for name, rules in users.items()]


TABLE_OPTIONS = [
    *[
        "--definitions",
        *(os.path.relpath(Path(workflow.basedir, "envs", f"{name}.yaml")) for name in environment_names()),
    ],
    *["--folder", ENVIRONMENTS],
]


rule build_environments:
    input:
        [] if CONDA else expand("<environments>/{name}.ready", name=environment_names()),
    message:
        "Environments are built"


rule environments:
    params:
        table=TABLE_OPTIONS,
        users=users_of_environments,
    message:
        "Look at the environments"
    run:
        shell("run_in workflow environments {params.table:q} --users {params.users:q}")


for name in environment_names():

    rule:
        name:
            f"remove_{name}"
        localrule: True
        params:
            table=TABLE_OPTIONS,
            name=name,
        message:
            "Remove the environment {params.name}"
        run:
            shell("run_in workflow environments {params.table:q} --remove {params.name}")
