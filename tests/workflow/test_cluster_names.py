"""Names of movies on their way to a job on another machine."""

import subprocess

from hypothesis import example, given, settings
from hypothesis import strategies as st
from snakemake.target_jobs import parse_target_jobs_cli_args  # type: ignore[import-untyped]
from snakemake_interface_executor_plugins.utils import (  # type: ignore[import-untyped]
    TargetSpec,
    encode_target_jobs_cli_args,
    format_cli_arg,
)

from moviesubs.workflow.cluster_names import name_problem, path_problem, reachable
from moviesubs.workflow.movies import Movie

#: what names are made of, the characters that shells and Snakemake read among it
TEXT = st.text(
    st.one_of(st.sampled_from("'\"$`\\,()%{}<>;&|!#*?~= a1\u200d\u00a0"), st.characters(exclude_characters="/\0")),
    min_size=1,
    max_size=20,
)
NAMES = st.lists(TEXT, min_size=10, max_size=40)


def through_a_shell(option: str) -> list[str]:
    """The words that a program gets when a shell reads a command line."""
    done = subprocess.run(["sh", "-s"], input=f"printf '%s\\0' {option}\n", capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[1:-1]


@settings(max_examples=20, deadline=None)
@given(NAMES)
@example(["It's 100% Love (1975) शोले = 3: x", "$(touch here) `touch here`"])
def test_names_that_are_let_through_reach_the_job_unchanged(names: list[str]) -> None:
    jobs = [TargetSpec("probe", {"movie": name}) for name in names if name_problem(name) is None]
    option = format_cli_arg("--target-jobs", encode_target_jobs_cli_args(jobs))
    assert not jobs or parse_target_jobs_cli_args(through_a_shell(option)) == jobs


@settings(max_examples=20, deadline=None)
@given(NAMES)
@example(["It's, so to say, %d"])
def test_paths_that_are_let_through_reach_the_job_unchanged(names: list[str]) -> None:
    paths = [f"movies/{name}.mkv" for name in names if path_problem(name) is None]
    assert not paths or through_a_shell(format_cli_arg("--wait-for-files", paths)) == paths


def test_names_that_a_job_would_run_or_misread_are_refused_with_what_to_do() -> None:
    for name in [
        "It's $(touch here)",
        "It's `here`",
        'Don\'t say "Hi"',
        "back\\slash",
        "zero\u200dwidth",
        "Ram, Sita",
        '"Up"',
        "50%j",
    ]:
        problem = name_problem(name)
        assert problem is not None and problem.endswith(("rename it", "rename the file")), name


def test_ordinary_names_are_let_through() -> None:
    for name in ["Sholay (1975)", "शोले", "It's 100% Love!", 'Say "Hi" now', "A & B; C", "[REC] #2 $5"]:
        assert name_problem(name) is None, name


def test_a_movie_is_left_out_for_its_path_too_and_the_others_stay() -> None:
    movies = {
        "one": Movie("one", "/films/It's `one`.mkv", "hi", ("en",)),
        "two": Movie("two", "/films/two, too.mkv", "hi", ("en",)),
    }
    kept, left_out = reachable(movies)
    assert list(kept) == ["two"]
    assert len(left_out) == 1 and "/films/It's `one`.mkv" in left_out[0]
