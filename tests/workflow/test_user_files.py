"""A mistake in a file that somebody wrote is one line that says where."""

from pathlib import Path
from typing import Any

import pytest

from moviesubs.errors import UserError
from moviesubs.workflow.models import load_models
from moviesubs.workflow.settings import load_settings
from moviesubs.workflow.user_files import line_of, read_yaml


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\nb: {c: 1\nd: 2\n", "x.yaml, line 3: not valid YAML: "),
        (b"a:\n\tb: 1\n", "x.yaml, line 2: not valid YAML: found character"),
        (b"a: 1\nb: caf\xe9\n", "x.yaml, line 2: is not UTF-8 .byte 0xe9.; save it as UTF-8"),
        ("a: 1\n".encode("utf-16"), "x.yaml: is in UTF-16; save it as UTF-8"),
        (b"a: 1\x00\n", "x.yaml.*: not valid YAML: "),
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


def test_a_model_that_would_be_made_from_itself_is_an_error(tmp_path: Path) -> None:
    table = tmp_path / "models.yaml"
    entry = "{convert: %s, format: mlx, quantization: float16, licence: MIT}"
    table.write_text(f"models:\n  a: {entry % 'b'}\n  b: {entry % 'a'}\n")
    with pytest.raises(UserError, match=r"models.a.convert: it would be made from itself .a from b from a."):
        load_models([str(table)])
