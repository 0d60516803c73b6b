"""Speech over music and noise, with both parts known: what the separation model learns from and is scored on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import mixing
from corpus import RATE, Backgrounds, Corpus, take

SNR_DB = (0.0, 10.0)


def mixture(
    corpus: Corpus, backgrounds: Backgrounds, rng: np.random.Generator, seconds: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (other, vocals), each (samples,): the mixture is their sum, speech 0 to 10 dB above the rest while it lasts."""
    vocals = take(corpus, rng, seconds).samples
    if rng.random() < 0.3:
        vocals = mixing.in_room(vocals, mixing.room(rng))
    other = backgrounds.draw(rng, bool(rng.random() < 0.7), int(seconds * RATE))
    if rng.random() < 0.2:
        other = other + 0.2 * backgrounds.draw(rng, False, len(other))
    other = mixing.mix_at_snr(vocals, other, rng.uniform(*SNR_DB)) - vocals
    gain = rng.uniform(0.2, 0.9) / max(1e-6, float(np.abs(vocals + other).max()))
    return (gain * other).astype(np.float32), (gain * vocals).astype(np.float32)
