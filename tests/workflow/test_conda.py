"""Stages deployed by conda: by a conda that hands out the environments which are there, and writes down what it was asked."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from support import ROOT
from support.workflow import ENVIRONMENTS, copy_project, jobs, run

from moviesubs.workflow.definitions import read_definition

CONDA = """#!/bin/bash
case "$1" in
info) echo '{"conda_prefix": "BASE", "platform": "linux-64"}' ;;
config) echo '{"get": {"channel_priority": "strict"}}' ;;
env)
    while [ $# -gt 0 ]; do
        case "$1" in --file) file=$2 ;; --prefix) prefix=$2 ;; esac
        shift
    done
    for definition in ROOT/envs/*.yaml; do
        if cmp --silent "$file" "$definition"; then
            name=$(basename "$definition" .yaml)
            ln -s "ENVIRONMENTS/$name" "$prefix"
            echo "$name" >>BASE/built
            exit
        fi
    done
    exit 1
    ;;
*) echo "conda 26.7.1" ;;
esac
"""


@pytest.fixture
def conda(tmp_path: Path) -> dict[str, str]:
    """Variables with which Snakemake finds it."""
    base = tmp_path / "conda"
    (base / "bin").mkdir(parents=True)
    script = CONDA.replace("BASE", str(base)).replace("ENVIRONMENTS", str(ENVIRONMENTS)).replace("ROOT", str(ROOT))
    (base / "bin" / "conda").write_text(script)
    (base / "bin" / "conda").chmod(0o755)
    (base / "bin" / "activate").write_text('export PATH="$1/bin:$PATH"\n')
    (base / "built").touch()
    return {"PATH": f"{base}/bin{os.pathsep}{os.environ['PATH']}", "BUILT": str(base / "built")}


def test_stages_run_in_condas_environments_and_uv_runs_nothing_again(tmp_path: Path, conda: dict[str, str]) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    copy_project(folder)
    made = "results/demo/shots.json"
    done = run(folder, made, "--sdm", "conda", environment=conda)
    assert done.returncode == 0, done.stdout
    assert Path(conda["BUILT"]).read_text().split() == ["common"]
    assert "Activating conda environment" in done.stdout and (folder / made).exists()
    assert jobs(folder, made) == {}


def test_what_was_made_with_uv_is_not_made_again_with_conda(finished: Path, conda: dict[str, str]) -> None:
    assert jobs(finished, "--sdm", "conda", environment=conda) == {}


def test_a_movie_that_fails_leaves_the_table_of_those_that_are_finished(project: Path, conda: dict[str, str]) -> None:
    (project / "movies").mkdir()
    (project / "movies" / "not a movie.mkv").write_text("This is a text.")
    page = project / "results" / "quality.html"
    page.unlink()
    movies = "movies={folder: movies, table: resources/demo/movies.tsv}"
    done = run(project, "--sdm", "conda", config=movies, environment=conda)
    assert done.returncode and "not a movie.mkv" in done.stdout, done.stdout
    assert "Not finished" in page.read_text(encoding="utf-8") and "demo/report.html" in page.read_text(encoding="utf-8")
    assert len(set(built := Path(conda["BUILT"]).read_text().split())) == len(built), built


@pytest.mark.parametrize(
    ("target", "line"),
    [("hardware", "transcribe_whisperx"), ("environments", "conda's environments: `snakemake --list")],
)
def test_lists_build_no_environment(tmp_path: Path, conda: dict[str, str], target: str, line: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    done = run(copy_project(folder), target, "--sdm", "conda", environment=conda)
    assert done.returncode == 0 and line in done.stdout, done.stdout
    assert Path(conda["BUILT"]).read_text() == ""


def test_the_documented_command_leaves_nothing_of_cuda_in_the_definitions(tmp_path: Path) -> None:
    command = re.search(r"`(sed -i '[^`]*) envs/\*\.yaml`", (ROOT / "docs" / "snakemake.md").read_text())
    assert command
    for definition in (ROOT / "envs").glob("*.yaml"):
        copy = tmp_path / definition.name
        copy.write_text(definition.read_text())
        subprocess.run(f"{command[1]} {copy}", shell=True, check=True)
        before, after = read_definition(definition), read_definition(copy)
        assert before.requirements == after.requirements
        assert not [line for line in after.locked if re.match("cuda|nvidia|triton", line)]
