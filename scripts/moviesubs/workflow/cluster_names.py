"""Names that do not reach a job on another machine.

For each job on a cluster, Snakemake writes a command line that starts Snakemake there. It quotes with Python's `repr`,
which is not how a shell quotes: a name can break the job, or run as a command. It also parts wildcards at commas
(snakemake-interface-executor-plugins, utils.py: format_cli_value, encode_target_jobs_cli_args).
"""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from moviesubs.language.languages import AUTO
from moviesubs.workflow.movies import Movie, is_stored


def path_problem(path: str) -> str | None:
    """Why a path cannot be handed to a job on another machine.

    Args:
        path: of a file.

    Returns:
        One line, or None where there is nothing wrong with it.
    """
    if "'" in path and (odd := re.search(r'["$`]', path)):
        return f"on a cluster, {path} cannot hold both ' and {odd[0]}; rename the file"
    if "\\" in path or not path.isprintable():
        return f"on a cluster, {path!r} cannot hold a backslash or an invisible character; rename the file"
    return None


def name_problem(name: str) -> str | None:
    """Why a movie of this name cannot be worked on by a job on another machine.

    Args:
        name: of the movie, as it names the results.

    Returns:
        One line, or None where there is nothing wrong with it.
    """
    if "," in name:
        return f"on a cluster, {name} cannot hold a comma; give it another name in the table of movies, or rename it"
    if odd := re.search("%[%A-Za-z0-9]", name):  # SLURM's patterns, "%j" for one, in the names of log files
        return f"on a cluster, {name} cannot hold {odd[0]}; give it another name in the table of movies, or rename it"
    if name.strip("'\"") != name:
        return f"on a cluster, {name} cannot begin or end with a quote; give it another name in the table, or rename it"
    return path_problem(name)


def problem(movie: Movie) -> str | None:
    """Why a movie cannot be worked on by a job on another machine.

    Args:
        movie: which.

    Returns:
        One line, or None where there is nothing wrong with it.
    """
    return name_problem(movie.name) or path_problem(movie.path)


def reachable(movies: Mapping[str, Movie]) -> tuple[dict[str, Movie], list[str]]:
    """The movies that jobs on other machines can work on.

    Args:
        movies: by name.

    Returns:
        Those, and a line for each that is left out.
    """
    kept: dict[str, Movie] = {}
    left_out: list[str] = []
    for name, movie in movies.items():
        if reason := problem(movie):
            left_out.append(f"left out: {reason}")
        else:
            kept[name] = movie
    return kept, left_out


def deployed(movies: Mapping[str, Movie]) -> tuple[dict[str, Movie], list[str]]:
    """The movies that reach jobs which share no file system with this machine: those in a storage, and those that git knows.

    Args:
        movies: by name.

    Returns:
        Those, and a line for each that is left out.
    """
    known = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=False).stdout.split("\0")
    sources = {Path(path).resolve() for path in known if path}
    kept = {
        name: movie for name, movie in movies.items() if is_stored(movie.path) or Path(movie.path).resolve() in sources
    }
    return kept, [
        f"left out: {movie.path} lies on this machine, and jobs run on others; give its address in a storage (s3://...)"
        for name, movie in movies.items()
        if name not in kept
    ]


def with_known_language(movies: Mapping[str, Movie]) -> tuple[dict[str, Movie], list[str]]:
    """The movies that a run can work on whose results lie in a storage, where it does not read what an earlier run has found out.

    Args:
        movies: by name.

    Returns:
        Those, and a line for each that is left out.
    """
    kept = {name: movie for name, movie in movies.items() if movie.language != AUTO}
    return kept, [
        f"left out: {name}: with results in a storage its language has to be named, in the table of movies or the config"
        for name in movies
        if name not in kept
    ]
