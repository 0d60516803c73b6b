"""What training windows sound like besides speech: rooms, noise, music, narrow channels and loudness.

Backgrounds are synthesised once (`mixing.py`) and kept, because they take longer to make than to train on.
"""

import functools
import random
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

sys.path.insert(0, str(Path(__file__).parents[1]))

import mixing

Samples = NDArray[np.float32]

SECONDS = 32
"""Length of a kept background."""
EACH = 30
"""Kept backgrounds of each kind, and rooms."""


def write_backgrounds(path: Path, seed: int = 1) -> None:
    """Synthesise the backgrounds and the rooms' impulse responses and keep them in one .npz file."""
    rng = np.random.default_rng(seed)
    kept: dict[str, NDArray[np.float16]] = {}
    for kind in mixing.NOISES:
        kept[kind] = np.array([mixing.noise(rng, kind, SECONDS * mixing.RATE) for _ in range(EACH)], np.float16)
    kept["music"] = np.array([mixing.music(rng, SECONDS) for _ in range(2 * EACH)], np.float16)
    for number in range(2 * EACH):
        kept[f"room{number}"] = mixing.room(rng).astype(np.float16)
    np.savez(path, allow_pickle=False, **kept)


class Sounds:
    """Disturbs speech with kept backgrounds; everything random comes from the caller's generator."""

    def __init__(self, path: Path) -> None:
        """Read the .npz file of `write_backgrounds`."""
        with np.load(path) as kept:
            self.backgrounds = {kind: kept[kind] for kind in (*mixing.NOISES, "music")}
            self.rooms = [kept[name].astype(np.float32) for name in kept.files if name.startswith("room")]

    def background(self, kind: str, length: int, rng: random.Random) -> Samples:
        """Return a random piece of a kept background, `length` samples long."""
        track = rng.choice(self.backgrounds[kind])
        start = rng.randrange(max(1, len(track) - length))
        return np.resize(track[start:].astype(np.float32), length)

    def disturb(self, samples: Samples, rng: random.Random, strength: float = 1.0) -> Samples:
        """Put speech into a random room, noise, music, channel and loudness.

        Args:
            samples: speech, mono, 16 kHz.
            rng: what decides.
            strength: scales how often each disturbance happens, 0 to 1.
        """
        sound = samples.astype(np.float64)
        if rng.random() < 0.35 * strength:
            sound = mixing.in_room(sound, rng.choice(self.rooms).astype(np.float64))
        if rng.random() < 0.55 * strength:
            kind = rng.choice(("white", "white", "pink", "pink", "babble", "hum"))
            sound = mixing.mix_at_snr(sound, self.background(kind, len(sound), rng), rng.uniform(4, 30))
        if rng.random() < 0.35 * strength:
            sound = mixing.mix_at_snr(sound, self.background("music", len(sound), rng), rng.uniform(4, 26))
        if rng.random() < 0.4 * strength:
            sound = sosfilt(_channel(rng.randrange(40)), sound)
        sound = sound * (10 ** (rng.uniform(-32, 0) / 20) / max(float(np.abs(sound).max()), 1e-6))
        if rng.random() < 0.5:  # the faint hiss of a recording, in place of digital silence
            hiss = np.random.default_rng(rng.randrange(2**32)).standard_normal(len(sound))
            sound = sound + hiss * 10 ** (rng.uniform(-90, -60) / 20)
        return np.clip(sound, -1, 1).astype(np.float32)

    def without_speech(self, length: int, rng: random.Random) -> Samples:
        """Return silence, noise or music in which nobody speaks."""
        if rng.random() < 0.15:
            return np.zeros(length, np.float32)
        kind = rng.choice(("music", "music", "music", *mixing.NOISES))
        sound = self.background(kind, length, rng) * np.float32(10 ** (rng.uniform(-50, 0) / 20))
        if rng.random() < 0.3:
            sound = sound + self.background("pink", length, rng) * np.float32(10 ** (rng.uniform(-60, -20) / 20))
        return np.clip(sound, -1, 1).astype(np.float32)


@functools.cache
def _channel(number: int) -> NDArray[np.float64]:
    """Design one of some filters: a lossy codec's or a small loudspeaker's band, or a tilt."""
    rng = random.Random(number)
    if number % 3 == 0:
        return butter(6, rng.uniform(3200, 7500), "low", fs=mixing.RATE, output="sos")
    if number % 3 == 1:
        return butter(2, (rng.uniform(80, 300), rng.uniform(3500, 7500)), "band", fs=mixing.RATE, output="sos")
    return butter(1, rng.uniform(150, 4000), rng.choice(("low", "high")), fs=mixing.RATE, output="sos")
