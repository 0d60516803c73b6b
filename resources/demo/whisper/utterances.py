"""Spoken training sentences, kept in shards so that training never waits for the synthesiser.

A shard is two files: samples (int16, 16 kHz, all utterances one after another) and an index with texts and word times.
"""

import argparse
import json
import random
import sys
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from sounds import write_backgrounds

import phrasebook
import speech

HELD_OUT_VARIANTS = ("m4", "f3", "klatt3", "Andrea", "Hugo", "belinda", "quincy", "michel")
"""Voice variants that training never hears."""
TRAIN_VARIANTS = tuple(v for v in speech.HUMAN_VARIANTS if v not in HELD_OUT_VARIANTS)
SHARD = 2000
"""Utterances in a shard."""


@dataclass(frozen=True)
class Utterance:
    """One spoken sentence; word times in seconds from the start of its samples."""

    text: str
    voice: str
    first: int
    count: int
    words: list[tuple[str, float, float]]


def synthesise(text: str, rng: random.Random, variants: tuple[str, ...]) -> tuple[str, speech.Speech]:
    """Speak `text` with a random voice variant, speed and pitch; return the variant and the speech."""
    voice = rng.choice(variants)
    return voice, speech.speak(text, f"hi+{voice}", rng.randint(105, 195), rng.randint(15, 85))


def write_shard(folder: Path, number: int, split: str = "train", count: int = SHARD) -> None:
    """Speak `count` sentences of the phrasebook into shard `number`; the number is the seed."""
    rng = random.Random(number)
    variants = TRAIN_VARIANTS if split == "train" else HELD_OUT_VARIANTS
    pieces: list[NDArray[np.int16]] = []
    index: list[Utterance] = []
    first = 0
    for sentence in phrasebook.sentences(number, count, split):
        voice, spoken = synthesise(sentence.hindi, rng, variants)
        level = float(np.abs(spoken.samples).max()) or 1.0
        piece = (spoken.samples * (16000 / level)).astype(np.int16)
        words = [(w.text, round(w.start, 4), round(w.end, 4)) for w in spoken.words]
        index.append(Utterance(sentence.hindi, voice, first, len(piece), words))
        pieces.append(piece)
        first += len(piece)
    np.save(folder / f"{split}-{number:03}.npy", np.concatenate(pieces))
    text = json.dumps([asdict(u) for u in index], ensure_ascii=False)
    (folder / f"{split}-{number:03}.json").write_text(
        text, encoding="utf-8"
    )  # written last: its presence means complete


class Shards:
    """The shards of one folder and split, memory mapped."""

    def __init__(self, folder: Path, split: str = "train", limit: int | None = None) -> None:
        """Read the index; `limit` is how many shards to use, all when None."""
        self.folder = folder
        self.names = sorted(p.stem for p in folder.glob(f"{split}-*.json"))[:limit]
        if not self.names:
            raise FileNotFoundError(f"no {split} shards in {folder}: run utterances.py first")
        self.index = [
            (number, Utterance(**row))
            for number, name in enumerate(self.names)
            for row in json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        ]

    @cached_property
    def samples(self) -> list[NDArray[np.int16]]:
        """The shards' samples."""
        return [np.load(self.folder / f"{name}.npy", mmap_mode="r") for name in self.names]

    @cached_property
    def by_voice(self) -> dict[str, list[int]]:
        """Positions in `index` of every voice's utterances."""
        positions: dict[str, list[int]] = {}
        for position, (_, utterance) in enumerate(self.index):
            positions.setdefault(utterance.voice, []).append(position)
        return positions

    def __getitem__(self, position: int) -> tuple[Utterance, NDArray[np.float32]]:
        """Return an utterance and its samples (float32, peak about 0.5)."""
        shard, utterance = self.index[position]
        samples = self.samples[shard][utterance.first : utterance.first + utterance.count]
        return utterance, samples.astype(np.float32) / 32768.0


def main() -> None:
    """Write the backgrounds and the missing ones of a number of shards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shards", type=int, default=24)
    parser.add_argument("--first", type=int, default=0, help="number of the first shard")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    if not (args.folder / "backgrounds.npz").exists():
        write_backgrounds(args.folder / "backgrounds.npz")
    for number in range(args.first, args.first + args.shards):
        if not (args.folder / f"train-{number:03}.json").exists():
            write_shard(args.folder, number)
            print(f"shard {number - args.first + 1} of {args.shards}", flush=True)


if __name__ == "__main__":
    main()
