"""The environments of the stages: pins that resolve on both platforms, libraries that import where they are used."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from support import ROOT

from make_environment import requirements, uv_variables
from moviesubs.errors import UserError

DEFINITIONS = sorted((ROOT / "envs").glob("*.yaml"))
STAGES = [path for path in DEFINITIONS if path.stem != "workflow"]
PLATFORMS = {"Linux x86-64": "x86_64-manylinux_2_35", "macOS arm64": "aarch64-apple-darwin"}

#: the libraries that the programs of an environment import
IMPORTS = {
    "common": "av, ffmpeg, imageio_ffmpeg, pysrt, pysubs2, ttconv.imsc.writer, ttconv.vtt.reader, regex, jinja2, huggingface_hub, msgspec",
    "whisperx": "whisperx.asr, whisperx.alignment, faster_whisper, pyannote.audio, ctranslate2, transformers, msgspec",
    "mlx": "mlx.core, mlx_whisper, msgspec",
    "indictrans2": "IndicTransToolkit.processor, ctranslate2, sentencepiece, safetensors, psutil, msgspec",
    "indictrans2-mlx": "IndicTransToolkit.processor, mlx.core, sentencepiece, safetensors, psutil, msgspec",
    "demucs": "demucs.pretrained, demucs.apply, torch, msgspec",
}


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda path: path.stem)
def test_every_requirement_is_pinned_exactly(definition: Path) -> None:
    _, lines = requirements(yaml.safe_load(definition.read_text()))
    loose = [
        line
        for line in lines
        if not re.match(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^*,<>~]+$", line.split(";")[0].strip())
    ]
    assert not loose


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda path: path.stem)
def test_the_pins_resolve(definition: Path, platform: str, tmp_path: Path) -> None:
    version, lines = requirements(yaml.safe_load(definition.read_text()))
    wanted = tmp_path / "requirements.in"
    wanted.write_text("\n".join(lines))
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--python-version", version]
    command += ["--python-platform", PLATFORMS[platform], str(wanted)]
    variables = {
        **os.environ,
        "MACOSX_DEPLOYMENT_TARGET": "14.0",
    }  # the oldest macOS that torch and MLX have wheels for
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("definition", STAGES, ids=lambda path: path.stem)
def test_the_libraries_import_in_their_own_environment(definition: Path, python: Callable[[str], str]) -> None:
    command = [python(definition.stem), "-c", f"import {IMPORTS[definition.stem]}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_conda_and_pip_users_get_the_same_workflow() -> None:
    _, lines = requirements(yaml.safe_load((ROOT / "envs" / "workflow.yaml").read_text()))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert sorted(lines) == sorted(project["project"]["dependencies"])


def test_tests_of_shared_modules_import_the_same_libraries_as_the_stages() -> None:
    _, lines = requirements(yaml.safe_load((ROOT / "envs" / "common.yaml").read_text()))
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())
    known = {*group["dependency-groups"]["test"], *group["project"]["dependencies"]}
    assert {line for line in lines if not line.startswith("huggingface-hub")} <= known


def test_what_pip_cannot_give_is_an_error_that_names_it() -> None:
    with pytest.raises(UserError, match="needs cudatoolkit=12 from conda; deploy with --sdm conda"):
        requirements({"dependencies": ["python=3.11", "pip", "cudatoolkit=12", {"pip": ["x==1"]}]})


def test_settings_of_pip_hold_for_uv_where_uv_has_none() -> None:
    assert uv_variables({"PIP_FIND_LINKS": "/wheels"})["UV_FIND_LINKS"] == "/wheels"
    assert uv_variables({"PIP_FIND_LINKS": "/wheels", "UV_FIND_LINKS": "/mine"})["UV_FIND_LINKS"] == "/mine"


def test_an_environment_that_cannot_be_built_leaves_nothing_behind_and_says_why(tmp_path: Path) -> None:
    definition = tmp_path / "broken.yaml"
    definition.write_text("dependencies: [python=3.11, pip, {pip: ['moviesubs-has-no-such-package==1']}]\n")
    program = [sys.executable, ROOT / "scripts" / "make_environment.py", "--definition", definition]
    done = subprocess.run(
        [*program, "--folder", tmp_path / "env", "--marker", tmp_path / "ready"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "could not be built" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.yaml"]
