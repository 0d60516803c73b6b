"""Files and folders that the config names besides the movies: looked at before anything runs, not after hours of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from moviesubs.errors import SettingError, UserError
from moviesubs.language.glossary import read_glossary, read_table
from moviesubs.workflow.config import Config
from moviesubs.workflow.movies import Movie, file_problem
from moviesubs.workflow.user_files import check_is_file


def check_named_files(settings: Config, results: Path) -> None:
    """Looks at what the config names for all movies.

    Raises:
        UserError: a table cannot be read, or something is no file, or no folder.
    """
    of_recognition: dict[str, tuple[str, ...]] = {settings.asr.glossary: ("asr", "glossary")}
    for code in settings.asr.languages:
        of_recognition.setdefault(settings.asr.for_language(code).glossary, ("asr", "languages", code, "glossary"))
    for glossary, keys in of_recognition.items():
        if glossary:
            check_is_file(glossary, "correct the name of the glossary", *keys)
            read_table(Path(glossary), "asr.glossary")
    if settings.translate.glossary:
        check_is_file(settings.translate.glossary, "correct the name of the glossary", "translate", "glossary")
        read_glossary(Path(settings.translate.glossary), "", "")
    for keys, folder in ((("corrections",), settings.corrections), (("pathvars", "results"), results)):
        if Path(folder).exists() and not Path(folder).is_dir():
            raise SettingError(f"{folder} is a file, not a folder; name another", *keys)
    if settings.translate.memory and Path(settings.translate.memory).is_dir():
        raise SettingError(f"{settings.translate.memory} is a folder; name a file in it", "translate", "memory")


def with_readable_glossaries(movies: Mapping[str, Movie], settings: Config) -> tuple[dict[str, Movie], list[str]]:
    """Leaves out movies whose glossary, their own or that of all, says two things at once or cannot be read.

    Returns:
        The others, and a line for each that is left out.
    """
    kept, left_out = dict(movies), []
    looked_at: set[tuple[object, ...]] = set()
    for name, movie in movies.items():
        try:
            if movie.glossary:
                read_table(Path(movie.glossary), "the table of movies")
            if glossary := movie.glossary or settings.translate.glossary:
                about = glossary, movie.languages_and_tracks
                for target in () if about in looked_at else movie.translated:
                    read_glossary(Path(glossary), movie.language, target)
                looked_at.add(about)
        except UserError as error:
            left_out.append(f"left out: {name}: {error}")
            del kept[name]
    return kept, left_out


def retime_problems(settings: Config, movies: Mapping[str, Movie]) -> Iterator[tuple[str, str]]:
    """Names in `retime` that cannot be had, and why."""
    for name, file in settings.retime.items():
        if name not in movies:
            yield (
                name,
                f"left out: retime: there is no movie {name!r}; it is called like its file without the extension",
            )
        elif reason := file_problem(file):
            yield name, f"left out: retime: {name}: {reason}"
