"""Score the demo's HTDemucs through demucs itself: how much cleaner is the speech of held-out mixtures afterwards?

Prints the SI-SDR of the vocals in dB, before and after, by how loud the music or noise was, and how much louder than in
truth the vocals are; writes it as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import mixtures  # noqa: E402

from corpus import Backgrounds, Corpus  # noqa: E402


def main() -> None:
    """Separate mixtures at three levels and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="of the held-out split, made by corpus.py")
    parser.add_argument("--model", type=Path, required=True, help="folder")
    parser.add_argument("--out", type=Path, required=True, help="JSON")
    parser.add_argument("--count", type=int, default=20, help="mixtures of 8 s for each level")
    args = parser.parse_args()

    import torch
    from demucs.apply import BagOfModels, apply_model
    from demucs.hf import load_safetensors_model
    from train import NAME, si_sdr

    torch.set_num_threads(1)
    model = BagOfModels([load_safetensors_model(args.model / f"{NAME}.safetensors")]).eval()
    vocals_at = model.sources.index("vocals")
    corpus = Corpus(args.corpus)
    rng = np.random.default_rng(77)  # other music and noise than in training
    backgrounds = Backgrounds(rng, 16, 10.0)
    scores = {}
    print("speech above the rest\tbefore dB\tafter dB\tgain dB\tlevel dB")
    for snr in (0.0, 5.0, 10.0):
        mixtures.SNR_DB = (snr, snr)
        before, after, levels = [], [], []
        for _ in range(args.count):
            other, vocals = mixtures.mixture(corpus, backgrounds, rng, 8.0)
            mix = torch.from_numpy(other + vocals)
            separated = apply_model(model, mix[None, None], shifts=0, split=True)[0, vocals_at, 0]
            before.append(si_sdr(mix, torch.from_numpy(vocals)).item())
            after.append(si_sdr(separated, torch.from_numpy(vocals)).item())
            levels.append(float(10 * np.log10(separated.square().mean() / np.square(vocals).mean())))
        means = [round(float(np.mean(figures)), 2) for figures in (before, after, levels)]
        scores[f"{snr:.0f} dB"] = dict(zip(("before_db", "after_db", "level_db"), means, strict=True))
        print(f"{snr:.0f} dB\t{means[0]}\t{means[1]}\t{means[1] - means[0]:.2f}\t{means[2]}", flush=True)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
