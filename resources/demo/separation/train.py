"""Train the demo's HTDemucs: two sources (`other`, `vocals`) at 16 kHz mono, a few hundred thousand parameters.

`--out` gets what demucs 4.1 keeps on the model hub: a bag, `htdemucs-demo.yaml`, and one safetensors file in half
precision whose metadata name the class and its arguments (`demucs.hf.load_safetensors_model` reads it).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from mixtures import mixture  # noqa: E402

import course  # noqa: E402
from corpus import RATE, Backgrounds, Corpus  # noqa: E402

if TYPE_CHECKING:
    import torch
    from demucs.htdemucs import HTDemucs

NAME = "htdemucs-demo"
SEGMENT_S, BATCH, PEAK_RATE = 4, 4, 1.5e-3
ARGUMENTS: dict[str, Any] = {
    "sources": ["other", "vocals"],
    "audio_channels": 1,
    "samplerate": RATE,
    "segment": SEGMENT_S,
    "channels": 12,
    "nfft": 1024,
    "depth": 4,
    "dconv_depth": 1,
    "t_layers": 2,
    "t_heads": 4,
    "t_hidden_scale": 2.0,
}


def si_sdr(estimate: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the scale-invariant signal-to-distortion ratio in dB over the last axis (Le Roux et al. 2019)."""
    estimate, target = (signal - signal.mean(-1, keepdim=True) for signal in (estimate, target))
    scale = (estimate * target).sum(-1, keepdim=True) / (target.square().sum(-1, keepdim=True) + 1e-8)
    wanted = scale * target
    return 10 * ((wanted.square().sum(-1) + 1e-8) / ((estimate - wanted).square().sum(-1) + 1e-8)).log10()


def sdr(estimate: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the signal-to-distortion ratio in dB over the last axis, which a wrong level lowers."""
    return 10 * ((target.square().sum(-1) + 1e-8) / ((estimate - target).square().sum(-1) + 1e-8)).log10()


def export(model: HTDemucs, out: Path) -> None:
    """Write the bag and the safetensors file."""
    import torch
    from safetensors.torch import save_file

    out.mkdir(parents=True, exist_ok=True)
    state = {name: value.to(torch.half).contiguous() for name, value in model.state_dict().items()}
    metadata = {"klass": "demucs.htdemucs.HTDemucs", "args": "[]", "kwargs": json.dumps(ARGUMENTS)}
    save_file(state, out / f"{NAME}.safetensors", metadata)
    (out / f"{NAME}.yaml").write_text(f"models: ['{NAME}']\nsegment: {SEGMENT_S}\n", encoding="utf-8")


def main() -> None:
    """Train, or go on from the last checkpoint, and export."""
    import torch
    from demucs.htdemucs import HTDemucs

    args = course.options(__doc__, steps=800)
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    corpus = Corpus(args.corpus)
    backgrounds = Backgrounds(np.random.default_rng(args.seed), 48, 10.0)
    model = HTDemucs(**ARGUMENTS).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99))
    parts = {"model": model, "optimizer": optimizer}
    training = course.Course(args, parts, ["loss", "gain_db"], PEAK_RATE, warmup=50)
    for step in training.steps(lambda: export(model, args.out)):
        rng = np.random.default_rng([args.seed, step])
        parts = [mixture(corpus, backgrounds, rng, SEGMENT_S) for _ in range(BATCH)]
        sources = torch.from_numpy(np.stack([np.stack(pair) for pair in parts]))[:, :, None]
        mix = sources.sum(1)
        estimate = model(mix)
        after = si_sdr(estimate[:, 1, 0], sources[:, 1, 0])
        # a loss that forgives a wrong level taught a whisper: speech came out 23 dB too quiet
        right = sdr(estimate[:, 1, 0], sources[:, 1, 0]).mean()
        loss = (estimate - sources).abs().mean() / mix.abs().mean() - 0.05 * right
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        before = si_sdr(mix[:, 0], sources[:, 1, 0])
        training.figures.append((loss.item(), (after - before).mean().item()))


if __name__ == "__main__":
    main()
