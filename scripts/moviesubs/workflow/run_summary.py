"""What a person should know when a run has ended."""

from collections.abc import Iterable
from pathlib import Path

from moviesubs import contracts
from moviesubs.language.languages import AUTO, languages
from moviesubs.workflow.movies import Movie


def failures(logs: Path, since: float, fetched: Iterable[Path] = ()) -> list[str]:
    """The programs' own lines about what went wrong in this run.

    Args:
        logs: folder of the logs.
        since: when the run began, in seconds since the epoch.
        fetched: logs of jobs that failed, fetched from a storage.
    """
    fresh = [file for file in logs.rglob("*.log") if file.stat().st_mtime >= since]
    lines = [line for file in sorted([*fresh, *fetched]) for line in file.read_text(errors="replace").splitlines()]
    return list(dict.fromkeys(line for line in lines if line.startswith("error: ")))


def detected_languages(movies: Iterable[Movie], results: Path) -> list[str]:
    """The languages that this run has found out, and what to do next; nothing where it found none.

    Args:
        movies: as they were at the start of the run.
        results: folder of the results.
    """
    lines = []
    for movie in movies:
        path = results / movie.name / "language.json"
        if movie.language == AUTO and path.exists():
            spoken = contracts.read(path, contracts.SpokenLanguage)
            name = languages()[spoken.language].name
            lines.append(f"{movie.name}: {name} ({spoken.votes[spoken.language]:.0%})")
            if spoken.shares:
                heard = ", ".join(f"{share:.0%} {languages()[code].name}" for code, share in spoken.shares.items())
                codes = ",".join(dict.fromkeys([spoken.language, *spoken.shares]))
                lines.append(f"  of a sample {heard}; if it mixes them, name them in the table of movies: {codes}")
            if spoken.unclear:
                lines.append(
                    f"  {spoken.unclear:.0%} of a sample is hardly {name}, and the model is not sure what it is: listen, and name"
                    " all languages in the table of movies, the main one first (hi,en say)"
                )
    return ["", *lines, "These languages were found; the same command again goes on from here."] if lines else []
