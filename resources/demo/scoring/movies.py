"""The movies that are scored, made by movie/make.py from sentences that no model has seen; the shipped demo movie is one."""

import subprocess
import sys
from pathlib import Path

DEMO = Path("resources/demo")
#: a movie with nothing but voices, the same kind with noise, and one that differs from the demo's in all: voices that the
#: recogniser was not trained on, three of them, music and noise, container, length, sound that starts late
MOVIES = {
    "clean.mkv": "--seed 101 --seconds 90",
    "noise.mkv": "--seed 102 --seconds 90 --noise-db 10",
    "foreign.mp4": "--seed 103 --seconds 75 --voices quincy belinda f3 --noise-db 15 --music-db 12 --start-offset 4.2",
}


def make_movies(folder: Path) -> dict[str, Path]:
    """Makes the movies that are missing or older than what makes them.

    Args:
        folder: where they are put.

    Returns:
        The truth file of each movie, the shipped demo movie's among them.
    """
    sources = [DEMO / name for name in ("phrasebook.py", "phrasebook.yaml", "speech.py", "mixing.py")]
    sources += [*DEMO.glob("movie/*.py"), Path(__file__)]
    changed = max(source.stat().st_mtime for source in sources)
    truths = {"demo": DEMO / "demo.truth.json"}
    for file, options in MOVIES.items():
        movie = folder / file
        truth = truths[movie.stem] = movie.with_suffix(".truth.json")
        if truth.exists() and movie.exists() and min(truth.stat().st_mtime, movie.stat().st_mtime) > changed:
            continue
        maker = [sys.executable, DEMO / "movie" / "make.py", *options.split(), "--split", "held-out"]
        subprocess.run([*map(str, maker), "--output", movie, "--truth", truth], stdout=sys.stderr, check=True)
    return truths
