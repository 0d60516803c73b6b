"""What the movies of a library are called: by their file, and where that does not tell them apart, by their folders too."""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePath

from moviesubs.library.search import MOVIE_SUFFIXES

#: joins folders and file to one name
JOINT = " - "


def key(name: str) -> str:
    """Names with the same key would be the same file on some file systems: case and composition of letters do not count."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def title(path: PurePath) -> str:
    """A movie file's name without the ending that says its type: "Dr. No" of "Dr. No" as of "Dr. No.mkv"."""
    stem, suffix = os.path.splitext(path.name)
    return stem if suffix.lower() in MOVIE_SUFFIXES else path.name


def _rank(path: PurePath) -> int:
    suffix = path.suffix.lower()
    return MOVIE_SUFFIXES.index(suffix) if suffix in MOVIE_SUFFIXES else len(MOVIE_SUFFIXES)


def one_of_each(movies: Sequence[tuple[Path, Path]]) -> tuple[list[tuple[Path, Path]], list[str]]:
    """One file of each film that lies in a folder in several containers.

    Args:
        movies: files, each with the folder that was searched.

    Returns:
        The files that are worked on, in the order given; and a line for each film about those that are not.
    """
    films: defaultdict[tuple[str, str], list[Path]] = defaultdict(list)
    for path, _ in movies:
        films[os.path.dirname(path), key(title(path))].append(path)
    left: set[Path] = set()
    warnings = []
    for files in films.values():
        if len(files) > 1:
            first, *others = sorted(files, key=lambda path: (_rank(path), path.name))
            left.update(others)
            rest = ", ".join(path.name for path in others)
            warnings.append(
                f"{first}: is taken for the same film as {rest} beside it, which is left; to work on another file,"
                " rename it or name it in the table of movies"
            )
    return [pair for pair in movies if pair[0] not in left] if left else list(movies), warnings


def _apart(paths: Sequence[PurePath]) -> list[tuple[str, ...]]:
    """What is left of paths without the parts that all begin or end with; different paths stay different."""
    parts = [path.parts for path in paths]
    while all(parts) and len({one[0] for one in parts}) == 1:
        parts = [one[1:] for one in parts]
    while all(parts) and len({one[-1] for one in parts}) == 1:
        parts = [one[:-1] for one in parts]
    return parts


def name_movies(movies: Sequence[tuple[Path, Path]]) -> tuple[dict[str, Path], list[str]]:
    """A name for each movie.

    Args:
        movies: files, each with the folder that was searched; no two in one folder of one name (`one_of_each`).

    Returns:
        Names with the files, and a line for each file that is left out because its name is another's. A movie is called like
        its file without the suffix. Several of one name are called by what tells their folders apart besides: "Season 1 -
        Pilot", "Season 2 - Pilot".
    """
    groups: defaultdict[str, list[tuple[Path, Path]]] = defaultdict(list)
    for path, root in movies:
        groups[key(title(path))].append((path, root))
    names: dict[str, Path] = {}
    taken: dict[str, Path] = {}
    left_out: list[str] = []
    for key_of_group, group in groups.items():
        if len(group) == 1 and key_of_group not in taken:  # nearly all, and much of what a run with 10,000 movies does
            path = group[0][0]
            names[title(path)] = taken[key_of_group] = path
            continue
        inside = [path.parent.relative_to(root) for path, root in group]
        if len(set(inside)) < len(inside):  # in folders of the same name within several that were searched
            inside = [path.parent for path, _ in group]
        differences = _apart(inside) if len(group) > 1 else [()]
        for (path, _), difference in zip(group, differences, strict=True):
            name = JOINT.join([*(part for part in difference if part != "/"), title(path)])
            if other := taken.get(key(name)):
                left_out.append(
                    f"left out: {path}: would have the same results as {other} ({name}); rename one of them"
                )
                continue
            names[name] = taken[key(name)] = path
    return names, left_out
