"""Writes a wav2vec2 model in ONNX's format, in which a processor runs it, for `align.py` and `transcribe_ctc.py`.

A model that cannot be converted is no failure: the reason lies in the folder, and those programs load the model itself.
"""

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from moviesubs.atomic_files import atomic_folder
from moviesubs.media.wav import SAMPLE_RATE
from moviesubs.recognition import wav2vec2
from moviesubs.stage import device
from moviesubs.stage.program import run

#: where the reason stands
FAILURE = "not_converted.txt"
#: log probabilities of the same sound may differ by this
TOLERANCE = 0.01


def convert(model: Path, folder: Path) -> None:
    """Converts, and compares what both hear in two seconds of noise.

    Args:
        model: see `wav2vec2.load_wav2vec2`.
        folder: an empty folder.

    Raises:
        UserError: the model cannot be loaded.
        RuntimeError: the converted one hears something else.
    """
    import torch

    network, tokenizer = wav2vec2.load_wav2vec2(model, "cpu")
    network.set_attn_implementation("eager")  # in plain operations, which every version of ONNX has

    class LogProbabilities(torch.nn.Module):  # type: ignore[misc]
        """The model with probabilities for its output."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, samples: torch.Tensor) -> torch.Tensor:
            """Log probabilities, (1, frames, tokens)."""
            return torch.log_softmax(self.network(samples).logits, dim=-1)

    noise = torch.rand(1, 2 * SAMPLE_RATE, generator=torch.Generator().manual_seed(0)) - 0.5
    logprobs = LogProbabilities().eval()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the exporter by tracing, which needs no other packages, warns of its successor
        torch.onnx.export(
            logprobs, (noise[:, :SAMPLE_RATE],), str(folder / wav2vec2.ONNX), dynamo=False, opset_version=17,
            input_names=["samples"], output_names=["logprobs"],
            dynamic_axes={"samples": {1: "sample"}, "logprobs": {1: "frame"}},
        )  # fmt: skip
    alphabet = wav2vec2.alphabet_of(tokenizer, network.config.pad_token_id)
    description = {**asdict(alphabet), "normalise": wav2vec2.normalises(model)}
    (folder / wav2vec2.ALPHABET).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
    converted = wav2vec2.Wav2Vec2Onnx(folder, threads=1)
    converted.normalise = False
    with torch.inference_mode():
        difference = abs(logprobs(noise)[0].numpy() - converted.logprobs([noise[0].numpy()])[0]).max()
    if not difference < TOLERANCE:
        raise RuntimeError(f"in ONNX it hears something else: log probabilities differ by {difference:.3g}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line and converts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--model", type=Path, required=True, metavar="FOLDER", help="the model in Hugging Face's format"
    )
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="replaced if it exists")
    options = parser.parse_args(arguments)
    device.configure(threads=1)
    with atomic_folder(options.output) as folder:
        try:
            convert(options.model, folder)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the programs go on without
            reason = f"{options.model} was not converted: {type(error).__name__}: {' '.join(str(error).split())}"
            print(reason, file=sys.stderr)
            for file in folder.iterdir():
                file.unlink()
            (folder / FAILURE).write_text(reason + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main)
