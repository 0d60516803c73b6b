"""Conversion to CTranslate2: the same text as the PyTorch implementation, and clear words about broken models."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support import DEMO
from support.inside import Inside

import phrasebook

HUB_MODEL = DEMO / "models" / "indictrans2-hi-en-demo"


@pytest.fixture(scope="module")
def stage(python: Callable[[str], str]) -> Iterator[Inside]:
    """The environment of the stage."""
    inside = Inside(python("indictrans2"))
    yield inside
    inside.close()


@pytest.fixture(scope="module")
def converted(stage: Inside, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The demo model in a number format."""
    folder = tmp_path_factory.mktemp("converted")

    def convert(quantization: str) -> Path:
        output = folder / quantization
        if not output.exists():
            words = ["--model", HUB_MODEL, "--quantization", quantization, "--revision", "v1", "--output", output]
            done = stage.program("convert_indictrans2", *words)
            assert done.returncode == 0, done.stderr
        return output

    return convert


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the demo model, to be broken."""
    return Path(shutil.copytree(HUB_MODEL, tmp_path / "model"))


def held_out(count: int) -> list[str]:
    return list(dict.fromkeys(sentence.hindi for sentence in phrasebook.sentences(5, count * 3, "held-out")))[:count]


def compare(hub: str, converted: str, texts: list[str]) -> dict[str, Any]:
    from pathlib import Path

    import ctranslate2
    import torch

    from moviesubs.translation.engines.base import Decoding
    from moviesubs.translation.engines.ctranslate2 import CTranslate2Engine
    from moviesubs.translation.processor import Processor
    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer
    from translation.generate import beam_search
    from translation.model import load

    torch.set_num_threads(1)
    tokenizer, network = Tokenizer(Path(hub)), load(Path(hub))
    tokens = [tokenizer.tokenize(line) for line in Processor().preprocess(texts, "hin_Deva", "eng_Latn")]
    ids, _ = tokenizer.pad([tokenizer.ids(line) for line in tokens])
    ours = CTranslate2Engine(Path(converted), "cpu", 1).translate(tokens, Decoding())
    theirs = beam_search(network, torch.tensor(ids), beams=5)
    same = sum(tokenizer.text(one) == tokenizer.text_of_ids(other) for one, other in zip(ours, theirs, strict=True))

    translator = ctranslate2.Translator(converted, device="cpu", intra_threads=1)
    scored = translator.score_batch(tokens, ours)
    worst = 0.0
    for line, output, score in zip(tokens, ours, scored, strict=True):
        target = [tokenizer.target_ids[token] for token in output] + [2]
        with torch.no_grad():
            logits = network(torch.tensor([tokenizer.ids(line)]), torch.tensor([[2, *target[:-1]]]))
        wanted = logits.log_softmax(-1)[0].gather(1, torch.tensor(target)[:, None])[:, 0].tolist()
        worst = max(worst, max(abs(a - b) for a, b in zip(score.log_probs, wanted, strict=True)))
    return {"same": same, "worst": worst}


def test_float32_is_the_reference_token_by_token(stage: Inside, converted: Callable[[str], Path]) -> None:
    texts = held_out(100)
    comparison = stage.call(compare, str(HUB_MODEL), str(converted("float32")), texts)
    assert comparison["same"] == len(texts)
    assert comparison["worst"] < 1e-3


def translate_with_both(first: str, second: str, texts: list[str]) -> float:
    from pathlib import Path

    import sacrebleu

    from moviesubs.translation.engines.ctranslate2 import CTranslate2Engine
    from moviesubs.translation.pipeline import Pipeline
    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    translations = []
    for folder in (first, second):
        pipeline = Pipeline(CTranslate2Engine(Path(folder), "cpu", 1), Tokenizer(Path(folder)), "hin_Deva", "eng_Latn")
        translations.append([translated.text for translated in pipeline.translate(texts)])
    return float(sacrebleu.corpus_chrf(translations[0], [translations[1]]).score)


def test_int8_is_small_and_says_the_same(stage: Inside, converted: Callable[[str], Path]) -> None:
    small, exact = converted("int8"), converted("float32")
    assert (small / "model.bin").stat().st_size < 0.45 * (exact / "model.bin").stat().st_size
    assert stage.call(translate_with_both, str(small), str(exact), held_out(150)) >= 98


def test_the_result_knows_where_it_comes_from_and_how_long_texts_may_be(converted: Callable[[str], Path]) -> None:
    config = json.loads((converted("int8") / "config.json").read_text(encoding="utf-8"))
    assert (config["source_model"], config["source_revision"]) == ("indictrans2-hi-en-demo", "v1")
    assert (config["max_source_positions"], config["decoder_start_token"]) == (36, "</s>")


def rewrite(folder: str, change: str) -> None:
    from pathlib import Path

    import numpy as np
    from safetensors.numpy import load_file, save_file

    file = Path(folder) / "model.safetensors"
    tensors = load_file(file)
    embedding = "model.decoder.embed_tokens.weight"
    if change == "head only":
        tensors["lm_head.weight"] = tensors.pop(embedding)
    elif change == "both":
        tensors["lm_head.weight"] = tensors[embedding].copy()
    elif change == "missing":
        del tensors["model.encoder.layers.1.fc1.bias"]
    elif change == "unexpected":
        tensors["model.encoder.layers.0.adapter.weight"] = np.zeros((2, 2), np.float16)
    elif change == "positions stored":
        tensors["model.encoder.embed_positions.weights"] = np.zeros((8, 128), np.float32)
    save_file(tensors, file)


@pytest.mark.parametrize("change", ["head only", "both", "positions stored"])
def test_ways_of_storing_the_same_model_give_the_same_result(
    stage: Inside, converted: Callable[[str], Path], copy: Path, tmp_path: Path, change: str
) -> None:
    stage.call(rewrite, str(copy), change)
    done = stage.program(
        "convert_indictrans2", "--model", copy, "--quantization", "float32", "--output", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "model.bin").read_bytes() == (converted("float32") / "model.bin").read_bytes()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [("missing", "tensor model.encoder.layers.1.fc1.bias is missing"), ("unexpected", "layers.0.adapter.weight")],
)
def test_missing_and_unexpected_tensors_are_named(
    stage: Inside, copy: Path, tmp_path: Path, change: str, complaint: str
) -> None:
    stage.call(rewrite, str(copy), change)
    done = stage.program("convert_indictrans2", "--model", copy, "--output", tmp_path / "out")
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and complaint in done.stderr
    assert not (tmp_path / "out").exists()


def without_weights(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def cut_short(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100_000])


def without_pieces(folder: Path) -> None:
    (folder / "model.SRC").unlink()


def other_config(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "whisper"}', encoding="utf-8")


def other_vocabulary(folder: Path) -> None:
    (folder / "dict.TGT.json").write_text('{"a": 1}', encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (without_weights, "pytorch_model.bin only"),
        (cut_short, "not a whole safetensors file"),
        (without_pieces, "model.SRC is missing"),
        (other_config, "not the configuration of an IndicTrans2 model"),
        (other_vocabulary, "dict.TGT.json: not an IndicTrans2 vocabulary"),
    ],
)
def test_a_broken_model_is_explained_in_one_line(
    stage: Inside, copy: Path, tmp_path: Path, damage: Callable[[Path], None], complaint: str
) -> None:
    damage(copy)
    done = stage.program("convert_indictrans2", "--model", copy, "--output", tmp_path / "out")
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and complaint in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


def test_the_demo_models_say_what_they_are() -> None:
    for target in ("en", "gu"):
        folder = HUB_MODEL.with_name(f"indictrans2-hi-{target}-demo")
        card = (folder / "README.md").read_text(encoding="utf-8")
        assert "demonstration and tests only" in card and "Useless for anything else" in card
    models = [HUB_MODEL, HUB_MODEL.with_name("indictrans2-hi-gu-demo")]
    assert sum(file.stat().st_size for folder in models for file in folder.iterdir()) < 6_000_000
