"""The translation backends: one text from all of them, and one line where a backend cannot run."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ROOT
from support.hub_code import REFERENCE, STAND_IN, with_code
from support.inside import Inside

import phrasebook
from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.translation.engines.beam_search import repeating
from moviesubs.workflow.hardware import Hardware, translation_backend
from moviesubs.workflow.models import load_models, translation_model
from moviesubs.workflow.settings import load_config

TABLE = str(ROOT / "config" / "models.yaml")
HUB_MODELS = ROOT / "resources" / "demo" / "models"
#: the authors' code where a person has it, else what stands in for it
CODE = REFERENCE or STAND_IN
ENVIRONMENTS = {"ctranslate2": "indictrans2", "mlx": "indictrans2-mlx", "transformers": "indictrans2"}


# --- which backend ---------------------------------------------------------------------------------------------------

MAC = Hardware("Darwin", "arm64", 8, 16000)
LINUX = Hardware("Linux", "x86_64", 8, 16000, ("NVIDIA H200",))
WINDOWS = Hardware("Windows", "AMD64", 8, 16000)


@pytest.mark.parametrize("hardware", [MAC, LINUX, WINDOWS])
def test_auto_runs_everywhere(hardware: Hardware) -> None:
    assert translation_backend("auto", hardware)[0] == "ctranslate2"


def test_a_backend_that_cannot_run_here_is_an_error_at_start() -> None:
    assert translation_backend("mlx", MAC)[0] == translation_backend("mlx", LINUX)[0] == "mlx"
    with pytest.raises(UserError, match="no MLX for Windows on AMD64; use auto or ctranslate2"):
        translation_backend("mlx", WINDOWS)


def test_code_of_others_runs_with_permission_only() -> None:
    assert not load_config({})["translate"]["remote_code"]
    with pytest.raises(UserError, match="translate.remote_code: true"):
        translation_backend("transformers", LINUX)
    assert translation_backend("transformers", LINUX, remote_code=True)[0] == "transformers"


def test_backends_get_the_model_in_the_form_that_they_take() -> None:
    models = load_models([TABLE])
    converted = translation_model(load_config({}), models, "hi", "en")
    assert models["models"][converted]["format"] == "ctranslate2"
    for backend in ("mlx", "transformers"):
        original = translation_model(load_config({"translate": {"backend": backend}}), models, "hi", "en")
        assert original == models["models"][converted]["convert"]


def test_code_of_a_revision_that_may_change_is_not_run(tmp_path: Path) -> None:
    table = tmp_path / "models.yaml"
    table.write_text(
        "models: {mine: {repository: me/mine, revision: main, licence: MIT}}\n"
        "translate: [{sources: [hi], targets: [en], model: mine}]\n"
    )
    models = load_models([TABLE, str(table)])
    allowed = {"unpinned_models": True}
    assert translation_model(load_config({**allowed, "translate": {"backend": "mlx"}}), models, "hi", "en") == "mine"
    with pytest.raises(UserError, match="code of mine, whose revision is not pinned"):
        translation_model(load_config({**allowed, "translate": {"backend": "transformers"}}), models, "hi", "en")


# --- one text --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stages(python: Callable[[str], str]) -> Iterator[Callable[[str], Inside]]:
    """The environment of a backend."""
    running: dict[str, Inside] = {}

    def stage(backend: str) -> Inside:
        name = ENVIRONMENTS[backend]
        if name not in running:
            running[name] = Inside(python(name))
        return running[name]

    yield stage
    for inside in running.values():
        inside.close()


@pytest.fixture(scope="module")
def model(stages: Callable[[str], Inside], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The demo model in the form that a backend takes, in full precision."""
    folder = tmp_path_factory.mktemp("models")
    hub = HUB_MODELS / "indictrans2-hi-en-demo"

    def made(backend: str) -> Path:
        path = folder / backend / hub.name
        if backend == "mlx":
            return hub
        if backend == "transformers" and not path.exists():
            with_code(hub, CODE, path)
        if backend == "ctranslate2" and not path.exists():
            words = ["--model", hub, "--quantization", "float32", "--output", path]
            done = stages(backend).program("convert_indictrans2", *words)
            assert done.returncode == 0, done.stderr
        return path

    return made


Translate = Callable[..., contracts.Transcript]


@pytest.fixture
def translate(stages: Callable[[str], Inside], model: Callable[[str], Path], tmp_path: Path) -> Translate:
    """Translates Hindi texts to English; further arguments go to the program."""

    def run(texts: list[str], backend: str, *arguments: str | Path) -> contracts.Transcript:
        source, output = tmp_path / "transcript.json", tmp_path / f"{backend}.json"
        sentences = [contracts.Sentence(id=n, start=n, end=n + 1, text=text) for n, text in enumerate(texts)]
        contracts.write(source, contracts.Transcript(language="hi", sentences=sentences))
        words = ["--backend", backend, "--transcript", source, "--model", model(backend), "--target", "en"]
        words += ["--device", "cpu", "--threads", "1", *(["--remote-code"] if backend == "transformers" else [])]
        done = stages(backend).program("translate", *words, *arguments, "--output", output)
        assert done.returncode == 0, done.stderr
        return contracts.read(output, contracts.Transcript)

    return run


def texts() -> list[str]:
    """Held-out sentences, and what goes through placeholders, retries and cuts."""
    held_out = list(dict.fromkeys(sentence.hindi for sentence in phrasebook.sentences(3, 60, "held-out")))[:18]
    long = ", ".join(text.rstrip("।?!") for text in held_out[:10])
    return [*held_out, "मुझे १,२३४.५० रुपये चाहिए।", "मुझे 56 रुपये चाहिए।", "<i>रुको!</i>", long, "zebra ☃", "♪"]


def test_all_backends_give_one_text(translate: Translate) -> None:
    transcripts = {backend: translate(texts(), backend) for backend in ENVIRONMENTS}
    assert transcripts["mlx"].sentences == transcripts["ctranslate2"].sentences == transcripts["transformers"].sentences
    for backend, transcript in transcripts.items():
        assert transcript.translation
        assert (transcript.translation.backend, transcript.translation.model) == (backend, "indictrans2-hi-en-demo")


def test_batches_side_by_side_give_the_texts_of_one_after_the_other_in_order(translate: Translate) -> None:
    texts = [sentence.hindi for sentence in phrasebook.sentences(7, 30, "train")]
    one, three = (
        [s.text for s in translate(texts, "ctranslate2", "--batch-tokens", "30", "--threads", threads).sentences]
        for threads in ("1", "3")
    )
    assert three == one
    assert len(set(one)) > len(texts) / 2


def test_a_batch_of_one_and_a_full_one_give_one_text_with_mlx(translate: Translate) -> None:
    one = translate(texts(), "mlx", "--batch-tokens", "1")
    assert one.sentences == translate(texts(), "mlx", "--batch-tokens", "100000").sentences


def test_mlx_in_half_precision_translates_too(translate: Translate) -> None:
    full, half = (translate(texts(), "mlx", "--compute-type", kind).sentences for kind in ("float32", "float16"))
    assert sum(one.text == other.text for one, other in zip(full, half, strict=True)) >= 0.9 * len(full)


def test_the_memory_of_one_backend_is_not_that_of_another(translate: Translate, tmp_path: Path) -> None:
    import sqlite3

    memory = tmp_path / "memory.sqlite"
    counts = []
    for backend in ("ctranslate2", "mlx", "mlx"):
        translate(["रुको!", "भागो!"], backend, "--memory", memory)
        with sqlite3.connect(memory) as database:
            counts.append(database.execute("SELECT count(*) FROM translations").fetchone()[0])
        database.close()
    assert counts == [2, 4, 4]


def searched(backend: str, folder: str, settings: dict[str, int]) -> list[list[str]]:
    import random
    from pathlib import Path

    from moviesubs.translation.engines.base import Decoding
    from moviesubs.translation.engines.select import open_engine
    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    remote = backend == "transformers"
    engine = open_engine(backend, Path(folder), device="cpu", threads=1, remote_code=remote)
    tokens = sorted(token for token in Tokenizer(Path(folder)).source_ids if token.startswith("▁"))
    dice = random.Random(0)
    sentences = [["hin_Deva", "eng_Latn", *dice.choices(tokens, k=dice.randint(1, 25))] for _ in range(40)]
    return engine.translate(sentences, Decoding(**settings))


@pytest.mark.parametrize(
    "settings",
    [
        {"beam_size": 1, "no_repeat": 2, "max_length": 30},
        {"beam_size": 3, "no_repeat": 3, "max_length": 30},
        {"beam_size": 2, "min_length": 9, "max_length": 30},
    ],
    ids=str,
)
def test_no_backend_finds_what_a_search_must_not_find(
    stages: Callable[[str], Inside], model: Callable[[str], Path], settings: dict[str, int]
) -> None:
    outputs: dict[str, Any] = {
        backend: stages(backend).call(searched, backend, str(model(backend)), settings) for backend in ENVIRONMENTS
    }
    # CTranslate2 shares a forbidden token's probability out to the others
    assert outputs["mlx"] == outputs["transformers"]
    size = settings.get("no_repeat", 30)
    for sentence in [sentence for sentences in outputs.values() for sentence in sentences]:
        assert len(sentence) >= settings.get("min_length", 0)
        runs = [tuple(sentence[at : at + size]) for at in range(len(sentence) - size + 1)]
        assert len(runs) == len(set(runs))


def test_a_search_that_is_cut_short_still_gives_its_best(
    stages: Callable[[str], Inside], model: Callable[[str], Path]
) -> None:
    settings = {"beam_size": 5, "max_length": 3}
    outputs = {name: stages(name).call(searched, name, str(model(name)), settings) for name in ("mlx", "transformers")}
    assert outputs["mlx"] == outputs["transformers"]
    assert max(map(len, outputs["mlx"])) == 3


@given(st.lists(st.integers(0, 3), max_size=12), st.integers(1, 4))
def test_the_forbidden_tokens_are_those_that_would_repeat_a_run(ids: list[int], size: int) -> None:
    def runs(tokens: list[int]) -> list[tuple[int, ...]]:
        return [tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1)]

    forbidden = repeating(ids, size)
    for token in range(4):
        repeats = runs([*ids, token])[-1:]
        assert (token in forbidden) == bool(repeats and repeats[0] in runs(ids))


def best_of(rows: int, columns: int, count: int) -> bool:
    import mlx.core as mx

    from moviesubs.translation.engines.mlx import best

    scores = mx.random.normal((rows, columns), key=mx.random.key(rows))
    values, indices = best(scores, count)
    wanted = mx.argsort(-scores, axis=-1)[:, :count]
    return bool(mx.all(indices == wanted)) and bool(mx.all(values == mx.take_along_axis(scores, wanted, axis=1)))


@pytest.mark.parametrize(("rows", "columns", "count"), [(3, 5000, 10), (1, 130, 10), (2, 1281, 2), (4, 128, 6)])
def test_the_best_scores_are_found_without_sorting_all(
    stages: Callable[[str], Inside], rows: int, columns: int, count: int
) -> None:
    assert stages("mlx").call(best_of, rows, columns, count)


def variable(name: str) -> str:
    import os

    return os.environ.get(name, "")


def test_threads_of_mlx_sleep_while_they_wait(translate: Translate, stages: Callable[[str], Inside]) -> None:
    translate(texts()[:1], "mlx")
    assert stages("mlx").call(variable, "OMP_WAIT_POLICY") == "PASSIVE"


def worst_gelu() -> list[float]:
    import math

    import mlx.core as mx

    from moviesubs.translation.engines.mlx_network import gelu

    mx.set_default_device(mx.cpu)
    places = [step / 100 for step in range(-2000, 2001)]
    exact = [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in places]
    results = [gelu(mx.array(places, dtype=kind)).astype(mx.float32).tolist() for kind in (mx.float32, mx.float16)]
    return [max(abs(a - b) for a, b in zip(result, exact, strict=True)) for result in results]


def test_the_activation_without_an_error_function_is_the_exact_one(stages: Callable[[str], Inside]) -> None:
    full, half = stages("mlx").call(worst_gelu)
    assert full < 2e-6
    assert half < 0.02  # of numbers up to 20, which float16 has in steps of 1/64


# --- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("backend", "arguments", "complaint"),
    [
        ("transformers", [], "allow it with --remote-code"),
        ("transformers", ["--remote-code"], "modeling_indictrans.py is missing"),
        ("transformers", ["--remote-code", "--compute-type", "int8"], "does not compute in 'int8'"),
        ("mlx", ["--compute-type", "int8"], "MLX does not compute in 'int8'"),
        ("mlx", ["--device", "cuda"], "MLX does not compute on 'cuda'"),
        ("mlx", ["--model", "nowhere"], "no such model folder"),
        ("ctranslate2", ["--device", "mlx"], "CTranslate2 does not compute on 'mlx'"),
    ],
)
def test_a_users_mistake_gets_one_line(
    stages: Callable[[str], Inside],
    model: Callable[[str], Path],
    tmp_path: Path,
    backend: str,
    arguments: list[str],
    complaint: str,
) -> None:
    source, output = tmp_path / "transcript.json", tmp_path / "out.json"
    sentences = [contracts.Sentence(id=1, start=0.0, end=1.0, text="रुको!")]
    contracts.write(source, contracts.Transcript(language="hi", sentences=sentences))
    folder = model("ctranslate2") if backend == "ctranslate2" else HUB_MODELS / "indictrans2-hi-en-demo"
    chosen = [] if "--model" in arguments else ["--model", folder]
    words = ["--backend", backend, "--transcript", source, *chosen, "--target", "en", *arguments]
    done = stages(backend).program("translate", *words, "--output", output)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and complaint in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["transcript.json"]


def test_a_model_of_another_architecture_is_refused_by_mlx(stages: Callable[[str], Inside], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(HUB_MODELS / "indictrans2-hi-en-demo", tmp_path / "model"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    source = tmp_path / "transcript.json"
    sentences = [contracts.Sentence(id=1, start=0.0, end=1.0, text="रुको!")]
    contracts.write(source, contracts.Transcript(language="hi", sentences=sentences))
    for key, value, complaint in (
        ("encoder_normalize_before", False, "normalise before each layer only"),
        ("activation_function", "tanh", "lacks the activation function 'tanh'"),
        ("decoder_layers", 4, "tensor model.decoder.layers.3.self_attn.q_proj.weight is missing"),
        ("decoder_layers", 2, "unexpected tensors (model.decoder.layers.2"),
    ):
        (folder / "config.json").write_text(json.dumps({**config, key: value}), encoding="utf-8")
        words = ["--backend", "mlx", "--transcript", source, "--model", folder, "--target", "en"]
        done = stages("mlx").program("translate", *words, "--output", tmp_path / "out.json")
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1 and complaint in done.stderr
