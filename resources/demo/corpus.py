"""A corpus of spoken phrasebook sentences, and longer takes put together from it, with word times.

`python corpus.py --count 6000 --seed 1 --out corpus` speaks sentences of the training split (never a held-out one) with
many voices, speeds and pitches and writes `corpus.npy` (int16 mono samples at 16 kHz, one utterance after the other) and
`corpus.jsonl` (a line for each utterance: text, voice, speed, pitch, where its samples are, and its words' times).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import mixing

RATE = 16_000
SPEEDS_WPM = (110, 200)
PITCHES = (20, 35, 50, 65, 80)


class Utterance(NamedTuple):
    """A spoken sentence; words are (text, start, end) in seconds from its first sample."""

    text: str
    voice: str
    speed_wpm: int
    pitch: int
    first: int
    samples: int
    words: list[tuple[str, float, float]]


class Corpus:
    """The corpus on disk; samples are mapped, not read."""

    def __init__(self, path: Path) -> None:
        """Open `path`.npy and `path`.jsonl."""
        self._samples = np.load(path.with_suffix(".npy"), mmap_mode="r")
        lines = path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
        self.utterances = [Utterance(**json.loads(line)) for line in lines]

    def samples(self, utterance: Utterance) -> NDArray[np.float64]:
        """Return the utterance's samples, between -1 and 1."""
        return np.asarray(self._samples[utterance.first : utterance.first + utterance.samples] / 32768.0)


class Take(NamedTuple):
    """Several utterances one after the other; words are (token with its punctuation, start, end), in seconds."""

    samples: NDArray[np.float64]
    words: list[tuple[str, float, float]]


def take(corpus: Corpus, rng: np.random.Generator, seconds: float, longest_pause: float = 1.2) -> Take:
    """Return `seconds` of speech: utterances with pauses, by one or two voices, at slightly different levels."""
    samples = np.zeros(int(seconds * RATE))
    words: list[tuple[str, float, float]] = []
    position = int(rng.uniform(0, 0.4) * RATE)
    while True:
        utterance = corpus.utterances[rng.integers(len(corpus.utterances))]
        if position + utterance.samples > len(samples):
            if words or utterance.samples > len(samples):
                break
            position = 0
        spoken = corpus.samples(utterance)
        samples[position : position + len(spoken)] += spoken * rng.uniform(0.5, 1.0)
        shift = position / RATE
        tokens = utterance.text.split()
        words += [(token, a + shift, b + shift) for token, (_, a, b) in zip(tokens, utterance.words, strict=True)]
        position += len(spoken) + int(rng.choice([0.05, 0.3, longest_pause]) * rng.uniform(0.5, 1.0) * RATE)
    return Take(samples, words)


class Backgrounds:
    """A stock of noise and music, made once because making them is slower than training on them."""

    def __init__(self, rng: np.random.Generator, count: int, seconds: float) -> None:
        """Make `count` pieces of music and as many of noise, `seconds` long each."""
        kinds = [mixing.NOISES[i % len(mixing.NOISES)] for i in range(count)]
        self.noises = [mixing.noise(rng, kind, int(seconds * RATE)).astype(np.float32) for kind in kinds]
        self.tunes = [mixing.music(rng, seconds).astype(np.float32) for _ in range(count)]

    def draw(self, rng: np.random.Generator, tunes: bool, samples: int) -> NDArray[np.float64]:
        """Return `samples` samples of a piece from a random place in it, repeated where it is too short."""
        stock = self.tunes if tunes else self.noises
        piece = np.roll(stock[rng.integers(len(stock))], rng.integers(1 << 30))
        return np.resize(piece, samples).astype(np.float64)


def spoil(samples: NDArray[np.float64], backgrounds: Backgrounds, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return speech as a movie has it: often in a room, over noise or music at 3 to 30 dB, at any level."""
    if rng.random() < 0.3:
        samples = mixing.in_room(samples, mixing.room(rng))
    for tunes, share in ((False, 0.45), (True, 0.4)):
        if rng.random() < share:
            samples = mixing.mix_at_snr(samples, backgrounds.draw(rng, tunes, len(samples)), rng.uniform(3, 30))
    samples = samples + 10 ** rng.uniform(-5, -3) * rng.standard_normal(len(samples))
    return samples / max(1e-6, float(np.abs(samples).max())) * rng.uniform(0.1, 0.95)


def main() -> None:
    """Speak the sentences and write them."""
    import phrasebook
    import speech

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=6000, help="how many sentences")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("train", "held-out"), default="train")
    parser.add_argument("--speakers", nargs="+", help="variant:pitch, such as m3:50; left out: all, at several pitches")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="path without a suffix")
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    speakers = args.speakers or [f"{variant}:{pitch}" for variant in speech.HUMAN_VARIANTS for pitch in PITCHES]
    requests = []
    for sentence in phrasebook.sentences(args.seed, args.count, args.split):
        variant, pitch = str(rng.choice(speakers)).split(":")
        speed_wpm = int(rng.integers(SPEEDS_WPM[0], SPEEDS_WPM[1] + 1))
        requests.append(speech.Request(sentence.hindi, f"hi+{variant}", speed_wpm, int(pitch)))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    parts, first = [], 0
    with args.out.with_suffix(".jsonl").open("w", encoding="utf-8") as lines:
        for number, (request, said) in enumerate(
            zip(requests, speech.speak_many(requests, args.processes), strict=True), start=1
        ):
            parts.append(np.clip(said.samples * 32767, -32768, 32767).astype(np.int16))
            words = [(word.text, round(word.start, 5), round(word.end, 5)) for word in said.words]
            utterance = Utterance(
                request.text, request.voice, request.speed_wpm, request.pitch, first, len(parts[-1]), words
            )
            lines.write(json.dumps(utterance._asdict(), ensure_ascii=False) + "\n")
            first += len(parts[-1])
            if number % 500 == 0:
                print(f"{number} of {args.count} sentences, {first / RATE / 60:.0f} minutes", flush=True)
    np.save(args.out.with_suffix(".npy"), np.concatenate(parts))


if __name__ == "__main__":
    main()
