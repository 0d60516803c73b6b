"""What the movies of a library are called: by their file, and where that does not tell them apart, by their folders too."""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePath

from moviesubs.library.search import MOVIE_SUFFIXES, MovieFile

#: joins folders and file to one name
JOINT = " - "


def key(name: str) -> str:
    """Names with the same key would be the same file on some file systems: case and composition of letters do not count."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def _rank(movie: MovieFile) -> int:
    suffix = os.path.splitext(movie.path)[1].lower()
    return MOVIE_SUFFIXES.index(suffix) if suffix in MOVIE_SUFFIXES else len(MOVIE_SUFFIXES)


def one_of_each(movies: Sequence[MovieFile]) -> tuple[list[MovieFile], list[str]]:
    """One file of each film that lies in a folder in several containers.

    Returns:
        The files that are worked on, in the order given; and a line for each film about those that are not.
    """
    films: dict[tuple[str, str], MovieFile] = {}
    several: defaultdict[tuple[str, str], list[MovieFile]] = defaultdict(list)
    for movie in movies:
        film = movie.folder, key(movie.title)
        if films.setdefault(film, movie) is not movie:
            several[film].append(movie)
    left: set[MovieFile] = set()
    warnings = []
    for film, files in several.items():
        first, *others = sorted([films[film], *files], key=lambda movie: (_rank(movie), movie.path))
        left.update(others)
        rest = ", ".join(os.path.basename(movie.path) for movie in others)
        warnings.append(
            f"{first.path}: is taken for the same film as {rest} beside it, which is left; to work on another file,"
            " rename it or name it in the table of movies"
        )
    return [movie for movie in movies if movie not in left] if left else list(movies), warnings


def _apart(paths: Sequence[PurePath]) -> list[tuple[str, ...]]:
    """What is left of paths without the parts that all begin or end with; different paths stay different."""
    parts = [path.parts for path in paths]
    while all(parts) and len({one[0] for one in parts}) == 1:
        parts = [one[1:] for one in parts]
    while all(parts) and len({one[-1] for one in parts}) == 1:
        parts = [one[:-1] for one in parts]
    return parts


def name_movies(movies: Sequence[MovieFile]) -> tuple[dict[str, str], list[str]]:
    """A name for each movie.

    Args:
        movies: no two in one folder of one name (`one_of_each`).

    Returns:
        Names with the paths of the files, and a line for each file that is left out because its name is another's. A movie is called like
        its file without the suffix. Several of one name are called by what tells their folders apart besides: "Season 1 -
        Pilot", "Season 2 - Pilot".
    """
    groups: defaultdict[str, list[MovieFile]] = defaultdict(list)
    for movie in movies:
        groups[key(movie.title)].append(movie)
    names: dict[str, str] = {}
    taken: dict[str, str] = {}
    left_out: list[str] = []
    for key_of_group, group in groups.items():
        if len(group) == 1 and key_of_group not in taken:  # nearly all, and much of what a run with 10,000 movies does
            names[group[0].title] = taken[key_of_group] = group[0].path
            continue
        inside = [Path(movie.folder).relative_to(movie.root) for movie in group]
        if len(set(inside)) < len(inside):  # in folders of the same name within several that were searched
            inside = [Path(movie.folder) for movie in group]
        differences = _apart(inside) if len(group) > 1 else [()]
        for movie, difference in zip(group, differences, strict=True):
            path, name = movie.path, JOINT.join([*(part for part in difference if part != "/"), movie.title])
            if other := taken.get(key(name)):
                left_out.append(
                    f"left out: {path}: would have the same results as {other} ({name}); rename one of them"
                )
                continue
            names[name] = taken[key(name)] = path
    return names, left_out
