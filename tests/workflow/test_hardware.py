"""What each stage runs on."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from moviesubs.errors import UserError
from moviesubs.workflow.hardware import (
    Hardware,
    align_backend,
    asr_backend,
    backends,
    choose_device,
    load_hardware,
    uses_gpu,
)

LINUX = Hardware("Linux", "x86_64", 8, 32000)
NVIDIA = Hardware("Linux", "x86_64", 8, 32000, ("NVIDIA L4",))
MAC = Hardware("Darwin", "arm64", 8, 32000)


def test_auto_takes_mlx_on_apple_silicon_and_whisperx_elsewhere_and_is_never_an_error() -> None:
    assert asr_backend("auto", MAC)[0] == "mlx"
    assert asr_backend("auto", NVIDIA)[0] == "whisperx"
    assert asr_backend("auto", Hardware("Windows", "AMD64", 8, 1))[0] == "whisperx"


def test_mlx_where_there_is_none_is_an_error_at_start() -> None:
    with pytest.raises(UserError, match="there is no MLX for Darwin on x86_64; use auto or whisperx"):
        asr_backend("mlx", Hardware("Darwin", "x86_64", 8, 1))
    with pytest.raises(UserError, match="align.backend: there is no MLX for Darwin"):
        align_backend("mlx", "whisperx", Hardware("Darwin", "x86_64", 8, 1))


def test_words_are_aligned_by_whisperx_even_after_mlx_unless_the_config_says_otherwise() -> None:
    none: dict[str, object] = {}
    config = {"asr": {"backend": "auto", "languages": none}, "align": {"backend": "whisperx", "languages": none}}
    assert backends(config, ["hi"], MAC) == {"hi": ("mlx", "whisperx")}
    config["align"] = {"backend": "same", "languages": {"ta": {"backend": "none"}}}
    config["asr"] = {"backend": "auto", "languages": {"bn": {"backend": "whisperx"}}}
    assert backends(config, ["hi", "ta", "bn"], MAC) == {
        "hi": ("mlx", "mlx"), "ta": ("mlx", "none"), "bn": ("whisperx", "whisperx"),
    }  # fmt: skip
    assert backends(config, ["hi"], NVIDIA) == {"hi": ("whisperx", "whisperx")}


def test_ctranslate2_never_gets_apples_gpu_and_every_gpu_stage_asks_for_the_card() -> None:
    assert choose_device("transcribe_whisperx", MAC)[0] == "cpu"
    assert choose_device("separate", MAC)[0] == "mps"
    assert choose_device("transcribe_whisperx", NVIDIA) == ("cuda", "NVIDIA L4")
    assert choose_device("align", LINUX)[0] == "cpu"
    assert uses_gpu("cuda", NVIDIA)
    assert uses_gpu("mlx", MAC)
    assert not uses_gpu("mlx", LINUX)


def test_where_the_environment_of_mlx_could_not_be_built_whisperx_does_the_work() -> None:
    backend, why = asr_backend("auto", replace(MAC, mlx_failure="no wheel"))
    assert backend == "whisperx" and "could not be built" in why


def test_what_was_found_can_be_pinned_and_a_file_that_is_no_record_is_one_line(tmp_path: Path) -> None:
    record = tmp_path / "hardware.json"
    record.write_bytes(msgspec.json.encode(NVIDIA))
    assert load_hardware(record) == NVIDIA
    record.write_text('{"system": 3}')
    with pytest.raises(UserError, match=r"hardware.json: Expected `str`, got `int` .*`snakemake hardware` writes"):
        load_hardware(record)
    with pytest.raises(UserError, match="config: hardware: .*No such file"):
        load_hardware(tmp_path / "nowhere.json")
