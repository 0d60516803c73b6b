"""A mistake in a file that somebody wrote is one line that says where."""

import json
from pathlib import Path
from typing import Any

import pytest

from moviesubs.errors import UserError
from moviesubs.workflow.models import load_models
from moviesubs.workflow.plan import load_plan
from moviesubs.workflow.settings import load_settings
from moviesubs.workflow.user_files import line_of, read_yaml


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\nb: {c: 1\nd: 2\n", "x.yaml, line 3: not valid YAML: "),
        (b"a:\n\tb: 1\n", "x.yaml, line 2: not valid YAML: found character"),
        (b"a: 1\nb: caf\xe9\n", "x.yaml, line 2: is not UTF-8 .byte 0xe9.; save it as UTF-8"),
        ("a: 1\n".encode("utf-16"), "x.yaml: is in UTF-16; save it as UTF-8"),
        (b"a: 1\nb: 2\x00\n", "x.yaml, line 2: holds a NUL character"),
        ("a: 1\nb: 2\n".encode("utf-16-le"), "x.yaml, line 1: holds a NUL character, as text in UTF-16 does"),
        (b'a: 1\nb: "\x1b[31m"\n', "x.yaml, line 2: holds the control character '.x1b'"),
        (b"a: 1\nb: 2024-99-99\n", "x.yaml, line 2: not valid YAML: month must be in 1..12"),
        (b"", "x.yaml: is empty"),
        (b"# only a comment\n", "x.yaml: is empty"),
        (b"- a\n", "x.yaml: holds no keys with values"),
        (b"text", "x.yaml: holds no keys with values"),
        (b"a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", "x.yaml, line 5: not valid YAML: c stands there twice, in line 3 too"),
    ],
)
def test_a_broken_file_is_one_line_that_says_where(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        read_yaml(tmp_path / "x.yaml")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_or_a_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere.yaml: no such file; make it"):
        read_yaml(tmp_path / "nowhere.yaml", "make it")
    with pytest.raises(UserError, match="is a folder, not a file"):
        read_yaml(tmp_path)


def test_a_byte_order_mark_is_no_mistake_and_merged_keys_are_no_repetition(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("\ufeffa: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}\n", encoding="utf-8")
    assert read_yaml(file)["b"] == {"x": 3, "y": 2}
    assert line_of(file, ["b", "x"]) == 2
    assert line_of(file, ["c"]) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("transcript:\n  max_pause: .nan\n", "c.yaml, line 2: transcript.max_pause: nan is no number that makes sense"),
        (
            "asr:\n  silence_limit: .inf\n",
            "c.yaml, line 2: asr.silence_limit: inf is greater than the maximum of 604800",
        ),
        (
            "asr:\n  beam_size: 100000000000\n",
            "c.yaml, line 2: asr.beam_size: 100000000000 is greater than the maximum of 100",
        ),
        (
            "language: hi\nasr: {chunk_size: 45}\n",
            "c.yaml, line 2: asr.chunk_size: 45 is greater than the maximum of 30",
        ),
        ("language: hi\n\nasr:\n  modle: x\n", "c.yaml, line 4: asr: unknown key modle"),
        ("langage:\n  - hi\n", "c.yaml, line 1: unknown key langage"),
        (
            "language: klingon\n",
            r"line 1: language: 'klingon' is not possible here .a language code such as hi, a list of",
        ),
        (
            "subtitles: {formats: [srt, doc]}\n",
            "subtitles.formats.1: 'doc' is not possible here .one of ass, srt, ttml, vtt",
        ),
        ("language: hi\nsubtitles_in:\n  - spoken\n  - xx\n", "c.yaml, line 4: subtitles_in.1: unknown language 'xx'"),
        ("mux:\n  default: xx\n", "c.yaml, line 2: mux.default: unknown language 'xx'"),
        ("align:\n  models:\n    xx: a\n", "c.yaml, line 3: align.models.xx: unknown language 'xx'"),
        ("speech:\n  offset: 0.8\n  onset: 0.2\n", "c.yaml, line 2: speech.offset: is above speech.onset"),
        ("language: hi\nspeech:\n  onset: 0.2\n", "c.yaml, line 2: speech.offset: is above speech.onset"),
        ("translate:\n  scripts: {hi: Zzzz}\n", "c.yaml, line 2: translate.scripts.hi: IndicTrans2 does not write"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(text)
    config: dict[str, Any] = read_yaml(file)
    with pytest.raises(UserError, match=message):
        load_settings(config, [file])


def test_a_value_of_the_command_line_is_not_said_to_stand_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("asr:\n  beam_size: 3\n")
    with pytest.raises(UserError, match=r"^config: asr\.beam_size: 500 is greater"):
        load_settings({"asr": {"beam_size": "500"}}, [file])


def test_numbers_that_are_none_are_said_to_be_so_in_json_and_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text('{"speech": {\n"onset": NaN}}')  # Snakemake reads JSON with Python's reader
    with pytest.raises(UserError, match=r"c.json, line 2: speech.onset: nan is no number that makes sense"):
        load_settings(json.loads(file.read_text()), [file])
    with pytest.raises(UserError, match=r"^config: speech.onset: inf is greater than"):
        load_settings({"speech": {"onset": "Infinity"}}, [file])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "language: hi\nasr:\n  model: gpt-9\n",
            "c.yaml, line 3: asr.model: there is no 'gpt-9' in the table of models",
        ),
        (
            "language: ta\nasr:\n  languages:\n    ta: {model: gpt-9}\n",
            "c.yaml, line 4: asr.languages.ta.model: there is no 'gpt-9'",
        ),
        ("separate: {enabled: true,\n  model: x}\n", "c.yaml, line 2: separate.model: there is no 'x'"),
        ("align: {models: {hi: x}}\n", "c.yaml, line 1: align.models.hi: there is no model 'x'"),
        ("models:\n  - nowhere.yaml\n", "c.yaml, line 1: models: nowhere.yaml: no such file"),
        ("movies:\n  folder: nowhere\n", "c.yaml, line 2: movies.folder: nowhere: there is no such folder"),
        ("movies:\n  folder: ''\n  table: nowhere.tsv\n", "c.yaml, line 3: movies.table: nowhere.tsv: no such file"),
        ("translate:\n  glossary: nowhere.tsv\n", "c.yaml, line 2: translate.glossary: nowhere.tsv: no such file"),
        ("asr: {languages: {hi: {glossary: /}}}\n", "asr.languages.hi.glossary: /: is a folder, not a file"),
        ("hardware: nowhere.json\n", "c.yaml, line 1: hardware: nowhere.json: No such file"),
        ("translate: {backend: transformers}\n", "c.yaml, line 1: translate.backend: transformers runs Python code"),
    ],
)
def test_a_setting_that_cannot_be_had_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    file, folder = tmp_path / "c.yaml", tmp_path / "movies"
    folder.mkdir()
    (folder / "a.mkv").touch()
    file.write_text(text)
    config: dict[str, Any] = read_yaml(file)
    with pytest.raises(UserError, match=message) as caught:
        load_plan({"movies": {"folder": str(folder), "table": ""}, **config}, tmp_path / "results", files=[file])
    assert "\n" not in str(caught.value)


def test_a_model_that_would_be_made_from_itself_is_an_error(tmp_path: Path) -> None:
    table = tmp_path / "models.yaml"
    entry = "{convert: %s, format: mlx, quantization: float16, licence: MIT}"
    table.write_text(f"models:\n  a: {entry % 'b'}\n  b: {entry % 'a'}\n")
    with pytest.raises(
        UserError, match=r"models.yaml, line 2: models.a.convert: it would be made from itself .a from b from a."
    ):
        load_models([str(table)])


def test_a_model_that_is_named_and_not_there_is_said_with_its_line(tmp_path: Path) -> None:
    table = tmp_path / "models.yaml"
    table.write_text("models: {}\nasr:\n  mine:\n    whisperx: nowhere\n")
    with pytest.raises(UserError, match=r"models.yaml, line 4: asr.mine.whisperx: there is no model 'nowhere'"):
        load_models(["config/models.yaml", str(table)])
    table.write_text(f"models:\n  a: {{repository: a/b, revision: {'1' * 40}, licence: MIT}}\n")
    with pytest.raises(UserError, match=r"line 2: models.a.revision: 1+ is not text; .* put it in quotes"):
        load_models([str(table)])
