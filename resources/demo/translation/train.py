"""Trains one of the demo's translation models: python train.py en (or gu). About ten minutes on one core.

Writes a folder in the Hub's layout, a training log (TSV) and the scores on held-out sentences (JSON).
"""

import argparse
import csv
import io
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

import sentencepiece
import torch
from torch import Tensor
from torch.nn import functional

import phrasebook
from moviesubs.translation.batches import batches
from moviesubs.translation.processor import Processor
from moviesubs.translation.tokenizers.indictrans2 import Tokenizer
from translation import corpus
from translation.generate import beam_search
from translation.model import EOS, PAD, UNK, Config, IndicTrans2, load, save

DEMO = Path(__file__).parents[1]
SEED = 20
PAIRS = 120_000
STEPS = 1_600
BATCH_TOKENS = 1_000  # of source or target, whichever is longer, padding included
WARM_UP, RATE = 200, 2e-3
LABEL_SMOOTHING = 0.05
SAMPLED = 0.3  # share of source texts that are cut into pieces at random, so that misspelt words are nothing new
UNKNOWN = 0.005  # share of source tokens that are hidden
PIECES = {"source": 700, "target": 700}
REPORT_EVERY = 100

LENGTHS = (36, 64)  # longest source and target in tokens: what three joined sentences need

NAMES = {"en": "indictrans2-hi-en-demo", "gu": "indictrans2-hi-gu-demo"}
LANGUAGES = {"en": "English", "gu": "Gujarati"}
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def train_pieces(texts: Sequence[str], size: int) -> bytes:
    """Returns a SentencePiece BPE model of about `size` pieces for prepared texts."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        model_type="bpe",
        vocab_size=size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        normalization_rule_name="identity",
        split_digits=True,
        required_chars="0123456789",
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


def write_vocabulary(folder: Path, side: str, pieces: bytes, tags: Sequence[str]) -> int:
    """Writes `model.SIDE` and `dict.SIDE.json`; returns the number of tokens."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces)
    names = [processor.id_to_piece(index) for index in range(processor.get_piece_size())]
    tokens = list(dict.fromkeys([*SPECIAL, *names, *tags]))
    (folder / f"model.{side}").write_bytes(pieces)
    text = json.dumps({token: index for index, token in enumerate(tokens)}, ensure_ascii=False, indent=0)
    (folder / f"dict.{side}.json").write_text(text + "\n", encoding="utf-8")
    return len(tokens)


def padded(rows: Sequence[Sequence[int]], *, left: bool = False) -> Tensor:
    """Returns ids as one tensor."""
    width = max(map(len, rows))
    return torch.tensor([[PAD] * (width - len(r)) + [*r] if left else [*r] + [PAD] * (width - len(r)) for r in rows])


class Corpus:
    """The prepared pairs as token ids, in batches of similar length."""

    def __init__(self, pairs: Sequence[tuple[str, str]], tokenizer: Tokenizer, target_pieces: bytes) -> None:
        """Tokenizes every pair once."""
        self.tokenizer = tokenizer
        self.lines = [source for source, _ in pairs]
        target = sentencepiece.SentencePieceProcessor(model_proto=target_pieces)
        known = tokenizer.target_ids
        self.targets = [[known[piece] for piece in target.encode(text, out_type=str)] + [EOS] for _, text in pairs]
        self.sources = [tokenizer.ids(tokenizer.tokenize(line)) for line in self.lines]

    def source(self, index: int, rng: random.Random) -> list[int]:
        """Returns the ids of a source text, some of them in other pieces than the best ones, or hidden."""
        ids = self.sources[index]
        if rng.random() < SAMPLED:
            ours, theirs, text = self.lines[index].split(" ", 2)
            pieces = self.tokenizer.pieces.encode(text, out_type=str, enable_sampling=True, alpha=0.1)
            ids = self.tokenizer.ids([ours, theirs, *pieces])
        return [
            UNK if 2 <= place < len(ids) - 1 and rng.random() < UNKNOWN else token for place, token in enumerate(ids)
        ]

    def batches(self, rng: random.Random) -> Iterator[tuple[Tensor, Tensor]]:
        """Yields source and target ids for ever, in a new order every time through."""
        while True:
            longest = [
                max(len(ours), len(theirs)) + rng.random()
                for ours, theirs in zip(self.sources, self.targets, strict=True)
            ]
            groups = list(batches(longest, BATCH_TOKENS))
            rng.shuffle(groups)
            for group in groups:
                yield (
                    padded([self.source(index, rng) for index in group], left=True),
                    padded([self.targets[index] for index in group]),
                )


def rate(step: int) -> float:
    """Returns the learning rate of a step: linear warm-up, then a cosine to nothing."""
    if step < WARM_UP:
        return RATE * step / WARM_UP
    return RATE * 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, STEPS - WARM_UP)))


def train(network: IndicTrans2, data: Corpus, log: Path) -> None:
    """Trains in place; writes step, loss, token accuracy, learning rate and elapsed seconds to `log`."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)
    stream = data.batches(random.Random(SEED))
    started, losses, right, total = time.monotonic(), 0.0, 0, 0
    network.train()
    with log.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        rows.writerow(["step", "loss", "token_accuracy", "learning_rate", "seconds"])
        for step in range(1, STEPS + 1):
            for group in optimizer.param_groups:
                group["lr"] = rate(step)
            source, target = next(stream)
            shifted = torch.cat([torch.full((len(target), 1), EOS), target[:, :-1]], dim=1)
            real = target != PAD
            logits = network(source, shifted)[real]
            loss = functional.cross_entropy(logits, target[real], label_smoothing=LABEL_SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            losses += loss.item()
            right += int((logits.argmax(-1) == target[real]).sum())
            total += int(real.sum())
            if step % REPORT_EVERY == 0:
                seconds = time.monotonic() - started
                row = [
                    step,
                    f"{losses / REPORT_EVERY:.4f}",
                    f"{right / total:.5f}",
                    f"{rate(step):.2e}",
                    f"{seconds:.0f}",
                ]
                rows.writerow(row)
                file.flush()
                print(*row, sep="\t", flush=True)
                losses, right, total = 0.0, 0, 0
    network.eval()


def translate(
    network: IndicTrans2, tokenizer: Tokenizer, texts: Sequence[str], language: str, beams: int = 5
) -> list[str]:
    """Returns translations of Hindi texts by the PyTorch model."""
    processor, target = Processor(), corpus.TARGETS[language]
    ids = [tokenizer.ids(tokenizer.tokenize(line)) for line in processor.preprocess(texts, corpus.SOURCE, target)]
    outputs = [""] * len(texts)
    for group in batches([len(row) for row in ids], 1_000):
        for index, output in zip(
            group, beam_search(network, padded([ids[i] for i in group], left=True), beams), strict=True
        ):
            outputs[index] = tokenizer.text_of_ids(output)
    return processor.postprocess(outputs, target)


def held_out(count: int, language: str) -> list[tuple[str, str]]:
    """Returns distinct held-out sentences with their translations."""
    wanted: dict[str, str] = {}
    for sentence in phrasebook.sentences(SEED, 10 * count, "held-out"):
        wanted[sentence.hindi] = sentence.english if language == "en" else sentence.gujarati
    return list(wanted.items())[:count]


def score(network: IndicTrans2, tokenizer: Tokenizer, language: str, count: int) -> dict[str, object]:
    """Returns chrF and exact matches on held-out sentences, as written and as speech recognition may hand them over."""
    import sacrebleu

    clean = held_out(count, language)
    pairs = list(zip(clean[::2], clean[1::2], strict=False))[: count // 4]
    tests = {
        "as written": clean,
        "no final punctuation": [(text.rstrip(corpus.ENDS), translation) for text, translation in clean],
        "no punctuation": [(corpus.bare(text), translation) for text, translation in clean],
        "two in one": [(f"{a[0]} {b[0]}", f"{a[1]} {b[1]}") for a, b in pairs],
        "two in one, no punctuation": [
            (f"{corpus.bare(a[0])} {corpus.bare(b[0])}", f"{a[1]} {b[1]}") for a, b in pairs
        ],
    }
    scores: dict[str, object] = {}
    for name, wanted in tests.items():
        translations = translate(network, tokenizer, [text for text, _ in wanted], language)
        right = sum(ours == theirs for ours, (_, theirs) in zip(translations, wanted, strict=True))
        chrf = sacrebleu.corpus_chrf(translations, [[theirs for _, theirs in wanted]]).score
        scores[name] = {"sentences": len(wanted), "chrF": round(chrf, 2), "exact": round(100 * right / len(wanted), 2)}
        print(name, scores[name], flush=True)
    return scores


CARD = """---
license: mit
language: [hi, {language}]
tags: [translation, demo]
---

# {name}

Hindi to {english}, for demonstration and tests only. **Useless for anything else.**

A transformer of {parameters:.2f} million parameters in the architecture, file layout and tensor names of AI4Bharat's
IndicTrans2, trained from scratch on sentences of this project's phrasebook (`resources/demo/phrasebook.yaml`, {words}
Hindi words). It has never seen another word. It is not made from, and holds nothing of, any published model; for real
movies use the published IndicTrans2 models.

- Made by `resources/demo/translation/train.py {language}` with fixed seeds; log and scores lie in `resources/demo/training/`.
- Never trained on the phrasebook's held-out sentences (those whose SHA-1 ends in hex 0 or 1).
- Weights are float16; the output layer is the target embedding and is stored once.
- Licence: MIT, like the project.
"""


def write_card(folder: Path, language: str, network: IndicTrans2) -> None:
    """Writes the model card and the small files that the Hub's folders have beside the weights."""
    parameters = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    values = {"name": NAMES[language], "language": language, "english": LANGUAGES[language], "parameters": parameters}
    text = CARD.format(**values, words=len(phrasebook.vocabulary()))
    (folder / "README.md").write_text(text, encoding="utf-8")
    generation = {"bos_token_id": 0, "decoder_start_token_id": 2, "eos_token_id": 2, "pad_token_id": 1}
    specials = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    tokenizer = {
        "do_lower_case": False,
        "model_max_length": LENGTHS[0],
        **specials,
        "tokenizer_class": "IndicTransTokenizer",
    }
    contents = {"generation_config": generation, "tokenizer_config": tokenizer, "special_tokens_map": specials}
    for name, content in contents.items():
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Trains, saves, scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", choices=sorted(NAMES))
    parser.add_argument(
        "--models", type=Path, default=DEMO / "models", help="folder of the model folders (default: %(default)s)"
    )
    parser.add_argument(
        "--logs", type=Path, default=DEMO / "training", help="folder of log and scores (default: %(default)s)"
    )
    parser.add_argument("--held-out", type=int, default=1000, help="sentences to score on (default: %(default)s)")
    parser.add_argument("--score-only", action="store_true", help="score the model that is there")
    args = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    folder = args.models / NAMES[args.language]
    folder.mkdir(parents=True, exist_ok=True)
    args.logs.mkdir(parents=True, exist_ok=True)
    if not args.score_only:
        print("preparing sentences", flush=True)
        pairs = corpus.prepared(args.language, SEED, PAIRS)
        source_pieces = train_pieces([line.split(" ", 2)[2] for line, _ in pairs], PIECES["source"])
        target_pieces = train_pieces([text for _, text in pairs], PIECES["target"])
        tags = (corpus.SOURCE, corpus.TARGETS[args.language])
        sizes = [
            write_vocabulary(folder, "SRC", source_pieces, tags),
            write_vocabulary(folder, "TGT", target_pieces, ()),
        ]
        width, inner, layers, heads = 128, 384, 3, 4
        config = Config(*sizes, width, width, inner, inner, layers, layers, heads, heads, *LENGTHS)
        network = IndicTrans2(config)
        print(
            f"{sum(p.numel() for p in network.parameters()) / 1e6:.2f} million parameters, vocabularies {sizes}",
            flush=True,
        )
        train(network, Corpus(pairs, Tokenizer(folder), target_pieces), args.logs / f"translation-{args.language}.tsv")
        save(network, folder)
        write_card(folder, args.language, network)
    network = load(folder)
    scores = score(network, Tokenizer(folder), args.language, args.held_out)
    size = sum(file.stat().st_size for file in folder.iterdir())
    result = {"model": NAMES[args.language], "bytes": size, "beam_size": 5, "engine": "PyTorch", "held_out": scores}
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    (args.logs / f"translation-{args.language}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
