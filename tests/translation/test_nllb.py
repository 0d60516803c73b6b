"""NLLB-200: the languages that IndicTrans2 lacks, the reference's text, and a licence that nobody overlooks."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support import ROOT
from support.inside import Inside

from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.language.languages import flores_code, flores_code_of, languages
from moviesubs.translation import placeholders
from moviesubs.workflow.models import load_models, translation_model, warnings
from moviesubs.workflow.movies import load_movies
from moviesubs.workflow.settings import load_config

TABLES = [str(ROOT / "config" / name) for name in ("models.yaml", "models-nllb.yaml")]


# --- the table -------------------------------------------------------------------------------------------------------


def test_nllb_translates_what_indictrans2_does_not_and_nothing_else() -> None:
    config, models = load_config({}), load_models(TABLES)
    for source, target in (("hi", "fr"), ("ja", "en"), ("fr", "ta"), ("de", "zh"), ("en", "no")):
        assert translation_model(config, models, source, target) == "nllb-200-distilled-600M-ctranslate2"
    for source, target in (("hi", "en"), ("en", "ta"), ("gu", "hi"), ("brx", "en")):
        assert translation_model(config, models, source, target).startswith("indictrans2-")
    served = {code for entry in models["translate"] if "nllb" in entry["model"] for code in entry["sources"]}
    assert served == {code for code, one in languages().items() if one.nllb}
    with pytest.raises(UserError, match="no model translates Hindi"):
        translation_model(config, load_models(TABLES[:1]), "hi", "fr")


def test_the_licence_is_told_at_start(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    values = {"movies": {"folder": str(tmp_path), "table": ""}, "models": TABLES, "align": {"backend": "none"}}
    for targets, count in ((["en", "fr", "de"], 1), (["en", "ta"], 0)):
        config = load_config({**values, "subtitles_in": targets})
        lines = warnings(config, load_models(TABLES), load_movies(config)[0])
        assert len(lines) == count
        assert all("nllb" in line and "non-commercial use only (CC-BY-NC-4.0)" in line for line in lines)


def test_a_backend_that_does_not_run_nllb_is_an_error_at_start() -> None:
    config = load_config({"translate": {"backend": "mlx"}})
    with pytest.raises(
        UserError, match="mlx does not run nllb-200-distilled-600M-ctranslate2; use auto or ctranslate2"
    ):
        translation_model(config, load_models(TABLES), "hi", "fr")


def test_the_models_have_codes_of_their_own() -> None:
    assert (flores_code("fr", family="nllb"), flores_code("sat", family="nllb")) == ("fra_Latn", "sat_Beng")
    assert flores_code_of("ks", ["तुह्य कति छिव?"], "nllb") == "kas_Deva"
    with pytest.raises(UserError, match="NLLB-200 does not translate Bodo"):
        flores_code("brx", family="nllb")
    with pytest.raises(UserError, match="IndicTrans2 does not translate French"):
        flores_code("fr")


def test_a_model_that_does_not_copy_placeholders_gets_few() -> None:
    text = "<i>सूर्या ने 1,234.50 रुपये दिए</i> a@b.org"
    assert placeholders.protect(text, {"सूर्या": "Surya"}, sparing=True)[1] == ["<i>", "Surya", "</i>"]


# --- the model -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stage(python: Callable[[str], str]) -> Iterator[Inside]:
    """The environment of the stage."""
    inside = Inside(python("indictrans2"))
    yield inside
    inside.close()


def make(folder: str) -> list[str]:
    """A small NLLB with random weights, in the hub's files; gives the languages that the real one has."""
    import io
    from pathlib import Path

    import sentencepiece
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer
    from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

    import phrasebook

    output, pieces = Path(folder), io.BytesIO()
    output.mkdir()
    lines = [text for one in phrasebook.sentences(1, 800, "train") for text in (one.hindi, one.english)]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=pieces,
        vocab_size=400,
        model_type="bpe",
        character_coverage=1.0,
        minloglevel=2,
    )
    (output / "sentencepiece.bpe.model").write_bytes(pieces.getvalue())
    tokenizer = NllbTokenizer(str(output / "sentencepiece.bpe.model"))
    tokenizer.save_pretrained(output)
    torch.manual_seed(0)
    sizes = {"d_model": 32, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "encoder_layers": 2, "decoder_layers": 2}
    config = M2M100Config(
        vocab_size=len(tokenizer) + 2,
        **sizes,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        max_position_embeddings=64,
        scale_embedding=True,
        activation_function="relu",
    )
    network = M2M100ForConditionalGeneration(config)
    for parameter in network.parameters():
        parameter.data += 0.15 * torch.randn_like(parameter)
    network.save_pretrained(output, safe_serialization=False)  # the hub has it as pytorch_model.bin
    return list(FAIRSEQ_LANGUAGE_CODES)


@pytest.fixture(scope="module")
def checkpoint(stage: Inside, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A small NLLB as on the hub, and the real one's languages."""
    folder = tmp_path_factory.mktemp("hub") / "nllb-tiny"
    return folder, stage.call(make, str(folder))


@pytest.fixture(scope="module")
def converted(stage: Inside, checkpoint: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in CTranslate2's format."""
    output = tmp_path_factory.mktemp("converted") / "nllb"
    words = ["--model", checkpoint[0], "--quantization", "float32", "--revision", "v1", "--output", output]
    done = stage.program("convert_indictrans2", *words)
    assert done.returncode == 0, done.stderr
    return output


def test_every_language_has_a_tag_in_the_model(checkpoint: tuple[Path, list[str]]) -> None:
    codes = {flores for one in languages().values() for flores in one.nllb.split()}
    assert codes <= set(checkpoint[1])


def with_both(hub: str, converted: str, texts: list[str], target: str) -> list[list[Any]]:
    from pathlib import Path

    import torch
    from transformers import M2M100ForConditionalGeneration, NllbTokenizer

    from moviesubs.translation.engines.base import Decoding
    from moviesubs.translation.engines.ctranslate2 import CTranslate2Engine
    from moviesubs.translation.tokenizers.nllb import NllbTokenizer as Ours

    theirs = NllbTokenizer.from_pretrained(hub, src_lang="hin_Deva")
    network, tag = M2M100ForConditionalGeneration.from_pretrained(hub).eval(), theirs.convert_tokens_to_ids(target)
    engine, ours = CTranslate2Engine(Path(converted), "cpu", 1), Ours(Path(converted))
    rows = []
    for text in texts:
        inputs = theirs(text, return_tensors="pt")
        tokens = ours.tokenize(f"hin_Deva {target} {text}")
        with torch.no_grad():
            output = network.generate(
                **inputs, forced_bos_token_id=tag, num_beams=5, early_stopping=True, max_new_tokens=30, do_sample=False
            )
        answer = engine.translate([tokens], Decoding(max_length=30))[0]
        wanted = [one for one in theirs.convert_ids_to_tokens(output[0]) if one not in ("<s>", "<pad>", "</s>", target)]
        rows.append([answer, wanted, ours.text(answer), theirs.decode(output[0], skip_special_tokens=True)])
    return rows


def test_engine_and_tokenizer_give_the_text_of_the_reference(
    stage: Inside, checkpoint: tuple[Path, list[str]], converted: Path
) -> None:
    texts = ["मैं घर जाता हूँ।", "रुको!", "मीरा शुक्रवार को अस्पताल जाएगी।", "तुम कौन हो?", "मुझे 56 रुपये चाहिए।"]
    rows = stage.call(with_both, str(checkpoint[0]), str(converted), texts, "fra_Latn")
    for answer, wanted, text, their_text in rows:
        assert answer[: len(wanted)] == wanted[: len(answer)]
        assert text[:20] == their_text.strip()[:20]


def test_the_program_translates_with_it(stage: Inside, converted: Path, tmp_path: Path) -> None:
    source, output = tmp_path / "t.json", tmp_path / "t.fr.json"
    sentences = [contracts.Sentence(id=n, start=n, end=n + 1, text=text) for n, text in enumerate(["रुको!", "♪"])]
    contracts.write(source, contracts.Transcript(language="hi", sentences=sentences))
    words = ["--transcript", source, "--model", converted, "--target", "fr", "--threads", "1"]
    words += ["--memory", tmp_path / "memory.sqlite", "--output", output]
    for known in (0, 1):
        done = stage.program("translate", *words)
        assert done.returncode == 0, done.stderr
        translated = contracts.read(output, contracts.Transcript)
        assert (translated.translation.model, translated.translation.revision) == ("nllb-tiny", "v1")  # type: ignore[union-attr]
        assert translated.sentences[0].text and "fra_Latn" not in translated.sentences[0].text
        assert translated.sentences[1].text == "♪"
        assert (", 0 of them known" in done.stdout) == (known == 0)


def test_a_language_that_it_lacks_is_one_line(stage: Inside, converted: Path, tmp_path: Path) -> None:
    sentences = [contracts.Sentence(id=1, start=0.0, end=1.0, text="रुको!")]
    contracts.write(tmp_path / "t.json", contracts.Transcript(language="hi", sentences=sentences))
    words = ["--transcript", tmp_path / "t.json", "--model", converted, "--target", "brx", "--output", tmp_path / "o"]
    done = stage.program("translate", *words)
    assert (done.returncode, done.stderr) == (1, "error: NLLB-200 does not translate Bodo (brx)\n")


def test_a_checkpoint_without_its_pieces_is_one_line(
    stage: Inside, checkpoint: tuple[Path, list[str]], tmp_path: Path
) -> None:
    import shutil

    folder = Path(shutil.copytree(checkpoint[0], tmp_path / "hub"))
    (folder / "sentencepiece.bpe.model").unlink()
    done = stage.program("convert_indictrans2", "--model", folder, "--output", tmp_path / "out")
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "sentencepiece.bpe.model is missing" in done.stderr
    assert not (tmp_path / "out").exists()
