"""Training batches: windows of sentences, pauses and sounds, as log-mel frames with their token sequences.

Every batch is a function of (seed, step), so that a resumed training sees what it would have seen.
"""

import functools
import math
import multiprocessing
import queue
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parents[1]))

import tokens
from sounds import Sounds
from utterances import Shards

import phrasebook

RATE = 16_000
HOP = 160
"""Samples in a mel frame; an encoder frame is two."""
BLANK = 0
"""CTC's blank; the character i of `alphabet` is i + 1."""

Samples = NDArray[np.float32]


class Spoken(NamedTuple):
    """One sentence, or a part of one, in a window; times in seconds from the window's start."""

    words: list[tuple[str, float, float]]
    complete: bool


@dataclass
class Window:
    """Sound and what is said in it."""

    samples: Samples
    spoken: list[Spoken] = field(default_factory=list)


class Example(NamedTuple):
    """What the decoder reads and must answer; a target of -1 is not learned, a span (-1, -1) is not guided."""

    ids: list[int]
    targets: list[int]
    spans: list[tuple[int, int]]


class Batch(NamedTuple):
    """One training step's input; token ids are rows of the used vocabulary."""

    mel: Tensor
    padding: Tensor
    frames: Tensor
    ids: Tensor
    targets: Tensor
    spans: Tensor
    characters: list[list[int]]


@functools.cache
def alphabet() -> str:
    """Return the characters of the phrasebook's words, with the space."""
    return "".join(sorted({" ", *"".join(phrasebook.vocabulary())}))


@functools.cache
def used_tokens() -> list[int]:
    """Return the token ids that have a row of their own."""
    texts = [word + mark for word in phrasebook.vocabulary() for mark in ("", "।", "?", "!", ",")]
    return tokens.used(["।", *texts])


@functools.cache
def mel_filters() -> Tensor:
    """Return Whisper's 80 mel filters (201, 80)."""
    from transformers import WhisperFeatureExtractor

    return torch.tensor(WhisperFeatureExtractor(feature_size=80).mel_filters, dtype=torch.float32)


def log_mel(samples: Samples, louder: float = 0.0) -> tuple[Tensor, float]:
    """Compute Whisper's log-mel frames.

    Args:
        samples: mono, 16 kHz.
        louder: how much louder (log10 of power) the loudest frame of the file is than this window's.

    Returns:
        Frames (80, samples / 160) and the value that silence has in them.
    """
    spectrum = torch.stft(torch.from_numpy(samples), 400, HOP, window=torch.hann_window(400), return_complex=True)
    power = spectrum[:, :-1].abs() ** 2
    log = torch.clamp(mel_filters().T @ power, min=1e-10).log10()
    floor = max(-10.0, float(log.max()) + louder - 8.0)
    return (torch.clamp(log, min=floor) + 4) / 4, (floor + 4) / 4


def build_window(source: "Source", seconds: float, rng: random.Random, strength: float = 1.0) -> Window:
    """Put random utterances one after another into at most `seconds` of sound, and disturb them (see `Sounds`)."""
    shards = source.shards
    wanted = rng.choice((1, 2, 3)) if rng.random() < 0.25 else 99
    room = int(seconds * RATE)
    sound = np.zeros(room, np.float32)
    at = int(rng.uniform(0, 0.4 if rng.random() < 0.8 else 1.5) * RATE)
    spoken: list[Spoken] = []
    voice = rng.choice(list(shards.by_voice))
    end = 0
    for _ in range(40):
        if len(spoken) >= wanted:
            break
        if rng.random() < 0.3:
            voice = rng.choice(list(shards.by_voice))
        utterance, samples = shards[rng.choice(shards.by_voice[voice])]
        words = list(zip(utterance.text.split(), utterance.words, strict=True))
        complete = True
        if len(words) > 2 and rng.random() < 0.1:  # a window may begin or end inside a sentence
            cut = rng.randint(1, len(words) - 1)
            if not spoken and rng.random() < 0.5:
                words = words[cut:]
            elif rng.random() < 0.5 or wanted == 1:
                words, complete, wanted = words[:cut], False, len(spoken) + 1
        # Detected speech is cut a little early or late.
        head = rng.uniform(0, 0.08) if spoken or rng.random() < 0.8 else -rng.uniform(0, 0.05)
        tail = rng.uniform(0.0, 0.15) if rng.random() < 0.85 else -rng.uniform(0, 0.06)
        if not complete:
            tail = rng.uniform(-0.02, 0.02)
        if words[0][1][1] > utterance.words[0][1]:
            head = rng.uniform(-0.02, 0.02)
        start = max(0.0, words[0][1][1] - head)
        first, last = int(start * RATE), int((words[-1][1][2] + tail) * RATE)
        piece, pace = samples[first:last], 1.0
        if len(piece) < 800:
            continue
        if rng.random() < 0.3:  # another throat: pitch, formants and tempo together
            pace = rng.uniform(0.9, 1.12)
            times = np.arange(0, len(piece) - 1, pace)
            piece = np.interp(times, np.arange(len(piece)), piece).astype(np.float32)
        if at + len(piece) > room:
            if not spoken:
                at = 0
            continue
        sound[at : at + len(piece)] += piece * 10 ** (rng.uniform(-8, 0) / 20)
        shift = at / RATE - start / pace
        spoken.append(Spoken([(w, t[1] / pace + shift, t[2] / pace + shift) for w, t in words], complete))
        end = at + len(piece)
        at = end + int((rng.uniform(0.1, 0.6) if rng.random() < 0.65 else rng.uniform(0.6, 2.0)) * RATE)
    margin = 0.0 if rng.random() < 0.25 else rng.uniform(0, 0.4) if rng.random() < 0.8 else rng.uniform(0, 2)
    sound = sound[: max(1600, min(room, end + int(margin * RATE)))]
    return Window(source.sounds.disturb(sound, rng, strength), spoken)


def build_silence(source: "Source", seconds: float, rng: random.Random) -> Window:
    """Build a window in which nobody speaks."""
    return Window(source.sounds.without_speech(int(rng.uniform(0.4, min(seconds, 12.0)) * RATE), rng))


def example(window: Window, rng: random.Random) -> Example:
    """Write the token sequence of a window: with or without timestamps, sometimes after the text before."""
    timestamps = rng.random() < 0.4
    ids: list[int] = []
    targets: list[int] = []
    spans: list[tuple[int, int]] = []

    def add(token: int, target: int = -1, span: tuple[int, int] = (-1, -1)) -> None:
        ids.append(token)
        targets.append(target)
        spans.append(span)

    answer: list[tuple[int, tuple[int, int]]] = []

    def answer_time(seconds: float) -> None:
        frame = round(seconds * 50)
        answer.append((tokens.timestamp(seconds), (frame - 3, frame + 3)))

    for number, sentence in enumerate(window.spoken):
        unfinished = not sentence.complete and len(window.samples) > 15 * RATE and number > 0
        if timestamps:
            answer_time(sentence.words[0][1])
            if unfinished:  # Whisper marks where the sentence begins that the next window will hold
                break
        encoded = tokens.encode(" ".join(word for word, _, _ in sentence.words))
        for token, word in zip(encoded.ids, encoded.word, strict=True):
            _, start, end = sentence.words[word]
            answer.append((token, (math.floor(start * 50) - 1, math.ceil(end * 50) + 1)))
        if timestamps:
            answer_time(sentence.words[-1][2])
    if not window.spoken and (timestamps or rng.random() < 0.5):
        # WhisperX forbids an empty answer: a lone full stop is the next best.
        answer = [(tokens.FIRST_TIMESTAMP, (-1, -1))] if timestamps else [(tokens.encode("।").ids[0], (-1, -1))]
        answer += [] if timestamps else [(token, (-1, -1)) for token in tokens.encode("।").ids[1:]]
    answer.append((tokens.END, (-1, -1)))

    if rng.random() < 0.1:
        add(tokens.PREVIOUS)
        for sentence in phrasebook.sentences(rng.randrange(2**31), rng.randint(1, 3), "train"):
            for token in tokens.encode(sentence.hindi).ids:
                add(token)
    add(tokens.START, tokens.hindi() if window.spoken else tokens.NO_SPEECH)
    add(tokens.hindi())
    add(tokens.TRANSCRIBE)
    if not timestamps:
        add(tokens.NO_TIMESTAMPS)
    for token, span in answer:
        targets[-1], spans[-1] = token, span
        add(token)
    return Example(ids[:-1], targets[:-1], spans[:-1])


def longest_window(progress: float, rng: random.Random) -> float:
    """Choose the longest window of a batch in seconds: short ones first, then up to 30 s."""
    if progress < 0.06:
        return rng.uniform(2.0, 6.0)
    if progress < 0.3 or rng.random() < 0.72:
        return rng.uniform(3.0, 12.0)
    return rng.uniform(12.0, 24.0 if progress < 0.5 else 30.0)


class Source:
    """What windows are made of, read from the folder that utterances.py has written."""

    def __init__(self, folder: Path, split: str = "train") -> None:
        """Read it."""
        self.shards = Shards(folder, split)
        self.sounds = Sounds(folder / "backgrounds.npz")


def make_batch(source: Source, seed: int, step: int, progress: float, budget: int, exact: bool = False) -> Batch:
    """Make the batch of one step.

    Args:
        source: speech and sounds.
        seed: with `step`, decides everything random.
        step: number of the training step.
        progress: how much of the training is done, 0 to 1.
        budget: encoder frames in a batch, about.
        exact: give every window its whole padding up to 30 s.
    """
    rng = random.Random(f"{seed} {step}")
    seconds = longest_window(progress, rng)
    size = max(2, round(budget / (1500 if exact else seconds * 50 + 48)))
    strength = min(1.0, 0.3 + 6 * progress)
    windows = []
    for _ in range(size):
        limit = seconds if rng.random() < 0.75 else rng.uniform(min(2.0, seconds), seconds)
        speaks = rng.random() >= 0.04
        windows.append(build_window(source, limit, rng, strength) if speaks else build_silence(source, limit, rng))
    return collate(windows, rng, exact)


def collate(windows: list[Window], rng: random.Random, exact: bool = False) -> Batch:
    """Make tensors of some windows."""
    mels, padding = [], []
    for window in windows:
        by_samples = rng.random() < 0.5  # WhisperX pads the sound with silence, the others pad the frames with zeros
        samples = np.concatenate([window.samples, np.zeros(4 * HOP, np.float32)]) if by_samples else window.samples
        mel, silence = log_mel(samples, 0.0 if rng.random() < 0.6 else rng.uniform(0, 1))
        mels.append(mel[:, :3000])
        padding.append(silence if by_samples else 0.0)
    frames = torch.tensor([math.ceil(mel.shape[1] / 2) for mel in mels])
    stop = 1500 if exact else min(1500, int(frames.max()))
    batch = torch.tensor(padding)[:, None, None].repeat(1, 80, 2 * stop + 2)
    for row, mel in zip(batch, mels, strict=True):
        row[:, : mel.shape[1]] = mel
    if exact:
        batch[:, :, 3000:] = 0.0  # the end of Whisper's own window
    row_of = _rows()
    examples = [example(window, rng) for window in windows]
    length = max(len(e.ids) for e in examples)
    ids = torch.full((len(examples), length), row_of[tokens.END])
    targets = torch.full((len(examples), length), -1)
    spans = torch.full((len(examples), length, 2), -1)
    for i, e in enumerate(examples):
        ids[i, : len(e.ids)] = torch.tensor([row_of[t] for t in e.ids])
        targets[i, : len(e.ids)] = torch.tensor([row_of.get(t, -1) for t in e.targets])
        spans[i, : len(e.ids)] = torch.tensor(e.spans)
    codes = {c: i + 1 for i, c in enumerate(alphabet())}
    spoken = [" ".join(word for s in window.spoken for word, _, _ in s.words) for window in windows]
    texts = [" ".join(phrasebook.words(text)) for text in spoken]
    return Batch(batch, torch.tensor(padding), frames, ids, targets, spans, [[codes[c] for c in t] for t in texts])


@functools.cache
def _rows() -> dict[int, int]:
    return {token: row for row, token in enumerate(used_tokens())}


@dataclass(frozen=True)
class Plan:
    """What a training is made of."""

    speech: Path
    seed: int
    steps: int
    budget: int
    exact_from: float = 0.93
    """Progress after which every second batch is exact (see `make_batch`)."""

    def batch(self, source: Source, step: int) -> Batch:
        """Make the batch of a step."""
        progress = step / self.steps
        return make_batch(source, self.seed, step, progress, self.budget, progress >= self.exact_from and step % 2 == 0)


def _work(plan: Plan, first: int, stride: int, out: "multiprocessing.Queue[Batch]") -> None:
    torch.set_num_threads(1)
    source = Source(plan.speech)
    for step in range(first, plan.steps, stride):
        out.put(plan.batch(source, step))
    time.sleep(3600)  # what is still in the queue lives in this process; `batches` ends it


def batches(plan: Plan, first: int = 0, workers: int = 1) -> Iterator[Batch]:
    """Yield the batches from step `first` on, made by other processes a few steps ahead."""
    context = torch.multiprocessing.get_context("spawn")
    torch.multiprocessing.set_sharing_strategy("file_system")
    queues = [context.Queue(6) for _ in range(workers)]
    processes = [
        context.Process(target=_work, args=(plan, first + i, workers, queues[i]), daemon=True) for i in range(workers)
    ]
    for process in processes:
        process.start()
    try:
        for step in range(first, plan.steps):
            slot = (step - first) % workers
            while True:
                try:
                    yield queues[slot].get(timeout=5)
                    break
                except queue.Empty:
                    if not processes[slot].is_alive():
                        raise RuntimeError("the process that makes batches has died, see above") from None
    finally:
        for process in processes:
            process.kill()
