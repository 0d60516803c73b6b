"""Prints what this machine has, what each stage would run on, and why."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import msgspec

from moviesubs.atomic_files import write_text
from moviesubs.stage.program import run
from moviesubs.workflow.hardware import (
    STAGE_DEVICES,
    asr_backend,
    choose_device,
    detect,
    load_hardware,
    translation_backend,
    translation_stage,
    uses_gpu,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see `--help`.

    Raises:
        UserError: the wanted backend cannot run here.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--asr-backend", default="auto", choices=["auto", "mlx", "whisperx", "ctc"], help="asr.backend of the config"
    )
    parser.add_argument(
        "--translation-backend",
        default="auto",
        choices=["auto", "ctranslate2", "mlx", "transformers"],
        help="translate.backend of the config",
    )
    parser.add_argument("--with-conda", action="store_true", help="environments are deployed by conda")
    parser.add_argument("--devices", nargs="*", default=[], metavar="STAGE=DEVICE", help="devices that a profile chose")
    parser.add_argument("--pinned", type=Path, help="take what this file says instead of looking")
    parser.add_argument("--output", type=Path, help="write what was found into this file, to be pinned")
    options = parser.parse_args(arguments)

    hardware = load_hardware(options.pinned) if options.pinned else detect()
    if options.output:
        write_text(options.output, msgspec.json.format(msgspec.json.encode(hardware)).decode() + "\n")
    profile_devices = dict(pair.split("=", 1) for pair in options.devices)
    print(
        f"machine       {hardware.system} on {hardware.machine}, {hardware.cores} cores, {hardware.memory_mb / 1024:.1f} GiB"
    )
    print(f"NVIDIA cards  {', '.join(hardware.gpus) or 'none found'}")
    if options.pinned:
        print(f"              (pinned by {options.pinned})")
    print(f"environments  {'conda' if options.with_conda else 'uv'}")
    backend, why = asr_backend(options.asr_backend, hardware)
    print(f"asr.backend   {backend}: {why}")
    translator, why = translation_backend(options.translation_backend, hardware, remote_code=True)
    print(f"translation   {translator}: {why}")
    print()
    print(f"{'stage':<22}{'device':<9}{'gpu':<5}why")
    for stage in STAGE_DEVICES:
        if stage == "transcribe_mlx" and backend != "mlx":
            continue
        if stage.startswith("translate") and stage != translation_stage(translator):
            continue
        device, why = choose_device(stage, hardware)
        stage = "translate" if stage.startswith("translate") else stage
        if profile_devices.get(stage, device) != device:
            device, why = profile_devices[stage], "the profile says so"
        if stage == "transcribe_whisperx" and backend == "mlx":
            why += "; takes over where MLX fails"
        print(f"{stage:<22}{device:<9}{'1' if uses_gpu(device, hardware) else '0':<5}{why}")


if __name__ == "__main__":
    run(main)
