"""Score the demo Whisper on held-out sentences, through faster-whisper (as WhisperX uses it) and through mlx-whisper.

The word error rate is jiwer's, over words without punctuation; a clip is one transcribed window.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from utterances import HELD_OUT_VARIANTS, TRAIN_VARIANTS

import mixing
import phrasebook
import speech

RATE = 16_000
WINDOW = 30 * RATE

Samples = NDArray[np.float32]
Transcribe = Callable[[Samples], str]


@dataclass(frozen=True)
class Condition:
    """How the clips of one line of the table are made."""

    seconds: tuple[float, float] = (1.0, 9.0)
    """Shortest and longest clip, about: sentences are added until a length drawn from this range is reached."""
    variants: tuple[str, ...] = TRAIN_VARIANTS
    speeds: tuple[int, int] = (120, 180)
    background: str = ""
    """A kind of noise, `any` of them, or `music`."""
    snr: float = 10.0
    room: bool = False
    library: str = ""
    """Path of another espeak-ng library."""


CONDITIONS = {
    "clean": Condition(),
    "clean, unseen voices": Condition(variants=HELD_OUT_VARIANTS),
    "noise at 10 dB": Condition(background="any"),
    "noise at 10 dB, unseen voices": Condition(background="any", variants=HELD_OUT_VARIANTS),
    "music at 10 dB, unseen voices": Condition(background="music", variants=HELD_OUT_VARIANTS),
    "room, unseen voices": Condition(room=True, variants=HELD_OUT_VARIANTS),
    "slow or fast, unseen voices": Condition(speeds=(100, 200), variants=HELD_OUT_VARIANTS),
    "clean, 10 to 15 s, unseen voices": Condition(seconds=(8.0, 12.0), variants=HELD_OUT_VARIANTS),
    "clean, up to 30 s, unseen voices": Condition(seconds=(22.0, 26.0), variants=HELD_OUT_VARIANTS),
}


def clip(condition: Condition, rng: random.Random) -> tuple[Samples, str]:
    """Make one clip of held-out sentences and its text."""
    wanted = rng.uniform(*condition.seconds)
    voice = rng.choice(condition.variants)
    pieces: list[Samples] = [np.zeros(int(rng.uniform(0, 0.3) * RATE), np.float32)]
    texts: list[str] = []
    while not texts or sum(map(len, pieces)) / RATE < wanted:
        if rng.random() < 0.3:
            voice = rng.choice(condition.variants)
        (sentence,) = phrasebook.sentences(rng.randrange(2**31), 1, "held-out")
        spoken = speech.speak(
            sentence.hindi, f"hi+{voice}", rng.randint(*condition.speeds), rng.randint(20, 80), condition.library
        )
        first, last = spoken.words[0].start, spoken.words[-1].end + 0.05
        piece = spoken.samples[int(first * RATE) : int(last * RATE)]
        if texts and (sum(map(len, pieces)) + len(piece)) / RATE > 27.5:
            break
        pieces += [piece * (0.4 / max(float(np.abs(piece).max()), 1e-6)), np.zeros(int(rng.uniform(0.1, 1.5) * RATE))]
        texts.append(sentence.hindi)
    pieces[-1] = pieces[-1][: int(0.3 * RATE)]
    sound = np.concatenate(pieces)
    generator = np.random.default_rng(rng.randrange(2**32))
    if condition.room:
        sound = mixing.in_room(sound, mixing.room(generator))
    if condition.background == "music":
        sound = mixing.mix_at_snr(sound, mixing.music(generator, len(sound) / RATE), condition.snr)
    elif condition.background:
        kind = rng.choice(mixing.NOISES) if condition.background == "any" else condition.background
        sound = mixing.mix_at_snr(sound, mixing.noise(generator, kind, len(sound)), condition.snr)
    return (sound * rng.uniform(0.3, 1.5)).clip(-1, 1).astype(np.float32), " ".join(texts)


def faster_whisper(folder: Path, compute_type: str) -> Transcribe:
    """Return a transcriber like WhisperX's: sound padded to 30 s with silence, beam of 5, no timestamps."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type=compute_type, cpu_threads=1)

    def transcribe(samples: Samples) -> str:
        padded = np.pad(samples, (0, max(0, WINDOW - len(samples))))[:WINDOW]
        segments, _ = model.transcribe(
            padded, "hi", beam_size=5, without_timestamps=True, temperature=0.0, condition_on_previous_text=False
        )
        return " ".join(segment.text.strip() for segment in segments)

    return transcribe


def mlx_whisper(folder: Path) -> Transcribe:
    """Return mlx-whisper's own transcription: greedy, with timestamps and its fallbacks; the model is in float32."""
    import mlx_whisper as library

    def transcribe(samples: Samples) -> str:
        result = library.transcribe(
            samples, path_or_hf_repo=str(folder), language="hi", fp16=False, condition_on_previous_text=False
        )
        return " ".join(segment["text"].strip() for segment in result["segments"])

    return transcribe


def score(transcribe: Transcribe, clips: list[tuple[Samples, str]], show: int = 0) -> dict[str, float]:
    """Transcribe the clips; return word error rate, share of exactly right clips (with punctuation) and time needed."""
    import jiwer

    before = time.monotonic()
    answers = [transcribe(samples) for samples, _ in clips]
    spent = time.monotonic() - before
    truth = [" ".join(phrasebook.words(text)) for _, text in clips]
    heard = [" ".join(phrasebook.words(text)) for text in answers]
    wrong = [(text, answer) for (_, text), answer in zip(clips, answers, strict=True) if text != answer]
    for text, answer in wrong[:show]:
        print(f"  said   {text}\n  heard  {answer}")
    return {
        "clips": len(clips),
        "words": sum(len(text.split()) for text in truth),
        "word_error_rate": round(jiwer.wer(truth, heard), 4),
        "exact": round(1 - len(wrong) / len(clips), 4),
        "seconds_per_clip": round(spent / len(clips), 3),
    }


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ctranslate2", type=Path, help="folder of the converted model")
    parser.add_argument("--compute-type", nargs="+", default=["float32", "int8"])
    parser.add_argument("--mlx", type=Path, help="folder of the converted model")
    parser.add_argument("--clips", type=int, default=60, help="clips of a condition")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="conditions whose name contains this")
    parser.add_argument("--library", default="", help="full path of another libespeak-ng, scored as well")
    parser.add_argument("--show", type=int, default=0, help="wrong clips to print of every condition")
    parser.add_argument("--output", type=Path, help="JSON file to write")
    args = parser.parse_args()
    engines: dict[str, Transcribe] = {}
    if args.ctranslate2:
        engines |= {f"faster-whisper {kind}": faster_whisper(args.ctranslate2, kind) for kind in args.compute_type}
    if args.mlx:
        engines["mlx-whisper"] = mlx_whisper(args.mlx)
    conditions = dict(CONDITIONS)
    if args.library:
        conditions["clean, another espeak-ng"] = Condition(variants=("m1", "m3", "f1", "f2"), library=args.library)
    table: dict[str, dict[str, dict[str, float]]] = {}
    for name, condition in conditions.items():
        if args.only not in name:
            continue
        rng = random.Random(f"{args.seed} {name}")
        clips = [clip(condition, rng) for _ in range(args.clips)]
        table[name] = {}
        for engine, transcribe in engines.items():
            table[name][engine] = score(transcribe, clips, args.show)
            row = table[name][engine]
            print(f"{name:34} {engine:22} WER {row['word_error_rate']:7.2%}  exact {row['exact']:6.1%}", flush=True)
        if args.output:
            args.output.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
