"""What the benchmark of the translation does inside the environments of the backends; reads a request, writes an answer, in JSON.

python benchmarks/measure/translation_tasks.py TASK < request.json > answer.json
"""

import contextlib
import json
import random
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "resources" / "demo")]

from moviesubs.translation.engines.base import Decoding, translate_batches  # noqa: E402

#: sizes of indictrans2-indic-en-dist-200M
SIZES = {
    "encoder_vocab_size": 122706,
    "decoder_vocab_size": 32296,
    "encoder_embed_dim": 512,
    "decoder_embed_dim": 512,
    "encoder_ffn_dim": 2048,
    "decoder_ffn_dim": 2048,
    "encoder_layers": 18,
    "decoder_layers": 18,
    "encoder_attention_heads": 8,
    "decoder_attention_heads": 8,
}


class StandIn:
    """The PyTorch implementation that trains the demo's models, in place of the authors' code."""

    backend = "stand-in"
    workers = 1

    def __init__(self, folder: Path, threads: int) -> None:
        """Loads a checkpoint."""
        import torch

        from moviesubs.translation.tokenizers.indictrans2 import Tokenizer
        from translation.model import load

        torch.set_num_threads(threads)
        self.network, self.tokenizer = load(folder), Tokenizer(folder)

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[list[str]]:
        """See `Engine.translate`."""
        import torch

        from translation.generate import beam_search

        ids, _ = self.tokenizer.pad([self.tokenizer.ids(tokens) for tokens in batch])
        rows = beam_search(self.network, torch.tensor(ids), decoding.beam_size, decoding.max_length)
        return [[self.tokenizer.target_tokens.get(number, "<unk>") for number in row] for row in rows]


def engine(request: dict[str, Any]) -> Any:
    """The engine of a request."""
    from moviesubs.stage import device
    from moviesubs.translation.engines.select import open_engine

    device.configure(request["threads"])
    folder = Path(request["model"])
    if request["backend"] == "stand-in":
        return StandIn(folder, request["threads"])
    return open_engine(
        request["backend"],
        folder,
        device="cpu",
        threads=request["threads"],
        remote_code=request["backend"] == "transformers",
    )


def peak_memory() -> float:
    """The most memory that this process has held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def make(request: dict[str, Any]) -> dict[str, Any]:
    """Writes a model of the real size with random weights; the tokenizer is the demo's, filled up with words that nobody says."""
    import torch

    from translation.model import Config, IndicTrans2, save

    torch.manual_seed(0)
    folder, tokenizer = Path(request["folder"]), Path(request["tokenizer"])
    save(IndicTrans2(Config(**SIZES, max_target_positions=request["longest"])), folder)
    for name in ("model.SRC", "model.TGT"):
        (folder / name).write_bytes((tokenizer / name).read_bytes())
    for name, rows in (("dict.SRC.json", "encoder_vocab_size"), ("dict.TGT.json", "decoder_vocab_size")):
        vocabulary = json.loads((tokenizer / name).read_text(encoding="utf-8"))
        free = sorted(set(range(SIZES[rows])) - set(vocabulary.values()))
        vocabulary |= {f"▁{number:x}": number for number in free}
        (folder / name).write_text(json.dumps(vocabulary), encoding="utf-8")
    return {}


def sentences(request: dict[str, Any]) -> list[list[str]]:
    """Random tokens of the model's source vocabulary, with the two tags."""
    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    vocabulary = Tokenizer(Path(request["model"])).source_ids
    tokens = sorted(token for token in vocabulary if token.startswith("▁"))
    dice = random.Random(request.get("seed", 0))
    shortest, longest = request["lengths"]
    return [
        [*request["tags"], *dice.choices(tokens, k=dice.randint(shortest, longest))] for _ in range(request["count"])
    ]


def translate(request: dict[str, Any]) -> dict[str, Any]:
    """Translates random tokens in batches of a number of sentences; gives outputs, seconds, tokens, memory."""
    wanted = sentences(request)
    order = list(range(len(wanted)))
    if request.get("sort"):
        order.sort(key=lambda index: -len(wanted[index]))
    runner, decoding = engine(request), Decoding(max_length=request["longest"])
    runner.translate(wanted[:1], Decoding(beam_size=1, max_length=2))  # loads the model
    outputs: list[list[str]] = [[] for _ in wanted]
    best = float("inf")
    for _ in range(request.get("rounds", 1)):
        started = time.perf_counter()
        batches = [order[start : start + request["batch"]] for start in range(0, len(order), request["batch"])]
        batch_outputs = translate_batches(
            runner, [[wanted[index] for index in indices] for indices in batches], decoding
        )
        for indices, translations in zip(batches, batch_outputs, strict=True):
            for index, output in zip(indices, translations, strict=True):
                outputs[index] = output
        best = min(best, time.perf_counter() - started)
    tokens = sum(len(output) for output in outputs)
    return {"outputs": outputs, "seconds": best, "tokens": tokens, "memory": peak_memory()}


def texts(request: dict[str, Any]) -> dict[str, Any]:
    """Translates sentences from text to text, by the pipeline of the workflow."""
    from types import SimpleNamespace

    from moviesubs.translation.conversion import checkpoint
    from moviesubs.translation.pipeline import Pipeline
    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    folder, runner = Path(request["model"]), engine(request)
    if not hasattr(runner, "origin"):
        config = checkpoint.read_config(folder)
        limits = {"max_source": config.max_source_positions, "max_target": config.max_target_positions}
        runner.origin = SimpleNamespace(**limits)
    pipeline = Pipeline(runner, Tokenizer(folder), *request["tags"])
    return {"texts": [translated.text for translated in pipeline.translate(request["texts"])]}


def chrf(request: dict[str, Any]) -> dict[str, Any]:
    """ChrF of texts against others."""
    import sacrebleu

    return {"score": sacrebleu.corpus_chrf(request["translations"], [request["references"]]).score}


TASKS = {"make": make, "translate": translate, "texts": texts, "chrf": chrf}


def main() -> None:
    """Does one task."""
    request = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        answer = TASKS[sys.argv[1]](request)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
