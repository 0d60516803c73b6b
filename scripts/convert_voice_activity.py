"""Writes the network that finds speech, which comes with WhisperX, in ONNX's format, for `detect_speech.py`."""

import argparse
import warnings
from collections.abc import Sequence
from pathlib import Path

from moviesubs.atomic_files import atomic_path
from moviesubs.stage import device
from moviesubs.stage.program import run


def convert(output: Path) -> None:
    """Loads WhisperX's pyannote network, weights only, and writes it for any number of windows of any length."""
    import torch
    from whisperx.vads.pyannote import load_vad_model

    from moviesubs.recognition.pyannote_checkpoints import allow_records
    from moviesubs.recognition.voice_activity import WINDOW

    allow_records()
    network = load_vad_model("cpu")._segmentation.model.eval()
    with atomic_path(output) as path, warnings.catch_warnings():
        # the exporter by tracing: the other one wants two more packages; the network has no branches
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, (torch.zeros(2, 1, WINDOW),), str(path), dynamo=False, opset_version=17,
            input_names=["windows"], output_names=["speakers"],
            dynamic_axes={"windows": {0: "window", 2: "sample"}, "speakers": {0: "window", 1: "frame"}},
        )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line and converts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="the ONNX file")
    options = parser.parse_args(arguments)
    device.configure(threads=1)
    convert(options.output)


if __name__ == "__main__":
    run(main)
