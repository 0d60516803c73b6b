"""The user's config, movies and models are checked before anything runs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import ROOT

from moviesubs import contracts
from moviesubs.contracts import SpokenLanguage
from moviesubs.errors import UserError
from moviesubs.workflow.config import AGAIN, Section
from moviesubs.workflow.config_documents import README, SCHEMA, keys, readme, schema_text
from moviesubs.workflow.models import align_model, asr_model, load_models, translatable, translation_model, warnings
from moviesubs.workflow.movies import load_movies, none_found
from moviesubs.workflow.named_files import check_named_files, with_readable_glossaries
from moviesubs.workflow.settings import load_config, load_settings, of_language, schema

TABLE = str(ROOT / "config" / "models.yaml")


def config_of(folder: Path, **values: Any) -> dict[str, Any]:
    return load_config({"movies": {"folder": str(folder), "table": ""}, "models": [TABLE], **values})


def test_the_shipped_config_is_valid_and_says_what_the_defaults_say() -> None:
    shipped = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    full, empty = load_config(shipped), load_config({})
    assert full["subtitles"]["limits"] == empty["subtitles"]["limits"]
    assert full["asr"] == empty["asr"]


def test_the_schema_and_the_table_of_the_readme_are_those_of_the_keys() -> None:
    advice = "`make documents` writes them anew"
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), advice
    assert README.read_text(encoding="utf-8") == readme(README.read_text(encoding="utf-8")), advice


def test_every_key_says_what_it_means_and_from_where_on_a_change_runs_again() -> None:
    without = {
        "movies.folder",
        "movies.leave_out",
        "movies.table",
        "models",
        "pathvars",
    }  # other movies, models, folders
    for name, default, meta in keys():
        assert meta.description, name
        if not isinstance(default, Section) and name not in without:
            assert meta.extra and meta.extra[AGAIN], name


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"langauge": "hi"}, "unknown key langauge"),
        ({"asr": {"modle": "x"}}, "config: asr: unknown key modle; known are backend"),
        ({"asr": {"backend": "whisper"}}, "config: asr.backend: 'whisper' is not one of"),
        ({"asr": {"chunk_size": 45}}, "config: asr.chunk_size: 45 is greater than the maximum of 30"),
        ({"language": "xx"}, "unknown language 'xx'; use one of"),
        ({"language": "Hindi"}, "'Hindi' is not possible here"),
        ({"subtitles": {"limits": {"min_duration": 8}}}, "min_duration is above max_duration"),
        ({"speech": {"onset": 0.2}}, "speech.offset: is above speech.onset"),
        ({"diarize": {"min_speakers": 3, "max_speakers": 2}}, "min_speakers is above max_speakers (3 and 2)"),
        ({"subtitles_in": ["spoken", False]}, "False is not text; YAML reads no, yes, on and off as switches"),
        ({"asr": None}, "asr: nothing stands there; give it keys with values, or take the key out"),
        ({"retime": "x" * 100_000}, "x... is not keys with values"),
    ],
)
def test_a_mistake_in_the_config_is_one_line_that_says_where_and_what(config: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as error:
        load_config(config)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_every_number_of_the_config_has_a_greatest() -> None:
    def numbers(part: Any, name: str) -> Iterator[str]:
        if isinstance(part, dict):
            if part.get("type") in ("number", "integer") and not {"maximum", "exclusiveMaximum"} & part.keys():
                yield name
            for key, item in part.items():
                yield from numbers(item, f"{name}.{key}")
        for item in part if isinstance(part, list) else ():
            yield from numbers(item, name)

    assert not list(numbers(schema("config"), "config"))


def test_defaults_fill_mappings_at_all_depths_and_keep_what_was_given() -> None:
    full = load_config({"subtitles": {"limits": {"line_length": 37}}, "translate": {"beam_size": 4}})
    assert full["subtitles"]["limits"] == {"line_length": 37, "reading_speed": {}}
    assert full["subtitles"]["preset"] == "netflix"
    assert full["translate"]["backend"] == "auto"


def test_a_default_that_is_written_down_is_the_same_as_one_that_is_left_out() -> None:
    """Otherwise it would run stages again: Snakemake compares 30 and 30.0 as texts."""
    written = load_config({})
    assert repr(load_config(written)) == repr(written)
    assert repr(load_settings(written)) == repr(load_settings({}))


def test_numbers_and_switches_on_the_command_line_are_not_taken_for_text() -> None:
    full = load_config({"asr": {"beam_size": "1"}, "diarize": {"enabled": "False"}, "transcript": {"max_pause": "0.5"}})
    assert (full["asr"]["beam_size"], full["diarize"]["enabled"], full["transcript"]["max_pause"]) == (1, False, 0.5)
    with pytest.raises(UserError, match="asr.beam_size: 'many' is not a whole number"):
        load_config({"asr": {"beam_size": "many"}})


def test_movies_of_the_folder_are_named_by_their_file_and_other_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("Sholay (1975).mkv", "Mr. & Mrs. Iyer.MP4", "नाम.webm", "notes.txt", ".hidden.mkv"):
        (tmp_path / name).touch()
    movies, left_out = load_movies(config_of(tmp_path))
    assert list(movies) == ["Mr. & Mrs. Iyer", "Sholay (1975)", "नाम"]
    assert movies["नाम"].targets == ("hi", "en")
    assert not left_out


def test_any_name_is_a_name_and_what_snakemake_would_take_for_a_pattern_has_other_brackets_in_the_results(
    tmp_path: Path,
) -> None:
    names = {
        "Movie (1975) {tmdb-579}": None,
        "Movie {imdb-tt0073707} {edition-Director's Cut}": None,
        "{a}": "(a)",
        "x {2019}": "x (2019)",
        "<results> <b>": "(results) (b)",
        "<3 {": None,
        "-dash": None,
        "\u202egpj.x": "gpj.x",
        "Nooooooooooooooooooooooo": "Nooooooooooooooooooooooo~",
        "ha" * 20: "ha" * 20 + "~",
        "quality.html": "quality.html~",
        "hardware.log": "hardware.log~",
    }
    for name in names:
        (tmp_path / f"{name}.mkv").touch()
    movies, left_out = load_movies(config_of(tmp_path))
    assert {movie.path: name for name, movie in movies.items()} == {
        f"{tmp_path}/{name}.mkv": called or name for name, called in names.items()
    }
    assert not left_out


def test_a_name_that_cannot_be_worked_with_is_left_out_with_a_reason_and_the_others_go_on(tmp_path: Path) -> None:
    for name in ("line\nfeed.mkv", "\udce9t\udce9.mkv", "\u092e" * 83 + ".mkv", "good.mkv", "x (a).mkv", "x {a}.mkv"):
        (tmp_path / name).touch()
    movies, left_out = load_movies(config_of(tmp_path))
    assert list(movies) == ["good", "x (a)"]
    assert len(left_out) == 4
    assert all("rename" in line and "\n" not in line for line in left_out)
    assert any("bytes too long for a file (255 at most)" in line for line in left_out)
    assert any("is not UTF-8" in line for line in left_out)


def test_pipes_devices_and_folders_are_left_out_in_the_folder_and_in_the_table(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mkv")
    (tmp_path / "good.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text(f"movie\tpath\ndevice\t/dev/zero\nfolder\t{tmp_path}\n")
    movies, left_out = load_movies(load_config({"movies": {"folder": str(tmp_path), "table": str(table)}}))
    assert list(movies) == ["good"]
    assert [line.split(" is ")[1].split(",")[0] for line in left_out] == [
        "a pipe", "a folder", "a pipe"
    ]  # fmt: skip


def test_rows_that_cannot_be_had_leave_out_their_movie_only(tmp_path: Path) -> None:
    for name in ("a.mkv", "b.mkv"):
        (tmp_path / name).touch()
    table = tmp_path / "movies.tsv"
    table.write_text("movie\tlanguage\na\thi\nb\thi\nb\tta\n")
    (tmp_path / "a.mkv").unlink()
    (tmp_path / "a.mkv").symlink_to("nowhere")
    movies, left_out = load_movies(load_config({"movies": {"folder": str(tmp_path), "table": str(table)}}))
    assert [movie.language for movie in movies.values()] == ["hi"]
    assert any("a.mkv: there is no such file" in line for line in left_out)
    assert any("line 4: b is there twice" in line for line in left_out)


def test_a_movie_with_a_language_that_no_model_makes_is_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    for name in ("a.mkv", "b.mkv"):
        (tmp_path / name).touch()
    table = tmp_path / "movies.tsv"
    table.write_text("movie\tsubtitles_in\na\ten,fr\n")
    config = load_config({"movies": {"folder": str(tmp_path), "table": str(table)}, "models": [TABLE]})
    movies, left_out = translatable(config, load_models([TABLE]), load_movies(config)[0])
    assert list(movies) == ["b"]
    assert left_out[0].startswith(
        "left out: a: no model translates Hindi (hi) into French (fr); from hi there are models into"
    )


def test_a_movie_that_cannot_be_read_is_left_out_with_a_reason_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "good.mkv").touch()
    (tmp_path / "dangling.mkv").symlink_to(tmp_path / "nowhere")
    movies, left_out = load_movies(config_of(tmp_path))
    assert list(movies) == ["good"]
    assert left_out == [
        f"left out: {tmp_path}/dangling.mkv: there is no such file; correct the path, or the link that points nowhere"
    ]


def test_the_same_film_in_two_containers_is_one_movie_and_the_warning_names_the_other(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    (tmp_path / "a.mp4").touch()
    movies, warnings = load_movies(config_of(tmp_path))
    assert [movie.path for movie in movies.values()] == [f"{tmp_path}/a.mkv"]
    assert len(warnings) == 1
    assert "a.mp4" in warnings[0]


def test_movies_are_found_in_several_folders_through_all_levels(tmp_path: Path) -> None:
    for name in ("films/Sholay (1975)/Sholay (1975).mkv", "shows/One/Pilot.mkv", "shows/Two/Pilot.mkv"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    config = load_config({"movies": {"folder": [f"{tmp_path}/films", f"{tmp_path}/shows"], "table": ""}})
    assert list(load_movies(config)[0]) == ["One - Pilot", "Sholay (1975)", "Two - Pilot"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere: there is no such folder"):
        load_movies(config_of(tmp_path / "nowhere"))


def test_a_movie_that_the_table_names_by_its_path_is_not_found_a_second_time(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text(f"movie\tpath\tend\nclip\t{tmp_path}/a.mkv\t60\n")
    config = load_config({"movies": {"folder": str(tmp_path), "table": str(table)}})
    assert list(load_movies(config)[0]) == ["clip"]


def test_the_table_says_what_to_do_with_songs_and_what_speakers_are_called(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    (tmp_path / "b.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text("movie\tsongs\tspeaker_names\na\tskip\tSPEAKER_00=Jai, SPEAKER_01=वीरू\n")
    config = load_config({"movies": {"folder": str(tmp_path), "table": str(table)}, "subtitles": {"songs": "speech"}})
    movies, _ = load_movies(config)
    assert (movies["a"].songs, movies["b"].songs) == ("skip", "speech")
    assert movies["a"].speaker_names == ("SPEAKER_00=Jai", "SPEAKER_01=वीरू")


def test_a_movie_whose_language_nobody_named_has_no_subtitles_before_it_is_found_and_then_those_that_can_be_made(
    tmp_path: Path,
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text("movie\tlanguage\na\tauto\nb\tauto\n")
    config = load_config({"movies": {"folder": str(tmp_path), "table": str(table)}, "subtitles_in": ["spoken", "en"]})
    results = tmp_path / "results"
    movies, _ = load_movies(config, results)
    assert {name: movie.targets for name, movie in movies.items()} == {"a": (), "b": (), "c": ("hi", "en")}
    for name, code in (("a", "ta"), ("b", "ja")):
        contracts.write(
            results / name / "language.json", SpokenLanguage(language=code, votes={}, windows=[], model="m")
        )
    movies, _ = load_movies(config, results)
    assert movies["a"].targets == ("ta", "en")
    kept, left_out = translatable(config, load_models([TABLE]), movies)
    assert list(kept) == ["a", "c"]
    assert [line.startswith("left out: b: no model translates Japanese") for line in left_out] == [True]


def test_a_movie_may_have_a_glossary_of_its_own_and_it_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    (tmp_path / "b.mkv").touch()
    table, glossary = tmp_path / "movies.tsv", tmp_path / "names.tsv"
    glossary.write_text("hi\ten\nवीरू\tVeeru\n")
    table.write_text(f"movie\tglossary\na\t{glossary}\n")
    config = load_config({"movies": {"folder": str(tmp_path), "table": str(table)}})
    movies, _ = load_movies(config)
    assert (movies["a"].glossary, movies["b"].glossary) == (str(glossary), "")
    settings = load_settings(config)
    assert with_readable_glossaries(movies, settings) == (movies, [])
    glossary.unlink()
    kept, left_out = with_readable_glossaries(movies, settings)
    assert list(kept) == ["b"] and left_out == [
        f"left out: a: {glossary}: no such glossary; correct the table of movies"
    ]


def test_the_table_of_movies_sets_what_is_particular_to_one_movie(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text(
        "movie\tpath\tlanguage\tsubtitles_in\tstart\tend\n"
        "a\t\tta\tspoken, en\t\t\n"
        f"clip\t{table}\t\t\t1:00\t1:02:03.5\n"
    )
    config = load_config({"movies": {"folder": str(tmp_path), "table": str(table)}})
    movies, _ = load_movies(config)
    assert movies["a"].targets == ("ta", "en")
    assert (movies["clip"].path, movies["clip"].start, movies["clip"].end) == (str(table), 60.0, 3723.5)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("movie\tlang\na\thi\n", "unknown column lang"),
        ("path\tlanguage\na.mkv\thi\n", "line 1: there is no column movie"),
        ("movie\tpath\tmovie\na\tx\ta\n", "line 1: the column movie is there twice"),
        (f"movie\tpath\na\t{'x' * 140_000}\n", "line 2: field larger than field limit"),
    ],
)
def test_a_mistake_in_the_table_of_movies_is_one_line_that_says_where_and_what(
    tmp_path: Path, rows: str, message: str
) -> None:
    (tmp_path / "a.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text(rows)
    with pytest.raises(UserError) as error:
        load_movies(load_config({"movies": {"folder": str(tmp_path), "table": str(table)}}))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("movie\tlanguage\na\txx\n", "movies.tsv, line 2: unknown language 'xx'"),
        ("movie\tlanguage\n\na\tHindi\n", "movies.tsv, line 3: language: 'Hindi' is not possible here"),
        ("movie\tsubtitles_in\na\ten,xx\n", "movies.tsv, line 2: unknown language 'xx'"),
        ("movie\tstart\na\tsoon\n", "movies.tsv, line 2: start: 'soon' is not possible here"),
        ("movie\tstart\tend\na\t50\t40\n", "movies.tsv, line 2: the clip ends at 40, before it starts"),
        ("movie\tstart\na\t99999999999\n", "movies.tsv, line 2: start: '99999999999' is not possible here"),
        ("movie\tspeakers\na\t0\n", "movies.tsv, line 2: speakers: '0' is not possible here"),
        ("movie\tspeakers\na\t-1\n", "movies.tsv, line 2: speakers: '-1' is not possible here"),
        ("movie\na\tx\n", "movies.tsv, line 2: more cells than columns"),
        ("movie\tspeaker_names\na\tSPEAKER_00=\x1b[31mJai\n", "movies.tsv, line 2: 'SPEAKER_00=\\x1b[31mJai' holds"),
        ("movie\tpath\na\t{0}/nowhere.mkv\n", "movies.tsv, line 2: {0}/nowhere.mkv: there is no such file"),
        ("movie\tpath\na\thttp://example.org/a.mkv\n", "line 2: http://example.org/a.mkv: no storage plugin"),
        (
            "movie\tcorrections\na\ts3://films/a.tsv\n",
            "line 2, corrections: s3://films/a.tsv is in a storage; give a file",
        ),
        ("movie\tpath\nB\t{0}/a.mkv\n", "b.mkv: would have the same results as {0}/a.mkv"),
    ],
)
def test_a_mistake_in_a_row_leaves_out_its_movie_and_no_other(tmp_path: Path, rows: str, message: str) -> None:
    (tmp_path / "a.mkv").touch()
    (tmp_path / "b.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text(rows.format(tmp_path))
    movies, left_out = load_movies(load_config({"movies": {"folder": str(tmp_path), "table": str(table)}}))
    assert [name.lower() for name in movies] == ["b"] and len(left_out) == 1
    assert left_out[0].startswith("left out: ") and message.format(tmp_path) in left_out[0] and "\n" not in left_out[0]


def test_a_row_that_names_no_movie_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text("movie\tlanguage\n\thi\n")
    movies, left_out = load_movies(load_config({"movies": {"folder": str(tmp_path), "table": str(table)}}))
    assert list(movies) == ["a"] and left_out == [f"left out: {table}, line 2: it names no movie"]
    assert "the lines above say why" in none_found({}, left_out)


def test_a_row_whose_movie_is_gone_or_that_is_no_text_leaves_out_that_movie_only(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text("movie\tspeaker_names\ngone\t\nred\tSPEAKER_00=\x1b[31mJai\n")
    movies, left_out = load_movies(load_config({"movies": {"folder": str(tmp_path), "table": str(table)}}))
    assert list(movies) == ["a"]
    assert len(left_out) == 2 and "gone: there is no such movie" in left_out[0] and "line 3" in left_out[1]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"translate": {"glossary": "{0}"}},
            "translate.glossary: {0}: is a folder, not a file; correct the name of the glossary",
        ),
        ({"translate": {"glossary": "{0}/none"}}, "none: no such file; correct the name of the glossary"),
        ({"asr": {"glossary": "{0}/latin"}}, "latin: not UTF-8"),
        ({"asr": {"languages": {"ta": {"glossary": "{0}/twice"}}}}, "twice: line 1: the column 'hi' is there twice"),
        ({"translate": {"glossary": "{0}/red"}}, "red: line 2: holds the control character '\\x1b'"),
        ({"corrections": "{0}/red"}, "corrections: {0}/red is a file, not a folder"),
        ({"translate": {"memory": "{0}"}}, "translate.memory: {0} is a folder"),
    ],
)
def test_a_file_that_the_config_names_is_looked_at_before_anything_runs(
    tmp_path: Path, config: dict[str, Any], message: str
) -> None:
    (tmp_path / "latin").write_bytes("hi\ten\ncaf\xe9\t\n".encode("latin-1"))
    (tmp_path / "twice").write_text("hi\thi\n")
    (tmp_path / "red").write_text("hi\ten\nवीरू\t\x1b[31mVeeru\n")
    filled = json.loads(json.dumps(config).replace("{0}", str(tmp_path)))
    with pytest.raises(UserError) as error:
        check_named_files(load_settings(filled), tmp_path)
    assert message.format(tmp_path) in str(error.value) and "\n" not in str(error.value)


def test_a_target_without_a_translation_model_is_an_error_that_names_the_possible_targets(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    config = config_of(tmp_path, subtitles_in=["spoken", "fr"])
    movies, _ = load_movies(config)
    with pytest.raises(UserError) as error:
        warnings(config, load_models([TABLE]), movies)
    assert str(error.value).startswith(
        "a: no model translates Hindi (hi) into French (fr); from hi there are models into"
    )


def test_a_language_without_an_alignment_model_is_a_warning_and_not_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    config = config_of(tmp_path, language="sd", subtitles_in=["spoken"])
    movies, _ = load_movies(config)
    assert warnings(config, load_models([TABLE]), movies) == [
        "no alignment model for Sindhi (sd): Whisper's own attention will be used; name a model in align.models"
    ]
    assert align_model(config, load_models([TABLE]), "sd") is None


def test_a_model_that_is_not_pinned_is_refused_unless_the_config_allows_it(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    models = load_models([TABLE])
    tamil: dict[str, Any] = {"language": "ta", "subtitles_in": ["spoken"]}
    config = config_of(tmp_path, **tamil)
    assert align_model(config, models, "ta") is None
    assert "wav2vec2-ta, which aligns Tamil, is not pinned" in warnings(config, models, load_movies(config)[0])[0]
    allowed = config_of(tmp_path, **tamil, unpinned_models=True)
    assert align_model(allowed, models, "ta") == "wav2vec2-ta"
    assert warnings(allowed, models, load_movies(allowed)[0]) == []
    for asked in ({"align": {"models": {"ta": "wav2vec2-ta"}}}, {"asr": {"model": "hindi-large-v2"}}):
        config = config_of(tmp_path, **tamil, **asked)
        with pytest.raises(UserError, match="is not pinned, .* or allow it with unpinned_models: true"):
            warnings(config, models, load_movies(config)[0])


def test_a_table_of_models_that_names_a_missing_model_is_an_error(tmp_path: Path) -> None:
    table = tmp_path / "models.yaml"
    table.write_text("asr: {mine: {whisperx: nowhere}}\n")
    with pytest.raises(UserError, match="asr.mine.whisperx: there is no model 'nowhere'"):
        load_models([str(table)])


def test_a_later_table_of_models_wins_over_an_earlier_one(tmp_path: Path) -> None:
    table = tmp_path / "models.yaml"
    table.write_text(
        f"models: {{mine: {{path: {tmp_path}, licence: MIT}}}}\n"
        "align: {hi: mine}\n"
        "translate: [{sources: [hi], targets: [en], model: mine}]\n"
    )
    models = load_models([TABLE, str(table)])
    config = load_config({})
    assert align_model(config, models, "hi") == "mine"
    assert translation_model(config, models, "hi", "en") == "mine"
    assert translation_model(config, models, "ta", "en") != "mine"


def test_settings_of_one_language_go_over_the_others(tmp_path: Path) -> None:
    config = config_of(
        tmp_path,
        asr={"model": "medium", "languages": {"ta": {"model": "small", "prompt": "வணக்கம்"}}},
        align={"languages": {"ta": {"backend": "none"}}},
    )
    models = load_models([TABLE])
    assert of_language(config["asr"], "ta")["prompt"] == "வணக்கம்" and of_language(config["asr"], "hi")["prompt"] == ""
    assert asr_model(config, models, "whisperx", "ta") == "whisper-small-ctranslate2"
    assert asr_model(config, models, "whisperx", "hi") == "whisper-medium-ctranslate2"
    assert align_model(config, models, "ta") is None and align_model(config, models, "hi") == "wav2vec2-hi"


def test_mlx_aligns_with_the_whisper_that_it_recognises_with(tmp_path: Path) -> None:
    config = config_of(tmp_path, asr={"model": "medium"}, align={"backend": "mlx"})
    assert align_model(config, load_models([TABLE]), "sd") == "whisper-medium-mlx"


def test_settings_of_a_language_that_does_not_exist_or_with_an_unknown_key_are_an_error() -> None:
    with pytest.raises(UserError, match="unknown language 'xx'"):
        load_config({"asr": {"languages": {"xx": {"model": "small"}}}})
    with pytest.raises(UserError, match="asr.languages.ta: unknown key modle"):
        load_config({"asr": {"languages": {"ta": {"modle": "small"}}}})


def test_a_movie_from_the_future_is_left_out_with_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_bytes(b"film")
    os.utime(tmp_path / "a.mkv", (4e9, 4e9))
    movies, (line,) = load_movies(config_of(tmp_path))
    assert not movies and "lies in the future" in line
