"""Noise, music and rooms to put speech into: all synthesised, all from a random generator with a seed.

Signals are mono float64 arrays at 16 kHz, peak 1 unless said otherwise.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, lfilter, sosfilt

Signal = NDArray[np.float64]
Noise = Literal["white", "pink", "babble", "hum"]

RATE = 16_000
NOISES: tuple[Noise, ...] = ("white", "pink", "babble", "hum")

# Frequencies (Hz) of the first three formants of five vowels of a man, after Peterson and Barney (1952).
_FORMANTS = ((270, 2290, 3010), (530, 1840, 2480), (730, 1090, 2440), (570, 840, 2410), (300, 870, 2240))
_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_PROGRESSIONS = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 0), (5, 3, 0, 4), (0, 0, 3, 4))


def _peak(signal: Signal) -> Signal:
    """Scale to peak 1; silence stays silence."""
    return signal / max(float(np.abs(signal).max(initial=0.0)), 1e-9)


def _pink(rng: np.random.Generator, samples: int) -> Signal:
    """Return noise whose power falls by 3 dB an octave: white noise, shaped in the frequency domain."""
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    return np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), samples)


def _hum(rng: np.random.Generator, samples: int) -> Signal:
    """Return the mains hum of 50 or 60 Hz with its harmonics, over a little hiss."""
    time = np.arange(samples) / RATE
    mains = rng.choice([50.0, 60.0])
    tones = [np.sin(2 * np.pi * (mains * k * time + rng.random())) * rng.random() / k for k in range(1, 9)]
    return np.asarray(np.sum(tones, axis=0) + 0.05 * rng.standard_normal(samples))


def _talker(rng: np.random.Generator, samples: int) -> Signal:
    """Return one unintelligible voice: a pulse train through formants that change with every syllable."""
    out = np.zeros(samples)
    pitch, size, start = rng.uniform(90, 260), rng.uniform(0.9, 1.25), int(rng.integers(0, 4000))
    while start < samples:
        count = min(int(rng.uniform(0.08, 0.3) * RATE), samples - start)
        f0 = pitch * rng.uniform(0.85, 1.2) * np.linspace(1.05, 0.9, count)
        source = np.diff(np.floor(np.cumsum(f0) / RATE), prepend=0.0) + 0.03 * rng.standard_normal(count)
        for formant in _FORMANTS[rng.integers(len(_FORMANTS))]:
            radius = np.exp(-np.pi * 90 / RATE)
            angle = 2 * np.pi * min(formant * size, 7000) / RATE
            source = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], source)
        out[start : start + count] += _peak(source) * np.hanning(count) * rng.uniform(0.3, 1)
        start += count + int(rng.uniform(0, 0.5 if rng.random() < 0.2 else 0.05) * RATE)
    return out


def noise(rng: np.random.Generator, kind: Noise, samples: int) -> Signal:
    """Return `samples` samples of background noise: `white`, `pink`, `babble` (several voices at once) or `hum`."""
    if kind == "white":
        return _peak(rng.standard_normal(samples))
    if kind == "pink":
        return _peak(_pink(rng, samples))
    if kind == "hum":
        return _peak(_hum(rng, samples))
    if kind == "babble":
        return _peak(np.sum([_talker(rng, samples) for _ in range(rng.integers(4, 9))], axis=0))
    raise ValueError(f"unknown noise {kind!r}: one of {', '.join(NOISES)}")


class _Instrument:
    """Harmonic tones with a timbre of their own: how the harmonics fall, how fast a note starts and fades, how it wavers."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.harmonics = 1 / np.arange(1, rng.integers(3, 9)) ** rng.uniform(0.7, 2.2)
        if rng.random() < 0.3:
            self.harmonics[1::2] *= 0.1  # a clarinet has hardly any even harmonics
        self.attack, self.fade = rng.uniform(0.005, 0.08), rng.uniform(0.15, 1.5)
        self.vibrato, self.detune = rng.choice([0, 0.003, 0.006]), rng.choice([0, 0.002, 0.004])

    def play(self, midi: float, seconds: float) -> Signal:
        """Return one note of the given MIDI pitch."""
        time = np.arange(int(seconds * RATE)) / RATE
        frequency = 440 * 2 ** ((midi - 69) / 12)
        phase = 2 * np.pi * frequency * (time + self.vibrato / 30 * np.sin(2 * np.pi * 5.5 * time))
        note = np.zeros(len(time))
        for number, strength in enumerate(self.harmonics, start=1):
            if number * frequency < 7500:
                note += strength * (np.sin(number * phase) + np.sin(number * phase * (1 + self.detune)))
        release = np.minimum(1, (seconds - time) / 0.02)
        return np.asarray(
            note * np.minimum(1, time / self.attack) * np.exp(-time / self.fade) * release / self.harmonics.sum()
        )


def _drum(rng: np.random.Generator, kind: str) -> Signal:
    """Return one hit of a `kick`, a `snare` or a `hat`."""
    time = np.arange(int(0.25 * RATE)) / RATE
    hiss = rng.standard_normal(len(time))
    if kind == "kick":
        return np.asarray(np.sin(2 * np.pi * (45 * time + 3 * (1 - np.exp(-time * 30)))) * np.exp(-time * 18))
    if kind == "snare":
        return (0.6 * hiss + np.sin(2 * np.pi * 190 * time)) * np.exp(-time * 25)
    return np.asarray(sosfilt(butter(2, 5000, "high", fs=RATE, output="sos"), hiss) * np.exp(-time * 60))


def _add(track: Signal, sound: Signal, second: float, gain: float) -> None:
    """Add `sound` to `track` from `second` on; what hangs over the end is cut."""
    start = min(int(second * RATE), len(track))
    end = min(start + len(sound), len(track))
    track[start:end] += gain * sound[: end - start]


def music(rng: np.random.Generator, seconds: float) -> Signal:
    """Return `seconds` of music: chords, and usually a bass, drums and a melody, in a random key, tempo and timbre."""
    track = np.zeros(int(seconds * RATE))
    beat = 60 / rng.uniform(66, 140)
    scale = _MAJOR if rng.random() < 0.5 else _MINOR
    root = int(rng.integers(45, 57))
    chords = _PROGRESSIONS[rng.integers(len(_PROGRESSIONS))]
    pad, bass, lead = (_Instrument(rng) for _ in range(3))
    pad.fade, parts = 4.0, rng.random(3) < (0.8, 0.7, 0.75)
    hits = {kind: _drum(rng, kind) for kind in ("kick", "snare", "hat")}
    gains = rng.uniform(0.4, 1.0, 4)
    melody = int(rng.integers(0, 7))

    def pitch(step: int) -> int:
        return root + scale[step % 7] + 12 * (step // 7)

    for number in range(int(seconds / beat) + 1):
        second, chord = number * beat, chords[number // 4 % 4]
        if number % 4 == 0:
            for step in (0, 2, 4):
                _add(track, pad.play(pitch(chord + step), 4 * beat), second, 0.35 * gains[0])
        if parts[0]:
            _add(track, bass.play(pitch(chord) - 12, beat), second, 0.8 * gains[1])
        if parts[1]:
            _add(track, hits["kick" if number % 2 == 0 else "snare"], second, 0.7 * gains[2])
            for half in (0, 0.5):
                _add(track, hits["hat"], second + half * beat, 0.25 * gains[2])
        if parts[2]:
            for length in ((1,), (0.5, 0.5), (0.25, 0.25, 0.5), ())[rng.integers(4)]:
                melody = int(np.clip(melody + rng.integers(-2, 3), 0, 12))
                _add(track, lead.play(pitch(melody) + 12, length * beat), second, 0.6 * gains[3])
                second += length * beat
    return _peak(track)


def room(rng: np.random.Generator, reverberation_s: float | None = None) -> Signal:
    """Return a room's impulse response: the direct sound (1.0) in its first sample, a few reflections, a tail that decays.

    `reverberation_s` is the time in which the tail falls by 60 dB; left out, it is drawn from 0.15 to 0.6 s.
    The direct sound comes first, so word times stay true: `scipy.signal.fftconvolve(speech, room(rng))[: len(speech)]`.
    """
    length = reverberation_s or rng.uniform(0.15, 0.6)
    count = int(length * RATE)
    tail = rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
    tail[: int(0.012 * RATE)] = 0
    response = tail * rng.uniform(0.01, 0.05)
    for _ in range(rng.integers(2, 7)):
        response[rng.integers(int(0.002 * RATE), int(0.04 * RATE))] += rng.uniform(-0.5, 0.5)
    response[0] = 1.0
    return response


def in_room(speech: NDArray[np.floating], response: Signal) -> Signal:
    """Return the speech as heard in a room, as long as it was and on the same clock."""
    heard: Signal = fftconvolve(speech.astype(np.float64), response)[: len(speech)]
    return heard


def active_power(speech: NDArray[np.floating]) -> float:
    """Return the mean square of the 20 ms frames that are within 40 dB of the loudest: pauses do not count as speech."""
    frames = speech[: len(speech) // 320 * 320].astype(np.float64).reshape(-1, 320)
    powers = np.mean(frames**2, axis=1)
    return float(powers[powers >= 1e-4 * powers.max(initial=0.0)].mean()) if len(powers) else 0.0


def mix_at_snr(speech: NDArray[np.floating], other: NDArray[np.floating], snr_db: float) -> Signal:
    """Return speech plus `other`, which is repeated or cut to the speech's length and scaled to lie `snr_db` below it.

    The ratio is that of the speech's power while somebody speaks (`active_power`) to the mean power of `other`.
    The result may exceed 1: scale it before writing integers.
    """
    background = np.resize(other, len(speech)).astype(np.float64)
    power = float(np.mean(background**2)) if len(background) else 0.0
    if power == 0.0:
        return speech.astype(np.float64)
    gain = np.sqrt(active_power(speech) / power) * 10 ** (-snr_db / 20)
    return np.asarray(speech.astype(np.float64) + gain * background)
