"""Score the demo's diarization: pyannote's pipeline with whisperx's segmentation model on made-up scenes.

Held-out sentences. Prints the diarization error rate (pyannote.metrics, no collar) of every scene and writes it as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

import mixing  # noqa: E402
from corpus import RATE, Corpus, Utterance  # noqa: E402

if TYPE_CHECKING:
    from pyannote.audio import Pipeline

SECONDS = 70
CASTS = (
    (("hi+m3", 50), ("hi+f2", 50)),
    (("hi+m1", 35), ("hi+f4", 65)),
    (("hi+m3", 50), ("hi+f2", 50), ("hi+Annie", 50)),
    (("hi+steph", 50), ("hi+m7", 50), ("hi+f2", 65)),
)
BACKGROUNDS = ("clean", "noise", "music")


def load(folder: Path) -> Pipeline:
    """Load the pipeline from its folder, weights only, with whisperx's bundled segmentation model."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"  # no telemetry
    os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"  # pyannote.audio asks for a full unpickling
    import collections
    import typing

    import torch
    import whisperx
    from omegaconf import base, listconfig, nodes
    from pyannote.audio import Pipeline
    from pyannote.audio.core.model import Introspection
    from pyannote.audio.core.task import Problem, Resolution, Specifications

    safe = [Problem, Resolution, Specifications, Introspection, torch.torch_version.TorchVersion]
    safe += [base.Metadata, base.ContainerMetadata, listconfig.ListConfig, nodes.AnyNode]
    safe += [collections.defaultdict, typing.Any, list, dict, int]
    torch.serialization.add_safe_globals(safe)
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    parameters = config["pipeline"]["params"]
    parameters["segmentation"] = str(Path(whisperx.__file__).parent / "assets" / "pytorch_model.bin")
    for part in ("embedding", "plda"):
        parameters[part] = str(folder / part)
    return Pipeline.from_pretrained(config)


def scene(
    spoken: dict[tuple[str, int], list[Utterance]], corpus: Corpus, cast: tuple[tuple[str, int], ...], seed: int
) -> tuple[np.ndarray, list[tuple[float, float, str]]]:
    """Return a dialogue and its turns (start, end, speaker), in seconds: one to three sentences a turn, with pauses."""
    rng = np.random.default_rng(seed)
    samples, turns = np.zeros(SECONDS * RATE), []
    position, speaker = int(rng.uniform(0.2, 2) * RATE), 0
    while True:
        for _ in range(rng.integers(1, 4)):
            utterance = spoken[cast[speaker]][rng.integers(len(spoken[cast[speaker]]))]
            if position + utterance.samples > len(samples):
                return samples, turns
            samples[position : position + utterance.samples] += corpus.samples(utterance)
            start, end = utterance.words[0][1], utterance.words[-1][2]
            turns.append((position / RATE + start, position / RATE + end, cast[speaker][0]))
            position += utterance.samples + int(rng.uniform(0.15, 0.6) * RATE)
        position += int(rng.choice([0.1, 0.4, 2.0]) * RATE)
        speaker = int((speaker + rng.integers(1, len(cast))) % len(cast))


def main() -> None:
    """Diarize every cast over every background."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="held-out sentences by the voices in CASTS")
    parser.add_argument("--model", type=Path, required=True, help="folder")
    parser.add_argument("--out", type=Path, required=True, help="JSON")
    args = parser.parse_args()
    pipeline = load(args.model)

    import torch
    from pyannote.core import Annotation, Segment
    from pyannote.metrics.diarization import DiarizationErrorRate

    torch.set_num_threads(1)
    corpus = Corpus(args.corpus)
    spoken: dict[tuple[str, int], list[Utterance]] = defaultdict(list)
    for utterance in corpus.utterances:
        spoken[utterance.voice, utterance.pitch].append(utterance)
    scores = {}
    print("scene\tDER %\tmissed\tfalse alarm\tconfusion\tspeakers")
    for number, cast in enumerate(CASTS):
        samples, turns = scene(spoken, corpus, cast, 10 + number)
        truth = Annotation()
        for track, (start, end, speaker) in enumerate(turns):
            truth[Segment(start, end), track] = speaker
        for condition in BACKGROUNDS:
            rng = np.random.default_rng(number)
            heard = samples
            if condition == "noise":
                heard = mixing.mix_at_snr(samples, mixing.noise(rng, "pink", len(samples)), 15)
            if condition == "music":
                heard = mixing.mix_at_snr(samples, mixing.music(rng, SECONDS), 12)
            wave = torch.from_numpy((heard / np.abs(heard).max() * 0.7).astype(np.float32))[None]
            diarization = pipeline({"waveform": wave, "sample_rate": RATE}).speaker_diarization
            parts = DiarizationErrorRate()(truth, diarization, detailed=True)
            name = f"{' '.join(voice for voice, _ in cast)}, {condition}"
            scores[name] = {
                "der_percent": round(100 * parts["diarization error rate"], 1),
                **{
                    key: round(100 * parts[key] / parts["total"], 1)
                    for key in ("missed detection", "false alarm", "confusion")
                },
                "speakers": len(diarization.labels()),
            }
            print("\t".join(map(str, [name, *scores[name].values()])), flush=True)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
