"""The workflow inside another one: `module`, with a prefix of its own for rules and for files, and as snakedeploy sets it up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT
from support.workflow import ENVIRONMENTS, copy_project

OUTER = """
configfile: "outer.yaml"

module moviesubs:
    snakefile: "SNAKEFILE"
    config: config["subtitles"]
    pathvars:
        environments="ENVIRONMENTS"
    prefix: "below"

use rule * from moviesubs as moviesubs_*

rule all:
    default_target: True
    input: rules.moviesubs_all.input

rule own:
    output: "own.txt"
    params: known=sorted(config["subtitles"])
    shell: "echo {params.known} ${{PYTHONNOUSERSITE:-}} >{output}"
""".replace("SNAKEFILE", str(ROOT / "Snakefile")).replace("ENVIRONMENTS", str(ENVIRONMENTS))
OUTER_CONFIG = """
subtitles:
  movies: {folder: "", table: films.tsv}
  models: [config/models.yaml, resources/demo/models.yaml]
  asr: {backend: whisperx, model: demo}
  translate: {variant: demo}
"""


def snakemake(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.fixture
def outer(tmp_path: Path) -> Path:
    """A workflow that uses this one."""
    (tmp_path / "Snakefile").write_text(OUTER)
    (tmp_path / "outer.yaml").write_text(OUTER_CONFIG)
    (tmp_path / "films.tsv").write_text(f"movie\tpath\nfilm\t{ROOT}/resources/demo/demo.mkv\n")
    return tmp_path


def test_a_workflow_that_uses_this_one_plans_all_of_it_below_its_prefix(outer: Path) -> None:
    done = snakemake(outer, "--dry-run")
    assert done.returncode == 0, done.stdout
    for rule in ("moviesubs_transcribe_whisperx", "moviesubs_convert_whisper", "moviesubs_mux", "moviesubs_quality"):
        assert f"\n{rule} " in done.stdout
    assert "below/results/film/film.en.srt" in done.stdout and " results/" not in done.stdout


def test_the_first_stages_run_and_the_rules_of_the_other_workflow_are_as_they_were(outer: Path) -> None:
    done = snakemake(outer, "below/results/film/shots.json", "own.txt")
    assert done.returncode == 0, done.stdout
    assert {path.name for path in (outer / "below" / "results" / "film").iterdir()} == {"probe.json", "shots.json"}
    assert (outer / "below" / "logs" / "film" / "probe.usage.json").exists()
    assert (outer / "own.txt").read_text().split() == ["asr", "models", "movies", "translate"]
    assert "Nothing to be done" in snakemake(outer, "below/results/film/shots.json").stdout


def test_a_mistake_in_the_config_that_a_module_is_given_is_one_line(outer: Path) -> None:
    done = snakemake(outer, "--dry-run", "--config", "subtitles={asr: {modle: x}}")
    assert done.returncode and "\nError: config: asr: unknown key modle; known are " in done.stdout
    assert "Traceback" not in done.stdout and "common.smk" not in done.stdout


def test_a_module_is_taken_from_a_git_host_as_snakedeploy_writes_it(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    copy_project(source)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(source)]
    for command in (["init", "-q"], ["add", "--all", "--force"], ["commit", "-q", "-m", "x"], ["tag", "v1"]):
        subprocess.run([*git, *command], check=True)
    deployed = tmp_path / "deployed"
    (deployed / "workflow").mkdir(parents=True)
    (deployed / "movies").mkdir()
    (deployed / "movies" / "film.mkv").symlink_to(ROOT / "resources" / "demo" / "demo.mkv")
    (deployed / "config").symlink_to(source / "config")
    (deployed / "workflow" / "Snakefile").write_text(
        'configfile: "config/config.yaml"\n'
        "module movies:\n"
        '    snakefile: github("someone/movies", path="workflow/Snakefile", tag="v1")\n'
        "    config: config\n"
        "use rule * from movies\n"
    )
    done = snakemake(
        deployed,
        "--dry-run",
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0=f"url.{source}.insteadOf",
        GIT_CONFIG_VALUE_0="https://github.com/someone/movies",
        XDG_CACHE_HOME=str(tmp_path / "cache"),
    )
    assert done.returncode == 0, done.stdout
    assert "\ntranscribe_" in done.stdout and "results/film/film.en.srt" in done.stdout
