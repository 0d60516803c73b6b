"""
What this machine has, and what each stage would run on: `snakemake hardware`.
"""


localrules:
    hardware,


rule hardware:
    input:
        program=program("hardware"),
    params:
        backend=config["asr"]["backend"],
        conda=["--with-conda"] if CONDA else [],
    message:
        "Look at this machine"
    shell:
        "{PYTHON[workflow]:q} {input.program[0]:q} --asr-backend {params.backend} {params.conda:q}"
