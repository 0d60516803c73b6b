"""Separates voices from music and noise with Demucs: 16 kHz mono in and out, the same length to the sample."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs.atomic_files import atomic_path
from moviesubs.errors import UserError
from moviesubs.media.wav import SAMPLE_RATE, Wav, write_wav
from moviesubs.stage import device
from moviesubs.stage.options import add_device_options
from moviesubs.stage.program import run, working_on
from moviesubs.stage.progress import LivelyProgress

if TYPE_CHECKING:
    import numpy as np
    from demucs.apply import BagOfModels

#: the classes that a model file may name: it is imported and called with what the file says
CLASSES = ("demucs.demucs.Demucs", "demucs.hdemucs.HDemucs", "demucs.htdemucs.HTDemucs")
#: seconds of audio in memory at once, and of overlap in which one piece is faded into the next
PIECE, OVERLAP = 60.0, 4.0


def load(folder: Path) -> "BagOfModels":
    """Loads a model: a bag in YAML and its safetensors files, as on the hub (`demucs.hf.get_hf_model`, for a folder).

    Raises:
        UserError: a file is missing, or a model is none of Demucs.
    """
    import yaml
    from demucs.apply import BagOfModels
    from demucs.hf import load_safetensors_model
    from safetensors import safe_open

    bags = sorted(folder.glob("*.yaml"))
    if len(bags) != 1:
        raise UserError(f"{folder}: {len(bags)} YAML files instead of one; give the folder of a Demucs 4.1 model")
    try:
        bag = yaml.safe_load(bags[0].read_text(encoding="utf-8"))
        names = [str(name) for name in bag["models"]]
    except (yaml.YAMLError, KeyError, TypeError):
        raise UserError(f"{bags[0]}: not a list of Demucs models; fetch the model again") from None
    models = []
    for name in names:
        path = folder / f"{name}.safetensors"
        if not path.is_file():
            raise UserError(f"{path}: no such file; fetch the model again")
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
        if metadata.get("klass") not in CLASSES or "structure" in metadata:
            raise UserError(f"{path}: the class {metadata.get('klass')!r} is not one of {', '.join(CLASSES)}")
        models.append(load_safetensors_model(path))
    return BagOfModels(models, bag.get("weights"), bag.get("segment")).eval()


def loudness(wav: Wav) -> tuple[float, float]:
    """Mean and standard deviation of all samples (-1 to 1), by which Demucs normalises."""
    import numpy as np

    total, squares, step = 0.0, 0.0, round(PIECE * SAMPLE_RATE)
    for start in range(0, wav.samples, step):
        samples = wav.read(start, start + step).astype(np.float64)
        total += float(samples.sum())
        squares += float(np.square(samples).sum())
    mean = total / max(1, wav.samples)
    return mean, float(np.sqrt(max(0.0, squares / max(1, wav.samples) - mean**2)))


def faded(
    samples: int, piece: int, overlap: int, compute: Callable[[int, int], "np.ndarray"]
) -> Iterator["np.ndarray"]:
    """Computes long audio in overlapping pieces, and fades each into the next.

    Args:
        piece: length of a piece, overlaps included; more than two overlaps.
        compute: gives the result for the samples from a first to a last-plus-one.

    Yields:
        Stretches of the result that follow each other; together as long as the audio.
    """
    import numpy as np

    rise = (np.arange(overlap, dtype=np.float32) + 0.5) / max(1, overlap)
    held = np.zeros(0, dtype=np.float32)
    start = 0
    while start < samples:
        stop = min(start + piece, samples)
        result = compute(start, stop)
        if len(held):
            result[: len(held)] = held * (1 - rise[: len(held)]) + result[: len(held)] * rise[: len(held)]
        tail = overlap if stop < samples else 0
        yield result[: len(result) - tail]
        held = result[len(result) - tail :]
        start = stop - tail


def vocals(bag: "BagOfModels", samples: "np.ndarray", mean: float, deviation: float, on: str) -> "np.ndarray":
    """The voices in a piece of audio.

    Args:
        samples: 16 kHz, from -1 to 1.
        deviation: standard deviation of the whole audio.
    """
    import torch
    from demucs.apply import apply_model
    from demucs.audio import convert_audio

    mix = torch.from_numpy((samples - mean) / deviation)[None]
    mix = convert_audio(mix, SAMPLE_RATE, bag.samplerate, bag.audio_channels)
    output = apply_model(bag, mix[None], shifts=0, device=on)[0, bag.sources.index("vocals")].cpu()
    output = convert_audio(output, bag.samplerate, SAMPLE_RATE, 1)[0]
    result = torch.zeros(len(samples))
    length = min(len(samples), len(output))
    result[:length] = output[:length]
    voices: np.ndarray = (result * deviation + mean).numpy()
    return voices


def separate(options: argparse.Namespace) -> None:
    """Writes the voices of a file.

    Raises:
        UserError: the model does not know voices.
    """
    with Wav(options.audio) as wav, atomic_path(options.output, ".wav") as temporary:
        mean, deviation = loudness(wav)
        if deviation < 1e-6:  # silence: nothing to separate, and nothing to divide by
            step = round(PIECE * SAMPLE_RATE)
            write_wav(temporary, (wav.read(start, start + step) for start in range(0, wav.samples, step)))
            return
        on = device.torch_device(options.device, options.threads)
        what = f"separate {options.audio} ({options.model.name}, {on})"
        with (
            working_on("separate", file=options.audio, model=options.model, device=on),
            LivelyProgress(what, wav.duration, audio=True) as progress,
        ):
            bag = load(options.model)
            if "vocals" not in bag.sources:
                raise UserError(f"{options.model}: the model separates {', '.join(bag.sources)}, but no vocals")

            def compute(start: int, stop: int) -> Any:
                result = vocals(bag, wav.read(start, stop), mean, deviation, on)
                progress.at(stop / SAMPLE_RATE)
                return result

            pieces = faded(wav.samples, round(PIECE * SAMPLE_RATE), round(OVERLAP * SAMPLE_RATE), compute)
            written = write_wav(temporary, pieces)
            progress.done()
        if written != wav.samples:
            raise AssertionError(f"{written} samples written instead of {wav.samples}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, separates, writes `vocals.wav`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument(
        "--model", type=Path, required=True, help="folder of a Demucs 4.1 model: a YAML file and its safetensors files"
    )
    parser.add_argument("--output", type=Path, required=True, help="vocals.wav")
    add_device_options(parser)
    options = parser.parse_args(arguments)
    device.configure(options.threads)
    separate(options)


if __name__ == "__main__":
    run(main)
