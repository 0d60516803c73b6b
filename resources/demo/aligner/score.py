"""Score the demo's forced aligner through whisperx: how far are word starts and ends from the synthesiser's?

Held-out sentences only. Prints a table (milliseconds) and writes it as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import mixing  # noqa: E402
from corpus import RATE, Corpus, Take, take  # noqa: E402


def takes(corpus: Corpus, count: int, seconds: float, seed: int) -> list[Take]:
    """Return single sentences (`seconds` 0) or takes of several."""
    rng = np.random.default_rng(seed)
    if seconds:
        return [take(corpus, rng, seconds) for _ in range(count)]
    chosen = corpus.utterances[:count]
    return [
        Take(corpus.samples(u), [(t, a, b) for t, (_, a, b) in zip(u.text.split(), u.words, strict=True)])
        for u in chosen
    ]


def background(condition: str, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Return what lies under the speech: `noise` of all kinds, or `music`."""
    if condition == "music":
        return mixing.music(rng, samples / RATE + 1)
    return mixing.noise(rng, mixing.NOISES[rng.integers(len(mixing.NOISES))], samples)


def punkt(folder: Path) -> None:
    """Give NLTK an untrained sentence splitter, which whisperx insists on: four empty tables."""
    tables = folder / "tokenizers" / "punkt_tab" / "english"
    tables.mkdir(parents=True)
    for name in ("abbrev_types.txt", "collocations.tab", "ortho_context.tab", "sent_starters.txt"):
        (tables / name).touch()
    os.environ["NLTK_DATA"] = str(folder)


def errors(
    spoken: Take, snr_db: float, condition: str, seed: int, model: Any, metadata: Any
) -> list[tuple[float, float]]:
    """Align one take; return (start, end) errors in ms for every word."""
    import whisperx

    rng = np.random.default_rng(seed)
    samples = spoken.samples
    if condition != "clean":
        samples = mixing.mix_at_snr(samples, background(condition, len(samples), rng), snr_db)
    samples = (samples / np.abs(samples).max() * 0.7).astype(np.float32)
    text = " ".join(token for token, _, _ in spoken.words)
    segment = {"start": 0.0, "end": len(samples) / RATE, "text": text}
    result = whisperx.align([segment], model, metadata, samples, "cpu")
    aligned = [word for part in result["segments"] for word in part["words"]]
    if len(aligned) != len(spoken.words):
        raise RuntimeError(f"{len(aligned)} words aligned of {len(spoken.words)}: {text}")
    return [
        (1000 * (word["start"] - a), 1000 * (word["end"] - b))
        for word, (_, a, b) in zip(aligned, spoken.words, strict=True)
    ]


def main() -> None:
    """Align under every condition, print and write the errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="of the held-out split, made by corpus.py")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="JSON")
    parser.add_argument("--count", type=int, default=60, help="sentences, or takes, for each condition")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        punkt(Path(folder))
        import torch
        import whisperx

        torch.set_num_threads(1)
        model, metadata = whisperx.load_align_model("hi", "cpu", model_name=str(args.model))
        corpus = Corpus(args.corpus)
        scores = {}
        print("condition\twords\tstart: median\tp95\tbias\tend: median\tp95")
        for seconds in (0, 10, 25):
            spoken = takes(corpus, args.count if seconds < 25 else args.count // 4, seconds, 5)
            for condition in ("clean", "noise", "music"):
                pairs = [
                    pair
                    for seed, one in enumerate(spoken)
                    for pair in errors(one, 10.0, condition, seed, model, metadata)
                ]
                start, end = np.array(pairs).T
                name = f"{f'{seconds} s takes' if seconds else 'sentences'}, {condition}"
                name += "" if condition == "clean" else " 10 dB"
                scores[name] = {
                    "words": len(start),
                    "start_median_ms": round(float(np.median(np.abs(start))), 1),
                    "start_p95_ms": round(float(np.percentile(np.abs(start), 95)), 1),
                    "start_bias_ms": round(float(np.median(start)), 1),
                    "end_median_ms": round(float(np.median(np.abs(end))), 1),
                    "end_p95_ms": round(float(np.percentile(np.abs(end), 95)), 1),
                }
                print("\t".join(map(str, [name, *scores[name].values()])), flush=True)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
