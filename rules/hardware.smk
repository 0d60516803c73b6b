"""
What this machine has, and what each stage would run on: `snakemake hardware`.
"""


localrules:
    hardware,


rule hardware:
    input:
        program=program("hardware"),
    log:
        "<logs>/hardware.log",
    conda:
        "../envs/workflow.yaml"
    params:
        backend=config["asr"]["backend"],
        translation=config["translate"]["backend"],
        conda=["--with-conda"] if CONDA else [],
        devices=devices_of_profile(),
    message:
        "Look at this machine"
    shell:
        "run_in workflow {input.program[0]:q} --asr-backend {params.backend}"
        " --translation-backend {params.translation} {params.conda:q} --devices {params.devices:q} 2>&1 | tee {log:q}"
