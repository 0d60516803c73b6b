"""The stereo sound of a screenplay: voices to the left and right, music, noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly
from screenplay import Screenplay

import mixing

Stereo = NDArray[np.float64]

#: of the finished sound, samples a second; everything is synthesised at 16 kHz
RATE = 48_000
#: root mean square of a voice while it speaks, and of music alone (1 is full scale)
VOICE_LEVEL, MUSIC_LEVEL = 0.08, 0.07
#: seconds in which music comes and goes
FADE = 0.8
#: how far to the side speakers stand: 0 is the middle, 1 the very left or right
WIDTH = 0.25


def _to_the_side(signal: mixing.Signal, side: float) -> Stereo:
    """Mono to stereo with equal power; `side` is -1 (left) to 1 (right)."""
    angle = (side + 1) * np.pi / 4
    sound: Stereo = np.sqrt(2) * np.stack([np.cos(angle) * signal, np.sin(angle) * signal], axis=1)
    return sound


def _voices(rng: np.random.Generator, screenplay: Screenplay) -> Stereo:
    """Every line where it belongs, at nearly the same level."""
    track = np.zeros((round(screenplay.seconds * mixing.RATE), 2))
    sides = dict(zip(screenplay.voices, np.linspace(-WIDTH, WIDTH, len(screenplay.voices)), strict=True))
    for line in screenplay.lines:
        samples = line.spoken.samples.astype(np.float64)
        gain = VOICE_LEVEL / max(np.sqrt(mixing.active_power(samples)), 1e-9) * 10 ** (rng.uniform(-1.5, 1.5) / 20)
        start = round(line.start * mixing.RATE)
        track[start : start + len(samples)] += _to_the_side(gain * samples, sides[line.speaker])
    return track


def _music_gain(screenplay: Screenplay, bed: float) -> mixing.Signal:
    """Gain of the music at every sample: full where it is alone, `bed` under voices, smooth in between."""
    gain = np.zeros(round(screenplay.seconds * mixing.RATE))
    for stretch in screenplay.music:
        start, end = (round(time * mixing.RATE) for time in (stretch.start, stretch.end))
        gain[start:end] = 1.0 if stretch.alone else bed
    ramp = np.hanning(round(FADE * mixing.RATE))
    return np.convolve(gain, ramp / ramp.sum(), mode="same")


def _music(rng: np.random.Generator, screenplay: Screenplay, music_db: float) -> Stereo:
    """Two pieces, the second from half-time on; the sides differ a little, as if played in a hall."""
    half = screenplay.seconds / 2
    pieces = [mixing.music(rng, half), mixing.music(rng, screenplay.seconds - half)]
    piece = np.concatenate([part / max(np.sqrt(np.mean(part**2)), 1e-9) for part in pieces])
    piece = np.resize(piece, round(screenplay.seconds * mixing.RATE))
    bed = VOICE_LEVEL * 10 ** (-music_db / 20) / MUSIC_LEVEL
    played = MUSIC_LEVEL * _music_gain(screenplay, bed) * piece
    late = np.roll(played, round(0.011 * mixing.RATE))
    late[: round(0.011 * mixing.RATE)] = 0
    return np.stack([0.8 * played + 0.2 * late, 0.2 * played + 0.8 * late], axis=1)


def mix(seed: int, screenplay: Screenplay, noise_db: float | None, music_db: float | None) -> Stereo:
    """Makes the sound.

    Args:
        seed: the same arguments give the same sound.
        screenplay: what is heard when.
        noise_db: how far pink noise lies below the voices, in decibels; None: no noise.
        music_db: how far music lies below the voices where they speak; None: no music.

    Returns:
        Samples at 48 kHz, (samples, 2), within -1 and 1.
    """
    rng = np.random.default_rng([seed, 1])
    track = _voices(rng, screenplay)
    if music_db is not None and screenplay.music:
        track += _music(rng, screenplay, music_db)
    if noise_db is not None:
        for side in (0, 1):
            noise = mixing.noise(rng, "pink", len(track))
            track[:, side] += VOICE_LEVEL * 10 ** (-noise_db / 20) * noise / max(np.sqrt(np.mean(noise**2)), 1e-9)
    sound: Stereo = resample_poly(track, RATE // mixing.RATE, 1, axis=0)
    return sound * min(1.0, 0.95 / max(float(np.abs(sound).max()), 1e-9))
