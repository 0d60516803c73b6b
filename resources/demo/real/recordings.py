"""Recordings with a known text: real utterances in random order, with pauses, levels and a little noise; and sound without speech."""

import random
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from moviesubs.media.wav import SAMPLE_RATE, write_wav

if TYPE_CHECKING:
    import numpy as np

#: recordings a language, and stretches of real talks
EACH, TALKS = 10, 6
#: seconds of a stretch of a talk, and of sound without speech
TALK, SILENCE = 28.0, 600.0


class Utterance(msgspec.Struct):
    """What is said in a stretch, in seconds."""

    start: float
    end: float
    text: str


class Recording(msgspec.Struct):
    """One WAV file; `said` is empty where nobody speaks, and None where nobody has written down what is said."""

    name: str
    language: str
    duration: float
    said: list[Utterance] | None


def load(path: Path) -> "np.ndarray":
    """A sound file as samples of 16 kHz, from -1 to 1."""
    from faster_whisper.audio import decode_audio

    samples: np.ndarray = decode_audio(str(path), sampling_rate=SAMPLE_RATE)
    return samples


def trimmed(samples: "np.ndarray") -> tuple[int, int]:
    """First and last sample of an utterance that is louder than a hundredth of its loudest."""
    import numpy as np

    loud = np.flatnonzero(np.abs(samples) > 0.03 * np.abs(samples).max())
    return int(loud[0]), int(loud[-1]) + 1


def make(source: Path, target: Path) -> list[Recording]:
    """Makes all recordings; the same ones every time.

    Args:
        source: folder with `utterances` and `talks`.
        target: folder for the WAV files.

    Returns:
        Them, in an order in which the first ones are of all languages.
    """
    target.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(EACH):
        for language in sorted(path.name for path in (source / "utterances").iterdir()):
            chance = random.Random(f"{language} {number}")
            files = sorted((source / "utterances" / language).glob("*.wav"))
            order = [chance.choice(files) for _ in range(chance.randint(0, 2))] + files
            chance.shuffle(order)
            made.append(joined(f"{language}{number}", language, order, chance, target))
    for number in range(TALKS):
        samples = load(source / "talks" / ("test.wav" if number < 2 else "aepyx.wav"))
        first = int(TALK * SAMPLE_RATE) * (number if number < 2 else number - 2)
        piece = samples[first : first + int(TALK * SAMPLE_RATE)]
        write_wav(target / f"talk{number}.wav", [piece])
        made.append(Recording(f"talk{number}", "en", len(piece) / SAMPLE_RATE, None))
    for kind, language in (("silence", "en"), ("noise", "hi"), ("music", "hi")):
        samples = without_speech(kind, SILENCE / 3)
        write_wav(target / f"{kind}.wav", [samples])
        made.append(Recording(kind, language, len(samples) / SAMPLE_RATE, []))
    (target / "recordings.json").write_bytes(msgspec.json.format(msgspec.json.encode(made)))
    return made


def joined(name: str, language: str, order: list[Path], chance: random.Random, target: Path) -> Recording:
    """One recording of several utterances."""
    import numpy as np

    noise = np.random.default_rng(chance.randrange(2**32))
    parts, said, at = [], [], 0.0

    def pause(length: float) -> None:
        nonlocal at
        parts.append(np.zeros(int(length * SAMPLE_RATE), np.float32))
        at += len(parts[-1]) / SAMPLE_RATE

    pause(chance.uniform(0.2, 1.0))
    for file in order:
        samples = load(file)
        first, last = trimmed(samples)
        samples = samples[max(0, first - 800) : last + 800] * 10 ** (-chance.uniform(0, 18) / 20)
        edge = 0.05
        text = file.with_suffix(".txt").read_text(encoding="utf-8").strip()
        said.append(Utterance(at + edge, at + len(samples) / SAMPLE_RATE - edge, text))
        parts.append(samples)
        at += len(samples) / SAMPLE_RATE
        pause(chance.uniform(0.3, 2.0))
    whole = np.concatenate(parts)
    level = np.sqrt((whole**2).mean()) * 10 ** (-chance.uniform(25, 40) / 20)
    whole = whole + noise.normal(0, level, len(whole)).astype(np.float32)
    write_wav(target / f"{name}.wav", [whole])
    return Recording(name, language, len(whole) / SAMPLE_RATE, said)


def without_speech(kind: str, length: float) -> "np.ndarray":
    """Silence with a hum, noise of a few colours, or chords with a melody and a drum."""
    import numpy as np

    chance = np.random.default_rng(7)
    samples = int(length * SAMPLE_RATE)
    time = np.arange(samples) / SAMPLE_RATE
    if kind == "silence":
        return (0.0005 * np.sin(2 * np.pi * 50 * time) + chance.normal(0, 0.0002, samples)).astype(np.float32)
    if kind == "noise":
        white = chance.normal(0, 1, samples)
        brown = np.convolve(white, np.exp(-np.arange(400) / 60), "same")
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * time / 11)
        return (0.03 * white * (1 - swell) + 0.02 * brown * swell).astype(np.float32)
    music = np.zeros(samples)
    beat = int(0.5 * SAMPLE_RATE)
    fade = np.exp(-np.arange(beat) / SAMPLE_RATE * 4)
    scale = 220 * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
    for number, start in enumerate(range(0, samples - beat, beat)):
        t = np.arange(beat) / SAMPLE_RATE
        root = scale[[0, 5, 3, 4][number // 4 % 4]]
        notes = [root, root * 2 ** (4 / 12), root * 2 ** (7 / 12), 2 * chance.choice(scale)]
        tones = sum(np.sin(2 * np.pi * note * k * t) / k for note in notes for k in (1, 2, 3, 4))
        music[start : start + beat] += 0.06 * tones * fade
        music[start : start + beat] += 0.05 * chance.normal(0, 1, beat) * np.exp(-np.arange(beat) / 700) * (number % 2)
    return music.astype(np.float32)
