"""Test vectors: what the authors' own code makes of inputs to the demo's models, and that the engines make the same of them.

tests/data/indictrans2/hub_vectors.json says which code and which versions they come from. Half of the inputs are sentences,
with the ids that the authors' tokenizer gives them, the other half are random ids.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support import ROOT
from support.inside import Inside

HUB_MODELS = ROOT / "resources" / "demo" / "models"
DATA: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "indictrans2" / "hub_vectors.json").read_text("utf-8"))
#: differences of single log-probabilities that the order of float32 additions explains
CLOSE = 1e-4
ENVIRONMENTS = {"ctranslate2": "indictrans2", "mlx": "indictrans2-mlx"}

models = pytest.mark.parametrize("name", DATA["models"])


@pytest.fixture(scope="module")
def stages(python: Callable[[str], str]) -> Iterator[Callable[[str], Inside]]:
    """The environment of a backend."""
    running: dict[str, Inside] = {}

    def stage(backend: str) -> Inside:
        if backend not in running:
            running[backend] = Inside(python(ENVIRONMENTS[backend]))
        return running[backend]

    yield stage
    for inside in running.values():
        inside.close()


@pytest.fixture(scope="module")
def model(stages: Callable[[str], Inside], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """A model in the form that a backend takes, in float32."""
    folder = tmp_path_factory.mktemp("models")

    def made(name: str, backend: str) -> Path:
        if backend != "ctranslate2":
            return HUB_MODELS / name
        if not (folder / name).exists():
            words = ["--model", HUB_MODELS / name, "--quantization", "float32", "--output", folder / name]
            done = stages("ctranslate2").program("convert_indictrans2", *words)
            assert done.returncode == 0, done.stderr
        return folder / name

    return made


def tokenized(folder: str, lines: list[str]) -> dict[str, Any]:
    from pathlib import Path

    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    tokenizer = Tokenizer(Path(folder))
    ids = [tokenizer.ids(tokenizer.tokenize(line)) for line in lines]
    rows, mask = tokenizer.pad(ids)
    return {"ids": ids, "padded": {"ids": rows, "mask": mask}}


def decoded(folder: str, rows: list[list[int]]) -> list[str]:
    from pathlib import Path

    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    tokenizer = Tokenizer(Path(folder))
    return [tokenizer.text_of_ids(ids) for ids in rows]


@models
def test_lines_get_the_ids_and_the_mask_of_the_authors_tokenizer(stages: Callable[[str], Inside], name: str) -> None:
    wanted = DATA["models"][name]
    lines = [vector for vector in wanted["vectors"] if vector["line"]]
    batch = stages("ctranslate2").call(tokenized, str(HUB_MODELS / name), [vector["line"] for vector in lines])
    assert batch["ids"] == [vector["ids"] for vector in lines]
    if "padded" in wanted:
        assert batch["padded"] == wanted["padded"]


@models
def test_target_ids_become_the_text_of_the_authors_tokenizer(stages: Callable[[str], Inside], name: str) -> None:
    wanted = [vector[search] for vector in DATA["models"][name]["vectors"] for search in ("beam", "greedy")]
    texts = stages("ctranslate2").call(decoded, str(HUB_MODELS / name), [one["ids"] for one in wanted])
    assert texts == [one["text"] for one in wanted]


def translated(backend: str, folder: str, sources: list[list[int]], beams: int, batch: int) -> list[list[int]]:
    from pathlib import Path

    from moviesubs.translation.engines.base import Decoding
    from moviesubs.translation.engines.select import open_engine
    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    engine, tokenizer = open_engine(backend, Path(folder), device="cpu", threads=1), Tokenizer(Path(folder))
    tokens = {number: token for token, number in tokenizer.source_ids.items()}
    sentences = [[tokens[number] for number in ids[:-1]] for ids in sources]
    translations = []
    for start in range(0, len(sentences), batch):
        translations += engine.translate(sentences[start : start + batch], Decoding(beam_size=beams, max_length=62))
    return [[tokenizer.target_ids[token] for token in sentence] for sentence in translations]


@models
@pytest.mark.parametrize(("search", "beams"), [("beam", 5), ("greedy", 1)])
@pytest.mark.parametrize("batch", [100, 3])
@pytest.mark.parametrize("backend", ENVIRONMENTS)
def test_an_engine_in_float32_finds_the_translations_of_the_authors_code(
    stages: Callable[[str], Inside],
    model: Callable[[str, str], Path],
    name: str,
    search: str,
    beams: int,
    batch: int,
    backend: str,
) -> None:
    vectors = DATA["models"][name]["vectors"]
    sources = [vector["ids"] for vector in vectors]
    translations = stages(backend).call(translated, backend, str(model(name, backend)), sources, beams, batch)
    assert translations == [vector[search]["ids"] for vector in vectors]


def scored_by_ctranslate2(folder: str, sources: list[list[int]], targets: list[list[int]]) -> list[list[float]]:
    from pathlib import Path

    from moviesubs.translation.engines.ctranslate2 import CTranslate2Engine
    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    tokenizer = Tokenizer(Path(folder))
    tokens = {number: token for token, number in tokenizer.source_ids.items()}
    translator = CTranslate2Engine(Path(folder), "cpu", 1).translator
    results = translator.score_batch(
        [[tokens[number] for number in ids[:-1]] for ids in sources],
        [[tokenizer.target_tokens[number] for number in ids] for ids in targets],
    )
    return [result.log_probs for result in results]


def scored_by_mlx(folder: str, sources: list[list[int]], targets: list[list[int]]) -> list[list[float]]:
    from pathlib import Path

    import mlx.core as mx

    from moviesubs.translation.engines.mlx import MlxEngine

    network = MlxEngine(Path(folder), "m", None, "cpu").network
    log_probs = []
    for source, target in zip(sources, targets, strict=True):
        encoded = network.encode(mx.array([source]), mx.ones((1, len(source)), mx.int32))
        past, row = None, []
        for position, (before, token) in enumerate(zip([network.start, *target], [*target, 2], strict=True)):
            scores, past = network.decode(mx.array([before]), position, past, encoded)
            row.append(scores[0, token].item())
        log_probs.append(row)
    return log_probs


@models
@pytest.mark.parametrize("score", [scored_by_ctranslate2, scored_by_mlx], ids=["ctranslate2", "mlx"])
def test_log_probabilities_in_float32_are_those_of_the_authors_code(
    stages: Callable[[str], Inside],
    model: Callable[[str, str], Path],
    name: str,
    score: Callable[..., list[list[float]]],
) -> None:
    backend = score.__name__.removeprefix("scored_by_")
    vectors = DATA["models"][name]["vectors"]
    sources, wanted = [vector["ids"] for vector in vectors], [vector["beam"] for vector in vectors]
    log_probs = stages(backend).call(score, str(model(name, backend)), sources, [one["ids"] for one in wanted])
    worst = max(
        abs(ours - theirs)
        for row, one in zip(log_probs, wanted, strict=True)
        for ours, theirs in zip(row, one["log_probs"], strict=True)
    )
    assert worst < CLOSE
