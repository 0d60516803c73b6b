"""How long a run may take on this machine, by what the jobs of earlier movies took."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from typing import Any, NamedTuple

from moviesubs.stage.usage import SUFFIX

#: seconds of film that records must cover: what loading a model takes hides the rest in shorter ones
ENOUGH = 600.0
#: movies whose records are read, the latest: a library may have thousands
MOST_MOVIES = 50


class MovieJob(NamedTuple):
    """A job on a movie: what its log is called (its rule), the movie's name, and the processors that it keeps busy."""

    rule: str
    movie: str
    threads: int


class Speed(NamedTuple):
    """What the jobs of a rule took so far: seconds, for how many seconds of film."""

    seconds: float
    film: float


@dataclass(frozen=True)
class Estimate:
    """Of a run.

    Attributes:
        seconds: how long it may take.
        movies: how many movies it works on.
        film: their length together, in seconds.
        unknown: rules that have not run here yet, whose time is not in it.
    """

    seconds: float
    movies: int
    film: float
    unknown: tuple[str, ...]

    def line(self) -> str:
        """The estimate as a sentence for people."""
        movies = f"{self.movies} movie{'s' if self.movies > 1 else ''}, {hours(self.film)} of film"
        without = f" (without {', '.join(self.unknown)}: not run here yet)" if self.unknown else ""
        return f"{movies}: about {hours(self.seconds)}, by what earlier movies took on this machine{without}"


def hours(seconds: float) -> str:
    """Seconds in words, to the minute: "1 h 05 min"."""
    minutes = max(1, round(seconds / 60))
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def worked_on(probe: Mapping[str, Any]) -> float:
    """Seconds of a movie that are worked on, by its `probe.json`."""
    return max(0.0, float(probe["end"]) - float(probe["start"]))


def latest_movies(results: Path) -> list[str]:
    """The movies that were looked into last on this machine, `MOST_MOVIES` at most."""
    probes = nlargest(MOST_MOVIES, results.glob("*/probe.json"), key=lambda probe: probe.stat().st_mtime)
    return [probe.parent.name for probe in probes]


def recorded_lengths(results: Path, movies: Iterable[str]) -> dict[str, float]:
    """Seconds of film by movie, of those that were looked into already."""
    lengths = {}
    for movie in movies:
        with suppress(OSError, ValueError, KeyError, TypeError):
            lengths[movie] = worked_on(json.loads((results / movie / "probe.json").read_bytes()))
    return lengths


def recorded_speeds(logs: Path, lengths: Mapping[str, float]) -> dict[str, Speed]:
    """What a job of each rule took, over all that have a record.

    Args:
        logs: folder of the logs, a folder a movie in it.
        lengths: seconds of film by movie.
    """
    speeds: dict[str, Speed] = defaultdict(lambda: Speed(0.0, 0.0))
    for movie, film in lengths.items():
        for file in (logs / movie).glob(f"*{SUFFIX}"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                seconds = float(json.loads(file.read_bytes())["seconds"])
                rule = file.name.split(".")[0]
                speeds[rule] = Speed(speeds[rule].seconds + seconds, speeds[rule].film + film)
    return dict(speeds)


def estimate(
    jobs: Collection[MovieJob], lengths: Mapping[str, float], speeds: Mapping[str, Speed], cores: int
) -> Estimate | None:
    """How long jobs may take: as long as all of them fill the processors, but no less than those of any one movie in a row.

    Args:
        jobs: those on movies.
        lengths: seconds of film by movie; a movie without one counts as long as the mean of the others.
        speeds: see `recorded_speeds`.
        cores: processors that jobs may use.

    Returns:
        None where the records cover too little film to say, or no length is known.
    """
    movies = {job.movie for job in jobs}
    known = [lengths[movie] for movie in movies if movie in lengths]
    if not known or not any(speeds[job.rule].film >= ENOUGH for job in jobs if job.rule in speeds):
        return None
    mean = sum(known) / len(known)
    busy = 0.0
    in_a_row: dict[str, float] = defaultdict(float)
    for job in jobs:
        speed = speeds.get(job.rule)
        if speed and speed.film > 0:
            seconds = lengths.get(job.movie, mean) * speed.seconds / speed.film
            busy += seconds * min(job.threads, cores)
            in_a_row[job.movie] += seconds
    unknown = sorted({job.rule for job in jobs} - speeds.keys())
    film = sum(lengths.get(movie, mean) for movie in movies)
    return Estimate(max(busy / cores, *in_a_row.values()), len(movies), film, tuple(unknown))
