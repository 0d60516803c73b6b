"""Train the demo's speaker embedding, in pyannote.audio's own format: its `XVectorMFCC`, on espeak-ng's voices.

pyannote's x-vector has 512 to 1500 channels a layer; these few voices need 128 to 256. So a narrow one is trained and put into the
full one, whose other channels are zero: they never act, and the file deflates to what was trained. A speaker is a voice
variant at a pitch. `--out` gets a pipeline folder: config.yaml, embedding/pytorch_model.bin and plda/*.npz.
"""

from __future__ import annotations

import io
import math
import shutil
import sys
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import course  # noqa: E402
from corpus import RATE, Backgrounds, Corpus, Utterance, spoil  # noqa: E402

if TYPE_CHECKING:
    from pyannote.audio.models.embedding import XVectorMFCC

SHIPPED = Path(__file__).resolve().parents[1] / "models" / "speaker-embedding-demo"
WIDTHS, DIMENSION = (128, 128, 128, 128, 256), 64
CROPS_S, CROPS = (1.0, 1.6, 2.4), 48
MARGIN, SCALE, PEAK_RATE = 0.2, 24.0, 3e-3


def narrow() -> XVectorMFCC:
    """Return pyannote's x-vector with fewer channels."""
    from pyannote.audio.models.embedding import XVectorMFCC
    from torch import nn

    model = XVectorMFCC(dimension=DIMENSION)
    channels = model.hparams.mfcc["n_mfcc"]
    for layer, width in enumerate(WIDTHS):
        kernel, dilation = model.kernel_size[layer], model.dilation[layer]
        model.tdnns[3 * layer] = nn.Conv1d(channels, width, kernel, dilation=dilation)
        model.tdnns[3 * layer + 2] = nn.BatchNorm1d(width)
        channels = width
    model.embedding = nn.Linear(2 * channels, DIMENSION)
    return model


def widen(small: XVectorMFCC) -> XVectorMFCC:
    """Return the full-width x-vector that computes exactly what the narrow one does."""
    import torch
    from pyannote.audio.models.embedding import XVectorMFCC

    full = XVectorMFCC(dimension=DIMENSION)
    state = {name: torch.zeros_like(value) for name, value in full.state_dict().items()}
    for name, value in small.state_dict().items():
        if name.startswith("mfcc") or value.dim() == 0:
            state[name] = value
        elif name == "embedding.weight":  # the pooled means come first, then the standard deviations
            used, wide = value.shape[1] // 2, state[name].shape[1] // 2
            state[name][:, :used], state[name][:, wide : wide + used] = value[:, :used], value[:, used:]
        else:
            state[name][tuple(slice(size) for size in value.shape)] = value
    for name, value in state.items():
        if name.endswith("running_var"):
            value[value == 0] = 1.0
    full.load_state_dict(state)
    return full


def save(model: XVectorMFCC, path: Path) -> None:
    """Write a pyannote.audio checkpoint: plain tensors in half precision, in a deflated archive."""
    import pyannote.audio
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications

    specifications = Specifications(Problem.REPRESENTATION, Resolution.CHUNK, duration=2.0, classes=[])
    checkpoint = {
        "state_dict": {k: v.half() if v.is_floating_point() else v for k, v in model.state_dict().items()},
        "hyper_parameters": {"mfcc": dict(model.hparams.mfcc), "dimension": DIMENSION},
        "pytorch-lightning_version": "2.6.6",
        "pyannote.audio": {
            "versions": {"pyannote.audio": pyannote.audio.__version__},
            "architecture": {"module": type(model).__module__, "class": type(model).__name__},
            "specifications": specifications,
        },
    }
    stored = io.BytesIO()
    torch.save(checkpoint, stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(stored) as plain, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry in sorted(plain.namelist()):
            packed.writestr(zipfile.ZipInfo(entry), plain.read(entry), zipfile.ZIP_DEFLATED)


def crops(
    corpus: Corpus, speakers: list[list[Utterance]], backgrounds: Backgrounds, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return noisy crops of speech, (crops, 1, samples), and who speaks in each."""
    count = int(rng.choice(CROPS_S) * RATE)
    waves, labels = [], rng.choice(len(speakers), CROPS)
    for label in labels:
        spoken = np.zeros(0)
        while len(spoken) < count + RATE // 4:
            spoken = np.concatenate([spoken, corpus.samples(speakers[label][rng.integers(len(speakers[label]))])])
        start = rng.integers(len(spoken) - count)
        waves.append(spoil(spoken[start : start + count], backgrounds, rng).astype(np.float32))
    return np.stack(waves)[:, None], labels


def plda(embeddings: np.ndarray, labels: np.ndarray, folder: Path) -> None:
    """Fit and write what VBx clustering needs: centring, whitening, and between- and within-speaker covariances.

    The two files and their fields are those of `pyannote.audio.utils.vbx.vbx_setup`.
    """
    from scipy.linalg import eigh

    def unit(vectors: np.ndarray) -> np.ndarray:
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def covariances(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        means = np.stack([vectors[labels == label].mean(axis=0) for label in np.unique(labels)])
        _, which = np.unique(labels, return_inverse=True)
        return np.cov((vectors - means[which]).T) + 1e-6 * np.eye(vectors.shape[1]), np.cov(means.T)

    mean1 = embeddings.mean(axis=0)
    centred = math.sqrt(DIMENSION) * unit(embeddings - mean1)
    within, between = covariances(centred)
    lda = eigh(between, within + 1e-3 * np.trace(within) / DIMENSION * np.eye(DIMENSION))[1][:, ::-1]
    mean2 = (centred @ lda).mean(axis=0)
    projected = math.sqrt(DIMENSION) * unit(centred @ lda - mean2)
    within, between = covariances(projected)
    psi, vectors = eigh(
        between + 1e-6 * np.eye(DIMENSION), within + 1e-3 * np.trace(within) / DIMENSION * np.eye(DIMENSION)
    )
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "xvec_transform.npz", mean1=mean1, mean2=mean2, lda=lda)
    np.savez(folder / "plda.npz", mu=projected.mean(axis=0), tr=vectors.T, psi=psi)


def export(model: XVectorMFCC, data: list[tuple[np.ndarray, np.ndarray]], out: Path) -> None:
    """Write the checkpoint, and the PLDA of its embeddings of `data`."""
    import torch

    model.eval()
    with torch.no_grad():
        embeddings = np.concatenate([model(torch.from_numpy(waves)).numpy() for waves, _ in data])
    model.train()
    plda(embeddings, np.concatenate([labels for _, labels in data]), out / "plda")
    save(widen(model), out / "embedding" / "pytorch_model.bin")
    if out.resolve() != SHIPPED:  # its thresholds were set by hand
        shutil.copy2(SHIPPED / "config.yaml", out)


def main() -> None:
    """Train, or go on from the last checkpoint, and export."""
    import torch
    from torch.nn.functional import cross_entropy, normalize, one_hot

    args = course.options(__doc__, steps=3000)

    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    corpus = Corpus(args.corpus)
    backgrounds = Backgrounds(np.random.default_rng(args.seed), 32, 8.0)
    grouped: dict[tuple[str, int], list[Utterance]] = defaultdict(list)
    for utterance in corpus.utterances:
        grouped[utterance.voice, utterance.pitch].append(utterance)
    speakers = [grouped[speaker] for speaker in sorted(grouped)]

    model = narrow().train()
    centres = torch.nn.ParameterList([torch.randn(len(speakers), DIMENSION) * 0.1])
    optimizer = torch.optim.AdamW([*model.parameters(), *centres], lr=PEAK_RATE, weight_decay=0.02)

    def export_now() -> None:
        seeds = ([args.seed, 1 << 20, number] for number in range(40))
        export(model, [crops(corpus, speakers, backgrounds, np.random.default_rng(seed)) for seed in seeds], args.out)

    parts = {"model": model, "centres": centres, "optimizer": optimizer}
    training = course.Course(args, parts, ["loss", "speakers_right"], PEAK_RATE, warmup=50)
    for step in training.steps(export_now):
        waves, labels = crops(corpus, speakers, backgrounds, np.random.default_rng([args.seed, step]))
        target = torch.from_numpy(labels)
        cosine = normalize(model(torch.from_numpy(waves))) @ normalize(centres[0]).T
        margin = MARGIN * min(1.0, step / 300) * one_hot(target, len(speakers))
        loss = cross_entropy(SCALE * (cosine - margin), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        training.figures.append((loss.item(), (cosine.argmax(1) == target).float().mean().item()))


if __name__ == "__main__":
    main()
