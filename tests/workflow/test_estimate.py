"""How long a run may take is told from what earlier movies took."""

import json
from pathlib import Path

import pytest

from moviesubs.workflow.estimate import (
    Estimate,
    MovieJob,
    Speed,
    estimate,
    hours,
    latest_movies,
    recorded_lengths,
    recorded_speeds,
)


def test_records_of_earlier_movies_are_read_and_broken_ones_left_out(tmp_path: Path) -> None:
    results, logs = tmp_path / "results", tmp_path / "logs"
    for movie, end in (("old", 7200.0), ("clip", 1800.0)):
        (results / movie).mkdir(parents=True)
        (results / movie / "probe.json").write_text(json.dumps({"start": 0.0, "end": end}))
        (logs / movie).mkdir(parents=True)
        for name in ("translate.en", "translate.gu"):
            (logs / movie / f"{name}.usage.json").write_text(json.dumps({"seconds": end / 10}))
        (logs / movie / "align.usage.json").write_text('{"seconds": "long"}')
    (results / "broken").mkdir()
    (results / "broken" / "probe.json").write_text("{")
    lengths = recorded_lengths(results, latest_movies(results))
    assert lengths == {"old": 7200.0, "clip": 1800.0}
    assert recorded_speeds(logs, lengths) == {"translate": Speed(2 * 900.0, 2 * 9000.0)}


def test_two_movies_share_the_processors_and_one_alone_cannot_use_them_all() -> None:
    speeds = {"transcribe": Speed(1000.0, 4000.0), "align": Speed(400.0, 4000.0)}
    both = [MovieJob(rule, movie, 1) for movie in ("a", "b") for rule in speeds]
    lengths = {"a": 7200.0, "b": 3600.0}
    shared = estimate(both, lengths, speeds, cores=2)
    assert shared is not None and shared.seconds == pytest.approx(
        7200 * 0.35
    )  # the longer one takes longer than half of all
    alone = estimate(both, lengths, speeds, cores=1)
    assert alone is not None and alone.seconds == pytest.approx(10800 * 0.35)
    assert (alone.movies, alone.film, alone.unknown) == (2, 10800.0, ())


def test_what_has_not_run_here_yet_is_named_and_a_movie_of_unknown_length_counts_as_the_mean() -> None:
    jobs = [MovieJob("transcribe", "a", 1), MovieJob("mux", "b", 1)]
    answer = estimate(jobs, {"a": 3600.0}, {"transcribe": Speed(900.0, 3600.0)}, cores=4)
    assert answer == Estimate(900.0, 2, 7200.0, ("mux",))


@pytest.mark.parametrize("speeds", [{}, {"transcribe": Speed(9.0, 60.0)}])
def test_too_few_records_say_nothing(speeds: dict[str, Speed]) -> None:
    assert estimate([MovieJob("transcribe", "a", 1)], {"a": 3600.0}, speeds, cores=4) is None
    assert estimate([], {}, {"transcribe": Speed(900.0, 3600.0)}, cores=4) is None


def test_times_are_told_as_people_do() -> None:
    assert [hours(seconds) for seconds in (5, 3570, 3600, 8100)] == ["1 min", "1 h 00 min", "1 h 00 min", "2 h 15 min"]
    line = Estimate(5400.0, 1, 7200.0, ("mux",)).line()
    assert (
        line
        == "1 movie, 2 h 00 min of film: about 1 h 30 min, by what earlier movies took on this machine (without mux: not run here yet)"
    )
