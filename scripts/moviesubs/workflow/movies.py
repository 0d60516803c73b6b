"""The movies: files of a folder, and rows of a table."""

import csv
import io
import os
import stat
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from moviesubs import contracts
from moviesubs.contracts import ExistingTrack
from moviesubs.corrections.table import Correction, read_corrections, seconds
from moviesubs.errors import SettingError, UserError
from moviesubs.language.languages import AUTO, language, romanised_from
from moviesubs.library.contents import being_written, contents, status_of
from moviesubs.library.existing import beside, has, list_folder, parse_tokens, transcript_track
from moviesubs.library.inventory import tracks_in
from moviesubs.library.naming import key, name_movies, one_of_each
from moviesubs.library.search import MOVIE_SUFFIXES, search
from moviesubs.retime.stamps import SUFFIXES
from moviesubs.stage.terminal import printable
from moviesubs.workflow.names import length_problem, name_problem, result_name
from moviesubs.workflow.settings import check, schema
from moviesubs.workflow.user_files import check_is_file, read_text


class LeftOut(UserError):
    """One movie cannot be worked on; the others can."""


#: seconds by which clocks may differ
FUTURE_SECONDS = 60
#: permissions with which nobody needs to be asked for
_ALL_READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


class Movie(Struct, frozen=True, gc=False):
    """One movie and what is wanted of it.

    Attributes:
        name: names the results; any characters but "/".
        path: the movie file.
        language: code of the spoken language, of the main one where there are several.
        targets: codes of the subtitle languages, in the order of the tracks.
        start: where the stretch to work on begins, in seconds on the movie's clock.
        end: where it ends, or None: at the end of the movie.
        audio_stream: index of the audio stream, or None: chosen by language, then default flag.
        audio_channel: the channel listened to, "left" say; "": a mix of all.
        speakers: number of speakers, or None.
        songs: what to do with what is sung: "mark", "speech" or "skip".
        speaker_names: "SPEAKER_00=Jai" for each speaker that the subtitles shall name.
        glossary: its own table of names and terms, for recognition and translation, or "".
        detected: the language was not given (`auto`) but found out; AUTO stands for it as long as it is not.
        corrections_path: its table of corrections, there or not.
        corrections: what is in it.
        content: what the movie file holds, as a short text that changes with it.
        pairs: two languages on the screen, "hi+en", the upper line first; both are among the targets.
        transcript_track: subtitles that it has already and that stand for recognition, or None.
        others: codes of the other languages that are spoken in it.
        forced: codes of the languages with a forced track besides.
    """

    name: str
    path: str
    language: str
    targets: tuple[str, ...]
    start: float = 0.0
    end: float | None = None
    audio_stream: int | None = None
    audio_channel: str = ""
    speakers: int | None = None
    songs: str = "mark"
    speaker_names: tuple[str, ...] = ()
    glossary: str = ""
    detected: bool = False
    corrections_path: str = ""
    corrections: tuple[Correction, ...] = ()
    content: str = ""
    pairs: tuple[str, ...] = ()
    transcript_track: ExistingTrack | None = None
    others: tuple[str, ...] = ()
    forced: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of all languages that are spoken in it, the main one first."""
        return (self.language, *self.others)

    @property
    def languages_and_tracks(self) -> tuple[object, ...]:
        """The same for movies that need the same models, as most of a library do."""
        return self.language, self.others, self.targets, self.forced

    def is_spoken(self, code: str) -> bool:
        """Whether all that is said is in a language, so that there is nothing to translate."""
        return code == self.language and not self.others

    @property
    def translated(self) -> tuple[str, ...]:
        """Codes of the languages that need a translation: the targets, or what they are romanised from, but for the spoken one."""
        return _translated(self.languages, (*self.targets, *self.forced))


def spoken_languages(movies: Mapping[str, Movie]) -> set[str]:
    """Codes of all languages that are spoken in movies."""
    different = {(movie.language, movie.others) for movie in movies.values()}
    return {code for main, others in different for code in (main, *others)}


def file_problem(path: str) -> str | None:
    """Why a file cannot be worked on; None where there is nothing wrong with it."""
    return _storage_problem(path) if is_stored(path) else _problem_of(path, status_of(path))


def _problem_of(path: str, status: os.stat_result | None) -> str | None:
    if status is None:
        return f"{path}: there is no such file; correct the path, or the link that points nowhere"
    kind = status.st_mode
    if not stat.S_ISREG(kind):
        what = "a folder" if stat.S_ISDIR(kind) else "a pipe, a socket or a device"
        return f"{path} is {what}, not a file; give the file itself"
    if kind & _ALL_READ != _ALL_READ and not os.access(path, os.R_OK):
        return f"{path} may not be read; change its permissions"
    if status.st_mtime > time.time() + FUTURE_SECONDS:
        date = time.strftime("%Y-%m-%d %H:%M", time.localtime(status.st_mtime))
        return f"{path}: its date, {date}, lies in the future, so Snakemake refuses what is made of it; `touch` it, or correct the clock"
    return None


def _storage_problem(path: str) -> str | None:
    """Why an address in a storage cannot be had; whether the file is there, Snakemake asks when it is needed."""
    from snakemake_interface_storage_plugins.registry import StoragePluginRegistry  # type: ignore[import-untyped]

    plugins = StoragePluginRegistry().plugins.values()
    if any(plugin.storage_provider.is_valid_query(path) for plugin in plugins):
        return None
    names = ", ".join(plugin.name for plugin in plugins) or "none"
    return f"{path}: no storage plugin of Snakemake that is installed ({names}) reads such an address; install one, or fetch the file"


def is_stored(path: str) -> bool:
    """Whether a path is an address in a storage, `s3://films/Sholay.mkv` say, and not a file of this machine."""
    return "://" in path


def load_movies(config: Mapping[str, Any], results: Path = Path("results")) -> tuple[dict[str, Movie], list[str]]:
    """All movies: those of the folders, and those of the table, which wins.

    Args:
        config: as `load_config` returns it.
        results: where the languages stand that were found out, `<movie>/language.json`.

    Returns:
        Movies by name, in order of name; and warnings: a line for each that is left out because of its name, or because it
        cannot be read, and for films that lie in a folder twice.

    Raises:
        UserError: a folder or the table is not there, or the table has no such columns.
    """
    table = config["movies"]["table"]
    rows, unusable = _rows(table) if table else ({}, [])
    paths = {str(Path(row.cells["path"]).absolute()) for row in rows.values() if "path" in row.cells}
    files, left_out = _files(config, paths, results)
    left_out += unusable
    ending = longest_ending(config)
    for file in config["translate_subtitles"]:
        if is_subtitle_file(file):
            files[Path(file).stem] = file
        else:
            left_out.append(f"left out: translate_subtitles: {file} is none of {', '.join(SUFFIXES)}")
    movies: dict[str, Movie] = {}
    taken: dict[str, str] = {}
    paths_by_name = {**files, **{name: row.cells["path"] for name, row in rows.items() if "path" in row.cells}}
    # asked once, for a disk may be far
    statuses = {path: status_of(path) for path in paths_by_name.values() if not is_stored(path)}
    problems = {path: name_problem(path) or _problem_of(path, status) for path, status in statuses.items()}
    here = {path: status for path, status in statuses.items() if status and problems[path] is None}
    growing = being_written(here)
    held = contents({path: here[path] for path in here if path not in growing}, results / "contents.json")
    tables = _names_in(config["corrections"])
    usual, corrections = _usual(config, results), os.path.join(config["corrections"], "")
    for name in sorted({*files, *rows}):
        called, path = result_name(name), paths_by_name.get(name)
        try:
            row = rows.get(name) or Row(name)
            if row.problem:
                raise LeftOut(f"{row.where}: {row.problem}")
            if path is None:
                where = " or ".join(folders(config)) or "a folder"
                raise LeftOut(f"{row.where}: {name}: there is no such movie in {where}; give its path in the table")
            content = held.get(path, "")
            if usual and not row.cells and not is_subtitle_file(path):
                corrected_by = f"{corrections}{name}.tsv"
                movie = replace(usual, name=called, path=path, content=content, corrections_path=corrected_by)
            else:
                movie = _movie(name, called, row, path, content, config, results)
            if reason := name_problem(name) or name_problem(path) or length_problem(called, ending):
                raise LeftOut(reason)
            if reason := _storage_problem(path) if is_stored(path) else problems[path]:
                raise LeftOut(f"{row.where}: {reason}" if "path" in row.cells else reason)
            if (other := taken.setdefault(key(called), path)) != path:
                raise LeftOut(f"{path}: would have the same results as {other} ({called}); rename one of them")
        except LeftOut as error:
            left_out.append(f"left out: {error}")
            continue
        try:
            has_corrections = "corrections" in row.cells or (tables and key(f"{name}.tsv") in tables)
            movies[called] = _corrected(movie) if has_corrections else movie
        except UserError as error:
            left_out.append(f"left out: {name}: {error}")
    for called in [name for name, movie in movies.items() if movie.path in growing]:
        left_out.append(f"left out: {movies.pop(called).path} is still being written; it is left for the next run")
    movies, lines = with_existing(movies, config, results)
    return movies, left_out + lines


def longest_ending(config: Mapping[str, Any]) -> str:
    """What stands behind a movie's name in the longest name of a result."""
    languages = {"hi-Latn", *config["subtitles_in"]} - {"spoken"}
    kinds = {"", *(f".{kind}" for kind in config["subtitles"]["kinds"].values())}
    suffixes = ["srt", *config["subtitles"]["formats"]]
    return max((f".{code}{kind}.{suffix}" for code in languages for kind in kinds for suffix in suffixes), key=len)


def is_subtitle_file(path: str) -> bool:
    """Whether a "movie" is a subtitle file, to be translated without one."""
    return path.lower().endswith(SUFFIXES)  # several times as fast as Path, and asked for every movie


def folders(config: Mapping[str, Any]) -> list[str]:
    """The folders that are searched for movies."""
    named = config["movies"]["folder"]
    return [folder for folder in ([named] if isinstance(named, str) else named) if folder]


def none_found(config: Mapping[str, Any], warnings: Sequence[str] = ()) -> str:
    """What to say where there is no movie to work on, after the warnings."""
    if any(line.startswith("left out: ") for line in warnings):
        return "no movie is left to work on; the lines above say why each is left out"
    searched, table = ", ".join(folders(config)), config["movies"]["table"]
    where = " and ".join(part for part in (searched, table) if part) or "the config, which names no folder and no table"
    return (
        f"no movie found in {where}: files like {', '.join(MOVIE_SUFFIXES[:3])} were looked for, through all levels, without"
        " what movies.leave_out names; put a movie there, or say where yours are: --config 'movies={folder: /films}'"
    )


def _files(config: Mapping[str, Any], named: set[str], results: Path) -> tuple[dict[str, str], list[str]]:
    """The movies of the folders by name, but for those whose path the table names; and warnings about films that are there twice."""
    for folder in filter(is_stored, folders(config)):
        raise SettingError(
            f"{folder} is in a storage, where no folder is searched; list its movies in the table", "movies", "folder"
        )
    folders_content = search(
        [Path(folder) for folder in folders(config)],
        config["movies"]["leave_out"],
        skip=[results],
        report=lambda line: print(printable(line), file=sys.stderr, flush=True),
    )
    if named:
        here = os.getcwd()
        folders_content.unlisted = [path for path in folders_content.unlisted if os.path.join(here, path) not in named]
        folders_content.movies = [one for one in folders_content.movies if os.path.join(here, one.path) not in named]
    single, warnings = one_of_each(folders_content.movies)
    names, left_out = name_movies(single)
    return names, [*folders_content.lines(), *warnings, *left_out]


@dataclass(frozen=True)
class Row:
    """A row of the table of movies.

    Attributes:
        where: its place, for messages.
        cells: those that are not empty, by column.
        problem: why its movie cannot be worked on as it says; "": it can.
    """

    where: str
    cells: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def _rows(table: str) -> tuple[dict[str, Row], list[str]]:
    """The rows of the table by the movie's name, and a line for each that belongs to no movie, or to one that has a row already."""
    advice = "create this table of movies, or set movies.table to an empty string"
    check_is_file(table, advice, "movies", "table")
    against = schema("movies")
    rows: dict[str, Row] = {}
    unusable: list[str] = []
    reader = csv.DictReader(io.StringIO(read_text(Path(table)), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        columns = list(reader.fieldnames or [])
        if unknown := [name for name in columns if name not in against["properties"]]:
            known = ", ".join(against["properties"])
            raise UserError(f"{table}, line 1: unknown column {', '.join(unknown)}; known are {known}")
        if repeated := [name for name in against["properties"] if columns.count(name) > 1]:
            raise UserError(f"{table}, line 1: the column {repeated[0]} is there twice; delete one")
        if columns and "movie" not in columns:
            raise UserError(f"{table}, line 1: there is no column movie, which names the movies; add it")
        for line in reader:
            where = f"{table}, line {reader.line_num}"
            cells = {key: value.strip() for key, value in line.items() if isinstance(value, str) and value.strip()}
            if not cells and None not in line:
                continue
            name = cells.get("movie", "")
            if not name or name_problem(name):
                unusable.append(f"left out: {where}: {name_problem(name, 'delete it') or 'it names no movie'}")
            elif name in rows:
                unusable.append(f"left out: {where}: {name} is there twice; give one another name")
            else:
                rows[name] = Row(where, cells, _problem(cells, against, too_long=None in line))
    except csv.Error as error:  # a cell of more than 131,072 characters, say
        raise UserError(f"{table}, line {reader.line_num + 1}: {error}") from None
    return rows, unusable


def _problem(cells: Mapping[str, str], against: dict[str, Any], *, too_long: bool) -> str:
    """What is wrong with a row, "" for nothing."""
    if too_long:
        return "more cells than columns"
    if odd := next((reason for value in cells.values() if (reason := name_problem(value, "delete it"))), None):
        return odd
    try:
        check(cells, against, "")
    except UserError as error:
        return str(error)
    return ""


def _movie(
    name: str,
    called: str,
    of_table: Row,
    path: str,
    content: str,
    config: Mapping[str, Any],
    results: Path,
) -> Movie:
    row, where = of_table.cells, of_table.where
    languages = row.get("language", config["language"])
    several = languages.split(",") if isinstance(languages, str) else languages
    if not several:
        raise SettingError("the list is empty; name a language, or auto", "language")
    spoken, *rest = dict.fromkeys(code.strip() for code in several)
    others = tuple(rest)
    if is_subtitle_file(path) and "language" not in row:
        spoken, others = parse_tokens(Path(path).stem)[0] or spoken, ()
    detected = spoken == AUTO
    if detected:
        there = results / called / "language.json"
        spoken = contracts.read(there, contracts.SpokenLanguage).language if there.exists() else AUTO
    wanted = (
        [code.strip() for code in row["subtitles_in"].split(",")] if "subtitles_in" in row else config["subtitles_in"]
    )
    try:
        targets, pairs, forced = _tracks((spoken, *others), tuple(wanted), tuple(config["subtitles"]["forced"]))
    except UserError as error:
        raise LeftOut(f"{where}: {error}") from None
    start, end = (seconds(row[key]) if key in row else None for key in ("start", "end"))
    start = start or 0.0
    if end is not None and end <= start:
        raise LeftOut(f"{where}: the clip ends at {row['end']}, before it starts; correct start or end")
    stream, speakers = (int(row[key]) if key in row else None for key in ("audio_stream", "speakers"))
    names = tuple(pair.strip() for pair in row.get("speaker_names", "").split(",") if pair.strip())
    songs = row.get("songs", config["subtitles"]["songs"])
    glossary = row.get("glossary", "")
    if glossary and (reason := name_problem(glossary)):
        raise LeftOut(f"{where}, glossary: {reason}")
    corrections = row.get("corrections", os.path.join(config["corrections"], f"{name}.tsv"))
    if "corrections" in row:
        elsewhere = f"{corrections} is in a storage; give a file of this machine" if is_stored(corrections) else None
        if reason := name_problem(corrections) or elsewhere or file_problem(corrections):
            raise LeftOut(f"{where}, corrections: {reason}")
    return Movie(
        called,
        path,
        spoken,
        targets,
        start,
        end,
        stream,
        row.get("audio_channel", ""),
        speakers,
        songs,
        names,
        glossary,
        detected,
        corrections,
        content=content,
        pairs=pairs,
        others=others,
        forced=forced if others else (),
    )


def _usual(config: Mapping[str, Any], results: Path) -> Movie | None:
    """What is wanted of a movie without a row, made once for the thousands of a library; None where each is asked by itself."""
    try:
        usual = _movie("", "", Row(""), "", "", config, results)
    except UserError:  # it is said of each movie that it keeps back
        return None
    return None if usual.detected else usual


@cache
def _tracks(
    spoken: tuple[str, ...], wanted: tuple[str, ...], wanted_forced: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Languages of the subtitles, tracks with two, and languages of forced ones: the same for most movies of a library.

    Args:
        spoken: languages, the main one first.
        wanted: as `subtitles_in` names them.
        wanted_forced: as `subtitles.forced` names them.

    Raises:
        UserError: there is no language of a code.
    """
    main = spoken[0]
    tracks = [[main if code == "spoken" else code for code in track.split("+")] for track in wanted]
    targets = tuple(dict.fromkeys(code for track in tracks for code in track))
    pairs = tuple(dict.fromkeys("+".join(track) for track in tracks if len(track) == len(set(track)) == 2))
    for code in (*spoken, *targets):
        if code != AUTO:
            language(code)
    if main == AUTO:
        targets = pairs = ()  # nothing can be made before the language is known, for files are named by it
    return targets, pairs, tuple(dict.fromkeys(main if code == "spoken" else code for code in wanted_forced))


@cache
def _translated(spoken: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Languages that need a translation from what is spoken."""
    needed = dict.fromkeys(romanised_from(target) or target for target in wanted)
    return tuple(code for code in needed if (code,) != spoken)


def _names_in(folder: str) -> set[str]:
    """Keys of the names in a folder; none where it is not there or may not be read."""
    try:
        return {key(name) for name in os.listdir(folder)}
    except OSError:
        return set()


def _corrected(movie: Movie) -> Movie:
    """A movie with its corrections, where there are any."""
    path = movie.corrections_path
    return replace(movie, corrections=tuple(read_corrections(Path(path)))) if os.path.exists(path) else movie


def with_existing(
    movies: Mapping[str, Movie], config: Mapping[str, Any], results: Path
) -> tuple[dict[str, Movie], list[str]]:
    """Movies with what `existing` says of the subtitles that they have already.

    Args:
        movies: by name; those whose language is not known are left as they are.
        config: with every key.
        results: where records of earlier runs are.

    Returns:
        The movies: with `skip` without the languages that exist, with `use` with the track that stands for recognition; and
        lines for people.
    """
    policy, kinds = config["existing"], config["subtitles"]["kinds"]
    if policy == "ignore":
        return dict(movies), []
    here = [movie for movie in movies.values() if not is_subtitle_file(movie.path) and not is_stored(movie.path)]
    known = [movie for movie in here if movie.language != AUTO]
    inside = tracks_in(
        [Path(movie.path) for movie in known],
        results / "existing.json",
        report=lambda line: print(printable(line), file=sys.stderr, flush=True),
    )
    listing = cache(list_folder)
    settled, complete, pictures = dict(movies), [], []
    for movie in known:
        path, ours = Path(movie.path), _published(results / movie.name / "published.json")
        tracks = [*beside(path, movie.language, listing(path.parent), ours), *inside.get(path, [])]
        if any(not track.text for track in tracks):
            pictures.append(movie.name)
        if policy == "use":
            track = transcript_track(tracks, movie.language)
            others, forced = ((), ()) if track else (movie.others, movie.forced)
            settled[movie.name] = replace(movie, transcript_track=track, others=others, forced=forced)
            continue
        targets = tuple(code for code in movie.targets if not has(tracks, code, kinds.get(code, "")))
        pairs = tuple(pair for pair in movie.pairs if set(pair.split("+")) <= set(targets))
        settled[movie.name] = replace(movie, targets=targets, pairs=pairs)
        if not targets:
            complete.append(movie.name)
    lines = []
    if stored := [movie.name for movie in movies.values() if is_stored(movie.path)]:
        lines.append(f"existing: {policy}: movies in a storage are not looked into: {some(stored)}")
    if complete:
        lines.append(
            f"existing: skip: nothing is made for those that have all subtitles that are wanted: {some(complete)}"
        )
    if pictures:
        lines.append(f"subtitles that are pictures (PGS, VobSub) cannot be read and do not count: {some(pictures)}")
    return settled, lines


def some(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _published(record: Path) -> set[str]:
    """Paths of the subtitle files that earlier runs have put beside a movie."""
    return {file.path for file in contracts.read(record, contracts.Published).files} if record.exists() else set()
