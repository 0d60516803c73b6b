"""
What this machine has, and what each stage would run on: `snakemake hardware`.
"""


rule hardware:
    "what would run on what here, and why"
    log:
        "<logs>/hardware.log",
    localrule: True
    threads: 1
    resources:
        mem_mb=300,
        runtime=5,
    params:
        backend=config["asr"]["backend"],
        translation=config["translate"]["backend"],
        conda=["--with-conda"] if CONDA else [],
        pinned=option("--pinned", config["hardware"]),
        record=RESULTS / "hardware.json",
        devices=[
            f"{stage}={resources['device'].raw}"
            for stage, resources in workflow.resource_settings.overwrite_resources.items()
            if "device" in resources
        ],
    message:
        "Look at this machine"
    run:
        shell(
            "run_in workflow hardware"
            " --asr-backend {params.backend}"
            " --translation-backend {params.translation}"
            " {params.conda:q}"
            " --devices {params.devices:q}"
            " {params.pinned:q}"
            " --output {params.record:q}"
            " 2>&1 | tee {log:q}"
        )
