"""Finds who speaks when, with a pyannote.audio pipeline from a local folder."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

from moviesubs import contracts
from moviesubs.contracts import Speakers, Turn
from moviesubs.errors import UserError
from moviesubs.media.wav import SAMPLE_RATE, Wav
from moviesubs.stage import device
from moviesubs.stage.options import add_device_options, positive_int
from moviesubs.stage.program import run, working_on
from moviesubs.stage.progress import LivelyProgress

if TYPE_CHECKING:
    from pyannote.audio.pipelines import SpeakerDiarization

#: the only class that a configuration may name: it is imported and called with what the configuration says
PIPELINES = (
    "pyannote.audio.pipelines.SpeakerDiarization",
    "pyannote.audio.pipelines.speaker_diarization.SpeakerDiarization",
)
#: what a configuration may say at its top level; `preprocessors` names further classes and stays out
KEYS = {"dependencies", "device", "freeze", "params", "pipeline", "version"}


def resolve(value: Any, folder: Path, kind: str) -> Any:
    """Where one of the pipeline's models lies.

    Args:
        value: what the configuration says: "$model/embedding" (in the same folder), a name on the hub, or None.
        kind: "segmentation", "embedding" or "plda".

    Returns:
        What pyannote.audio loads the model from: a local file or folder.

    Raises:
        UserError: the model is not there.
    """
    if value is None and kind == "segmentation":
        import whisperx

        return {"checkpoint": str(Path(str(whisperx.__file__)).parent / "assets" / "pytorch_model.bin")}
    if not isinstance(value, str):
        raise UserError(f"{folder / 'config.yaml'}: {kind} is neither the name of a model nor a folder")
    name = value.removeprefix("$model/").rpartition("/")[2]
    candidates = [folder / value.removeprefix("$model/"), folder / name, folder / kind]
    location = next((path for path in candidates if path.exists()), None)
    if location is None:
        raise UserError(f"{folder}: the {kind} model {value} is not there; put its files into {folder / name}")
    return {"checkpoint": str(location.resolve())}


def configuration(folder: Path) -> dict[str, Any]:
    """The pipeline's configuration, with the paths of its models.

    Args:
        folder: a pipeline's folder with `config.yaml`.

    Raises:
        UserError: the file is missing or is no configuration of a speaker diarization.
    """
    import yaml

    path = folder / "config.yaml"
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; give the folder of a pyannote.audio pipeline") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise UserError(f"{path}: not a YAML file; fetch the model again") from None
    pipeline = config.get("pipeline") if isinstance(config, dict) else None
    pipeline = pipeline if isinstance(pipeline, dict) else {}
    name = pipeline.get("name")
    if name not in PIPELINES:
        raise UserError(f"{path}: the pipeline is {name!r}, not one of {', '.join(PIPELINES)}")
    if unknown := set(config) - KEYS:
        raise UserError(f"{path}: {', '.join(sorted(unknown))} is not allowed here")
    params = dict(pipeline.get("params") or {})
    for kind in ("segmentation", "embedding", "plda"):
        params[kind] = resolve(params.get(kind, f"$model/{kind}"), folder, kind)
    return {**config, "pipeline": {"name": name, "params": params}}


def load(folder: Path, on: str) -> "SpeakerDiarization":
    """Loads a pipeline; weights only, nothing from the network.

    Raises:
        UserError: a model is missing, or holds more than weights.
    """
    import torch
    from pyannote.audio import Pipeline

    from moviesubs.recognition.pyannote_checkpoints import allow_records

    allow_records()
    try:
        pipeline = Pipeline.from_pretrained(configuration(folder))
    except UnpicklingError as error:
        reason = next((line for line in str(error).splitlines() if "GLOBAL" in line), str(error).splitlines()[0])
        raise UserError(f"{folder}: a checkpoint holds more than weights and is refused: {reason.strip()}") from error
    return pipeline.to(torch.device(on))


def diarize(options: argparse.Namespace) -> Speakers:
    """Finds the speakers of a file.

    Returns:
        Turns in order, without overlap; none where nobody speaks.
    """
    import torch

    with Wav(options.audio) as wav:
        samples, duration = wav.read(0, wav.samples), wav.duration
    answer = Speakers(turns=[], model=options.model.name)
    if len(samples) < SAMPLE_RATE // 2:
        return answer
    on = device.torch_device(options.device, options.threads)
    about = f"diarize {options.audio} ({options.model.name}, {on})"
    with working_on("diarize", file=options.audio, model=options.model, device=on):
        pipeline = load(options.model, on)
        with LivelyProgress(about, 1.0) as progress:

            def hook(step: str, *_: object, total: int | None = None, completed: int = 0, **__: object) -> None:
                progress.what = f"{about}, {step}"
                if total:
                    progress.total = float(total)
                    progress.at(float(min(completed, total)))

            output = pipeline(
                {"waveform": torch.from_numpy(samples)[None], "sample_rate": SAMPLE_RATE, "uri": options.audio.stem},
                min_speakers=options.min_speakers,
                max_speakers=options.max_speakers,
                hook=hook,
            )
    for turn, _, speaker in output.exclusive_speaker_diarization.itertracks(yield_label=True):
        start, end = max(0.0, turn.start), min(duration, turn.end)
        if end > start:
            answer.turns.append(Turn(start=start, end=end, speaker=str(speaker)))
    answer.turns.sort(key=lambda item: item.start)
    print(f"{about}: {len({turn.speaker for turn in answer.turns})} speakers", file=sys.stderr, flush=True)
    return answer


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, diarizes, writes `speakers.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument(
        "--model", type=Path, required=True, help="folder of a pyannote.audio pipeline: config.yaml and its models"
    )
    parser.add_argument("--min-speakers", type=positive_int, help="at least so many speakers")
    parser.add_argument("--max-speakers", type=positive_int, help="at most so many speakers")
    parser.add_argument("--output", type=Path, required=True, help="speakers.json")
    add_device_options(parser)
    options = parser.parse_args(arguments)
    if options.min_speakers and options.max_speakers and options.min_speakers > options.max_speakers:
        parser.error(f"--min-speakers {options.min_speakers} is more than --max-speakers {options.max_speakers}")
    device.configure(options.threads)
    contracts.write(options.output, diarize(options))


if __name__ == "__main__":
    run(main)
