"""Every rule of the workflow, read from Snakemake itself: what each has, and what its params trigger."""

import re
from pathlib import Path
from typing import Any

import pytest
from snakemake.api import SnakemakeApi
from snakemake.settings.types import ConfigSettings, OutputSettings, Quietness, ResourceSettings
from support import ROOT

#: what they make is pinned elsewhere and does not change with our code
FETCHED_OR_BUILT = {"environment", "download_model", "local_model"}


@pytest.fixture(scope="module")
def rules() -> list[Any]:
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as snakemake:
        demo = ConfigSettings(configfiles=[ROOT / "resources" / "demo" / "config.yaml"])
        api = snakemake.workflow(
            resource_settings=ResourceSettings(cores=1),
            config_settings=demo,
            snakefile=ROOT / "Snakefile",
            workdir=ROOT,
        )
        return list(api._workflow.rules)


@pytest.fixture(scope="module")
def working(rules: list[Any]) -> list[Any]:
    """Those that run something; the others only collect."""
    return [rule for rule in rules if not rule.norun]


def test_every_working_rule_has_log_message_threads_and_resources(working: list[Any]) -> None:
    assert len(working) > 20
    for rule in working:
        assert rule.log, rule.name
        assert rule.message, rule.name
        assert rule.resources["_cores"].raw, rule.name
        assert {"mem_mb", "runtime"} <= set(rule.resources), rule.name


def test_every_rule_names_the_environment_that_it_uses_and_no_other(working: list[Any]) -> None:
    """Rules that Snakemake's own Python runs (`run:`) name none."""
    for rule in working:
        assert (rule.conda_env is None) == rule.is_run, rule.name
        if rule.conda_env is not None and not callable(rule.conda_env):
            environment = Path(str(getattr(rule.conda_env, "path", rule.conda_env))).stem
            named = re.search(r"run_in (\S+) ", rule.shellcmd)[1].replace("params.", "")
            assert named.format(**dict(rule.params.items())) == environment


def test_every_rule_that_makes_results_runs_again_when_its_code_changes(working: list[Any]) -> None:
    for rule in working:
        watched = bool(rule.output) and rule.name not in FETCHED_OR_BUILT
        assert ("code" in dict(rule.params.items())) == watched, rule.name


def test_programs_and_environments_are_no_inputs(working: list[Any]) -> None:
    """As inputs they would run rules again when a comment changes or a folder moves."""
    for rule in working:
        assert not {"program", "environment"} & set(rule.input.keys()), rule.name


def test_a_param_of_input_or_output_holds_file_names_only_for_snakemake_does_not_watch_it(working: list[Any]) -> None:
    """Snakemake runs a rule again for another set of files, but not for what such a function takes from the config."""
    for rule in working:
        for name, value in rule.params.items():
            if rule._is_deriving_function(value):
                closure = {
                    cell.cell_contents for cell in value.__closure__ or () if isinstance(cell.cell_contents, str)
                }
                used = set(value.__code__.co_names)
                assert not {"config", "PLAN", "threads", "resources"} & used, (rule.name, name, closure)


def test_no_rule_has_two_params_that_are_plain_numbers_for_snakemake_compares_them_as_a_set(working: list[Any]) -> None:
    """The values of two such params could be exchanged unseen; in one mapping they keep their names."""
    for rule in working:
        plain = [name for name, value in rule.params.items() if isinstance(value, int | float)]
        assert len(plain) <= 1, (rule.name, plain)


def test_limits_and_sizes_are_resources_for_they_decide_how_long_and_not_what(working: list[Any]) -> None:
    for rule in working:
        words = {"time_limit", "time_limit_share", "silence_limit", "batch_size", "batch_tokens", "device", "threads"}
        assert not words & set(rule.params.keys()), rule.name


def test_limits_are_texts_for_snakemake_rounds_resources_to_whole_numbers(working: list[Any]) -> None:
    """A share of 0.4 would be none."""
    for rule in working:
        for name in {"time_limit", "time_limit_share", "silence_limit"} & set(rule.resources):
            assert isinstance(rule.resources[name].raw, str), (rule.name, name)


def test_every_option_stands_on_a_line_of_its_own() -> None:
    for file in sorted((ROOT / "rules").glob("*.smk")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip().startswith('" --'):
                assert line.count(" --") == 1, f"{file.name}:{number}"
