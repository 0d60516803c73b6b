"""The environments of the stages: pins that resolve on both platforms, libraries that import where they are used."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from support import ROOT

from environments import main as environments
from lock_environments import lock
from make_environment import uv_variables
from moviesubs.contracts import Asr, Segment, Speech, read, write
from moviesubs.errors import UserError
from moviesubs.workflow.definitions import LOCK_MARK, merge_locks, read_definition
from moviesubs.workflow.environments import failure_of, state

DEFINITIONS = sorted((ROOT / "envs").glob("*.yaml"))
STAGES = [path for path in DEFINITIONS if path.stem != "workflow"]

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
    content = read_definition(definition)
    loose = [
        line
        for line in (*content.requirements, *content.locked)
        if not re.match(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^*,<>~]+$", line.split(";")[0].strip())
    ]
    assert not loose


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda path: path.stem)
def test_the_lock_holds_all_that_the_pins_bring_along_on_both_platforms(definition: Path) -> None:
    assert lock(definition, upgrade=False) == definition.read_text()
    assert "://" not in definition.read_text()


def test_a_pin_that_holds_on_one_platform_only_is_marked_and_what_is_asked_for_is_not_repeated() -> None:
    resolved = {"on linux": ["a==1", "b_c==2", "d==3"], "on a mac": ["a==1", "d==4"]}
    assert merge_locks(resolved, ("b-c==2",)) == ["a==1", "d==3; on linux", "d==4; on a mac"]


@pytest.mark.parametrize("definition", STAGES, ids=lambda path: path.stem)
def test_the_libraries_import_in_their_own_environment(definition: Path, python: Callable[[str], str]) -> None:
    command = [python(definition.stem), "-c", f"import {IMPORTS[definition.stem]}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_conda_and_pip_users_get_the_same_workflow() -> None:
    lines = read_definition(ROOT / "envs" / "workflow.yaml").requirements
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert sorted(lines) == sorted(project["project"]["dependencies"])


def test_tests_of_shared_modules_import_the_same_libraries_as_the_stages() -> None:
    lines = read_definition(ROOT / "envs" / "common.yaml").requirements
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())
    known = {*group["dependency-groups"]["test"], *group["project"]["dependencies"]}
    assert {line for line in lines if not line.startswith("huggingface-hub")} <= known


def test_what_pip_cannot_give_is_an_error_that_names_it(tmp_path: Path) -> None:
    definition = tmp_path / "x.yaml"
    definition.write_text("dependencies: [python=3.11, pip, cudatoolkit=12, {pip: ['x==1']}]")
    with pytest.raises(UserError, match="needs cudatoolkit=12 from conda; deploy with --sdm conda"):
        read_definition(definition)


def test_settings_of_pip_hold_for_uv_where_uv_has_none() -> None:
    assert uv_variables({"PIP_FIND_LINKS": "/wheels"})["UV_FIND_LINKS"] == "/wheels"
    assert uv_variables({"PIP_FIND_LINKS": "/wheels", "UV_FIND_LINKS": "/mine"})["UV_FIND_LINKS"] == "/mine"
    assert uv_variables({"UV_TORCH_BACKEND": "", "EMPTY": ""}) == {"EMPTY": ""}


def make(definition: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, ROOT / "scripts" / "make_environment.py", "--definition", definition]
    folder = definition.parent
    command = [*program, "--folder", folder / "env", "--marker", folder / "env.ready", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


BROKEN = "dependencies: [python=3.11, pip, {pip: ['moviesubs-has-no-such-package==1']}]\n"


def test_an_environment_that_cannot_be_built_leaves_nothing_behind_and_says_why(tmp_path: Path) -> None:
    definition = tmp_path / "broken.yaml"
    definition.write_text(BROKEN)
    done = make(definition)
    assert done.returncode == 1
    assert "could not be built" in done.stderr
    # the lock stays: others may wait at it
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env.lock", "broken.yaml"]


def test_an_environment_that_may_fail_says_so_in_its_marker_and_how_to_try_again(tmp_path: Path) -> None:
    definition = tmp_path / "broken.yaml"
    definition.write_text(BROKEN)
    done = make(definition, "--may-fail", "1")
    assert done.returncode == 0
    assert "does without env until `snakemake --force" in done.stderr
    assert "could not be built" in (failure_of(tmp_path / "env.ready") or "")


def test_locked_pins_bind_and_what_is_not_needed_is_left_out(tmp_path: Path) -> None:
    definition = tmp_path / "small.yaml"
    lines = ["- jinja2==3.1.6", LOCK_MARK, "- markupsafe==3.0.2", "- triton==3.4.0"]
    definition.write_text("dependencies:\n  - python=3.11\n  - pip:\n" + "".join(f"      {line}\n" for line in lines))
    assert state(definition, tmp_path / "env") == "not built"
    assert make(definition).returncode == 0
    names = {
        path.name.lower() for path in (tmp_path / "env" / "lib" / "python3.11" / "site-packages").glob("*.dist-info")
    }
    assert names == {"jinja2-3.1.6.dist-info", "markupsafe-3.0.2.dist-info"}
    assert state(definition, tmp_path / "env") == "built"


def test_the_table_of_environments_says_how_they_stand_and_one_can_be_removed_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(BROKEN)
        (tmp_path / "made" / name / "bin").mkdir(parents=True)
        (tmp_path / "made" / name / "bin" / "python").write_bytes(bytes(300_000_000 if name == "one" else 1))
    (tmp_path / "made" / "one.ready").write_text("one.yaml another digest\n")
    options = [
        "--definitions",
        str(tmp_path / "one.yaml"),
        str(tmp_path / "two.yaml"),
        "--folder",
        str(tmp_path / "made"),
    ]
    environments([*options, "--users", "one=align,mux"])
    table = capsys.readouterr().out
    assert re.search(r"^one +0\.3  older than its definition +align, mux$", table, re.M)
    assert re.search(r"^two +0\.0  half built *$", table, re.M)
    environments([*options, "--remove", "one"])
    assert "one is removed: 0.3 GB" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["two"]
    with pytest.raises(UserError, match="no environment 'three'; there are one, two"):
        environments([*options, "--remove", "three"])


@pytest.mark.parametrize("state", ["failed: 0123 no wheel for this machine\n", "mlx.yaml 0123 Darwin arm64\n"])
def test_recognition_with_mlx_that_could_not_be_built_or_does_not_start_says_so_in_its_answer(
    tmp_path: Path, python: Callable[[str], str], state: str
) -> None:
    (tmp_path / "common").symlink_to(Path(python("common")).parents[1])
    (tmp_path / "mlx.ready").write_text(state)
    (tmp_path / "mlx" / "bin").mkdir(parents=True)
    (tmp_path / "mlx" / "bin" / "python").symlink_to("/a/python/that/was/removed")
    with wave.open(str(tmp_path / "a.wav"), "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(16_000)
        audio.writeframes(bytes(32_000))
    write(tmp_path / "speech.json", Speech(segments=[Segment(start=0.1, end=0.9)], method="silero", duration=1.0))
    (tmp_path / "common.ready").touch()
    options = f"--audio a.wav --speech speech.json --model {tmp_path} --language hi --output asr.mlx.json"
    command = [ROOT / "scripts" / "bin" / "run_in", "mlx", "transcribe_mlx", *options.split()]
    variables = {**os.environ, "MOVIESUBS_ENVIRONMENTS": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = read(tmp_path / "asr.mlx.json", Asr)
    assert answer.status == "failed" and "WhisperX will do its work" in done.stderr


def test_jobs_that_miss_an_environment_at_once_build_it_once(tmp_path: Path) -> None:
    """As a module's jobs do, or those on other machines: nobody has built it before the first job."""
    sources = tmp_path / "sources"
    (sources / "envs").mkdir(parents=True)
    shutil.copytree(ROOT / "scripts", sources / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (sources / "scripts" / "say.py").write_text("import sys; print(sys.prefix)\n")
    wheel = "dependencies: [python=3.11, pip, {pip: [humanfriendly==10.0]}]\n"
    (sources / "envs" / "small.yaml").write_text(wheel)
    variables = {
        **os.environ,
        "MOVIESUBS_ENVIRONMENTS": str(tmp_path / "environments"),
        "MOVIESUBS_PYTHON": sys.executable,
    }
    command = [sources / "scripts" / "bin" / "run_in", "small", "say"]
    jobs = [
        subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = [job.communicate() for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0, 0], answers
    assert {answer.strip() for answer, _ in answers} == {str(tmp_path / "environments" / "small")}
    assert sum("building the environment small" in said for _, said in answers) == 1
