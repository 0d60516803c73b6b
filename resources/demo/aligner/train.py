"""Train the demo's forced aligner and recogniser: a small wav2vec2-CTC model that emits each letter inside its own word.

CTC alone lets a model name a word long after it began. Here the synthesiser's word times are known. `--loss frames`: a
cross-entropy in every frame (targets.py), to begin with. Such a model aligns, but cannot read: where in its word a letter is
said nobody knows, so a blank is always the likeliest. `--loss words` goes on with the CTC of every word over its own frames
alone: the letters find their places, and cannot leave the word; its first frame still has its first letter.
Nine frames of ten hold a blank, from which little is learnt, so a second output layer, thrown away at the end, says for every
frame which letter is being spoken. `--out` gets a folder in the Hugging Face format, weights in half precision.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import targets  # noqa: E402

import course  # noqa: E402
import phrasebook  # noqa: E402
from corpus import RATE, Backgrounds, Corpus, spoil, take  # noqa: E402

#: a word's first frame, last + 1, and the ids of its letters
WordFrames = tuple[int, int, list[int]]

if TYPE_CHECKING:
    import torch
    from transformers import Wav2Vec2ForCTC

LENGTHS_S, SHARES = (4, 8, 12, 24), (0.4, 0.3, 0.2, 0.1)
SECONDS_A_STEP = 48
PEAK_RATE = 1e-3
KERNEL, STRIDE = 256, 80


def filters(count: int) -> np.ndarray:
    """Return windowed sines and cosines at mel-spaced frequencies, shape (count, 1, KERNEL), to start the first layer."""
    mel = np.linspace(2595 * math.log10(1 + 60 / 700), 2595 * math.log10(1 + 7600 / 700), count // 2)
    frequency = 700 * (10 ** (mel / 2595) - 1)
    time_s = (np.arange(KERNEL) - KERNEL / 2) / RATE
    angle = 2 * np.pi * frequency[:, None] * time_s
    return (np.concatenate([np.cos(angle), np.sin(angle)]) * np.hanning(KERNEL))[:, None].astype(np.float32)


def build(ids: dict[str, int]) -> Wav2Vec2ForCTC:
    """Return the untrained model: 20 ms frames, three convolutions, three transformer layers."""
    import torch
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    channels = 128
    config = Wav2Vec2Config(
        vocab_size=len(ids),
        pad_token_id=ids[targets.BLANK],
        bos_token_id=ids["<s>"],
        eos_token_id=ids["</s>"],
        conv_dim=(channels,) * 3,
        conv_kernel=(KERNEL, 5, 3),
        conv_stride=(STRIDE, 2, 2),
        num_feat_extract_layers=3,
        feat_extract_norm="group",
        do_stable_layer_norm=True,
        hidden_size=160,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=640,
        num_conv_pos_embeddings=32,
        num_conv_pos_embedding_groups=16,
        hidden_dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        feat_proj_dropout=0.0,
        final_dropout=0.0,
        layerdrop=0.0,
        mask_time_prob=0.0,
        apply_spec_augment=False,
    )
    model = Wav2Vec2ForCTC(config)
    with torch.no_grad():
        model.wav2vec2.feature_extractor.conv_layers[0].conv.weight.copy_(torch.from_numpy(filters(channels)))
    return model


def batch(
    corpus: Corpus, backgrounds: Backgrounds, model: Wav2Vec2ForCTC, ids: dict[str, int], rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor, list[list[WordFrames]]]:
    """Return waveforms (takes, samples), token ids (takes, frames) and the words of each take, 48 s of audio in all."""
    import torch

    seconds = int(rng.choice(LENGTHS_S, p=SHARES))
    frames = int(model._get_feat_extract_output_lengths(seconds * RATE))
    waves, tokens, words = [], [], []
    for _ in range(SECONDS_A_STEP // seconds):
        spoken = take(corpus, rng, seconds)
        waves.append(spoil(spoken.samples, backgrounds, rng).astype(np.float32))
        tokens.append(targets.frame_targets(spoken.words, frames, seconds, ids))
        words.append(targets.word_frames(spoken.words, frames, seconds, ids))
    return torch.from_numpy(np.stack(waves)), torch.from_numpy(np.stack(tokens)), words


def loss_of_words(logits: torch.Tensor, tokens: torch.Tensor, words: list[list[WordFrames]]) -> torch.Tensor:
    """Return the CTC loss of each word over its own frames, a letter, plus the cross-entropy of all other frames.

    Args:
        logits: (takes, frames, vocabulary).
        tokens: (takes, frames), as `targets.frame_targets` makes them; the first letter of a word counts here too.
        words: of each take.
    """
    import torch

    logprobs = logits.log_softmax(-1)
    placed = torch.ones_like(tokens, dtype=torch.bool)
    pieces, labels = [], []
    for number, some in enumerate(words):
        for first, end, letters in some:
            if end - first >= len(letters) > 0:
                placed[number, first + 1 : end] = False
                pieces.append(logprobs[number, first:end])
                labels.append(torch.tensor(letters))
    edges = torch.nn.functional.nll_loss(logprobs[placed], tokens[placed])
    letters = torch.nn.functional.ctc_loss(
        torch.nn.utils.rnn.pad_sequence(pieces),
        torch.cat(labels),
        torch.tensor([len(piece) for piece in pieces]),
        torch.tensor([len(label) for label in labels]),
        reduction="sum",
        zero_infinity=True,
    )
    return edges + letters / sum(map(len, labels))


def export(model: Wav2Vec2ForCTC, ids: dict[str, int], out: Path) -> None:
    """Write the folder that `whisperx.load_align_model(model_name=...)` reads."""
    import copy

    from transformers import Wav2Vec2CTCTokenizer, Wav2Vec2FeatureExtractor, Wav2Vec2Processor

    out.mkdir(parents=True, exist_ok=True)
    (out / "vocab.json").write_text(json.dumps(ids, ensure_ascii=False, indent=1), encoding="utf-8")
    tokenizer = Wav2Vec2CTCTokenizer(str(out / "vocab.json"), word_delimiter_token=targets.BAR, do_lower_case=False)
    extractor = Wav2Vec2FeatureExtractor(feature_size=1, sampling_rate=RATE, do_normalize=False)
    Wav2Vec2Processor(extractor, tokenizer).save_pretrained(out)
    copy.deepcopy(model).half().save_pretrained(out)
    config = json.loads((out / "config.json").read_text(encoding="utf-8"))
    config["dtype"] = "float32"  # stored in half precision, computed in single
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Train, or go on from the last checkpoint, and export."""
    import torch
    from transformers import Wav2Vec2ForCTC

    parser = course.parser(__doc__, steps=1000)
    parser.add_argument("--loss", choices=("frames", "words"), default="frames")
    parser.add_argument("--start", type=Path, help="folder of a model to go on from, where there is no checkpoint")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    corpus = Corpus(args.corpus)
    backgrounds = Backgrounds(np.random.default_rng(args.seed), 40, 10.0)
    ids = targets.vocabulary(phrasebook.vocabulary())
    model = (Wav2Vec2ForCTC.from_pretrained(args.start) if args.start else build(ids)).train()
    dense = torch.nn.Linear(model.config.hidden_size, len(ids))
    parameters = [*model.parameters(), *dense.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    parts = {"model": model, "dense": dense, "optimizer": optimizer}
    training = course.Course(args, parts, ["loss", "dense_loss", "letters_right"], PEAK_RATE, warmup=60)
    for step in training.steps(lambda: export(model, ids, args.out)):
        waves, tokens, words = batch(corpus, backgrounds, model, ids, np.random.default_rng([args.seed, step]))
        hidden = model.wav2vec2(waves).last_hidden_state
        logits = model.lm_head(hidden)
        if args.loss == "words":
            loss = loss_of_words(logits, tokens, words)
        else:
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens.flatten())
        spoken = torch.from_numpy(targets.being_spoken(tokens.numpy(), ids))
        spoken_loss = torch.nn.functional.cross_entropy(dense(hidden).flatten(0, 1), spoken.flatten())
        optimizer.zero_grad()
        (loss + 0.5 * spoken_loss).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        letters = tokens != ids[targets.BLANK]
        right = (logits.argmax(-1) == tokens)[letters].float().mean()
        training.figures.append((loss.item(), spoken_loss.item(), right.item()))


if __name__ == "__main__":
    main()
