"""The plan of a run: what the rules ask it, without Snakemake."""

from pathlib import Path
from typing import Any

import pytest
from support import ROOT

from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.language.languages import languages
from moviesubs.workflow.environments import environment_digest, environment_names, missing_environments, pins
from moviesubs.workflow.options import language_of, limit_options, option
from moviesubs.workflow.plan import Plan, load_plan
from moviesubs.workflow.settings import load_settings

TABLE = str(ROOT / "config" / "models.yaml")


def plan_of(folder: Path, rows: str = "", **config: Any) -> Plan:
    """A plan for films `a` and `b` in a folder."""
    movies = folder / "movies"
    movies.mkdir(exist_ok=True)
    for name in ("a", "b"):
        (movies / f"{name}.mkv").touch()
    table = folder / "movies.tsv"
    table.write_text(rows or "movie\n")
    return load_plan(
        {"movies": {"folder": str(movies), "table": str(table)}, "models": [TABLE], **config}, folder / "results"
    )


def test_every_movie_track_and_format_has_its_paths(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "movie\tsubtitles_in\nb\tspoken\n", subtitles={"kinds": {"en": "sdh"}, "formats": ["vtt"]})
    movies = plan.movies.values()
    assert plan.expand("{movie}/{movie}.{track}.{format}", movies) == [
        *("a/a.hi.srt", "a/a.hi.vtt", "a/a.en.sdh.srt", "a/a.en.sdh.vtt"),
        *("b/b.hi.srt", "b/b.hi.vtt"),
    ]
    assert plan.expand("{movie}.{container}", movies) == ["a.mkv", "b.mkv"]
    assert plan.expand("{movie}/transcript.{translation}.json", movies) == ["a/transcript.en.json"]
    assert plan.movie("a").tracks == ["hi", "en.sdh"]
    assert plan.movie("a").translations == ["en"]
    assert language_of("results/a. b/a. b.en.sdh.srt") == language_of("transcript.en.json") == "en"


def test_an_unknown_movie_and_one_that_does_not_reach_a_cluster_are_refused_with_a_reason(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    with pytest.raises(UserError, match="there is no movie 'c'; known are a, b"):
        plan.movie("c")
    (tmp_path / "movies" / "one, two.mkv").touch()
    plan = plan_of(tmp_path)
    assert plan.movie("one, two").path.endswith("one, two.mkv")
    with pytest.raises(UserError, match="left out: on a cluster, one, two cannot hold a comma"):
        plan.movie("one, two", on_cluster=True)


def test_what_depends_on_an_unknown_language_is_refused_and_the_rest_is_planned(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "movie\tlanguage\na\tauto\n")
    movie = plan.movie("a")
    assert movie.path and movie.language_was_found and movie.probe_options == []
    for ask in ("language", "tracks", "translations", "recogniser", "recognition", "default_track", "models"):
        with pytest.raises(UserError, match="the language of 'a' is not known yet"):
            getattr(movie, ask)
    assert list(plan.movies) == ["b"]
    assert plan.models_of("detect_language", "a") == ["whisper-large-v3-ctranslate2"]


def test_the_options_of_a_movie_come_from_its_row_and_else_from_the_config(tmp_path: Path) -> None:
    rows = "movie\tstart\tend\taudio_stream\tspeakers\tspeaker_names\na\t1:00\t2:00\t3\t2\tSPEAKER_00=Jai\n"
    plan = plan_of(tmp_path, rows, diarize={"max_speakers": 5})
    a, b = plan.movie("a"), plan.movie("b")
    assert a.probe_options == ["--audio-language", "hi", "--start", "60", "--end", "120", "--audio-stream", "3"]
    assert a.speaker_options == ["--min-speakers", "2", "--max-speakers", "2"]
    assert plan.track("a", "hi").subtitle_options[-4:] == ["--song-policy", "mark", "--speaker-names", "SPEAKER_00=Jai"]
    assert (b.probe_options, b.speaker_options) == (["--audio-language", "hi"], ["--max-speakers", "5"])


def test_what_depends_on_the_language_alone_is_one_answer_as_long_as_all_movies_share_it(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert plan.of_languages("recognition") == [plan.movie("a").recognition] == [plan.movie("b").recognition]
    assert plan.models_of_languages("align") == [plan.models_of("align", "a")]
    assert plan.models_of_languages("translate") == []
    settings = {"languages": {"ta": {"beam_size": 2}}}
    plan = plan_of(tmp_path, "movie\tlanguage\na\tta\n", asr=settings)
    assert plan.of_languages("recognition") == [plan.movie("a").recognition, plan.movie("b").recognition]
    assert plan.of_languages("recogniser") == ["whisperx"]
    assert plan.models_of_languages("align") > [["wav2vec2-hi"]] or len(plan.models_of_languages("align")) == 2
    mixed = plan_of(tmp_path, "movie\tlanguage\na\thi,en\n")
    assert [one["language"] for one in mixed.of_languages("recognition")] == ["hi", "en"]


def test_models_and_settings_of_a_movie_are_those_of_its_language(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "movie\tlanguage\nb\tta\n", asr={"languages": {"ta": {"model": "small", "beam_size": 2}}})
    assert plan.models_of("whisperx", "b") == ["whisper-small-ctranslate2"]
    assert plan.movie("b").recognition == {
        "language": "ta",
        "chunk_size": 30,
        "max_pause": 2,
        "beam_size": 2,
        "options": [],
    }
    assert plan.models_of("align", "a") == ["wav2vec2-hi"]
    assert plan.models_of("translate", "a", "en") == plan.track("a", "en").models
    assert set(plan.track("a", "en").models) <= set(plan.movie("a").models)
    assert plan.models_of("align", "a") and not plan_of(tmp_path, align={"backend": "none"}).models_of("align", "a")


def test_a_track_is_made_from_the_transcript_in_its_language(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert (plan.track("a", "hi").transcript_file, plan.track("a", "hi").is_spoken) == (
        "<results>/a/transcript.json",
        True,
    )
    assert plan.track("a", "en").transcript_file == "<results>/a/transcript.en.json"
    assert plan.track("a", "hi-Latn").unromanised_transcript == "<results>/a/transcript.json"
    with pytest.raises(UserError, match="ur-Latn: this language cannot be romanised"):
        _ = plan.track("a", "ur-Latn").unromanised_transcript


def test_a_default_track_that_a_movie_lacks_is_none_and_is_said_at_the_start(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "movie\tsubtitles_in\nb\tspoken\n", mux={"default": "en"})
    assert (plan.movie("a").default_track, plan.movie("b").default_track) == (["--default", "en"], [])
    assert "mux.default: en: no such track in b; there players switch on none by themselves" in plan.warnings
    spoken = plan_of(tmp_path, mux={"default": "spoken"})
    assert spoken.movie("a").default_track == ["--default", "hi"]


def test_what_whisper_lacks_a_ctc_model_hears_and_its_words_need_no_aligner(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "movie\tlanguage\na\tor\n")
    odia, hindi = plan.movie("a"), plan.movie("b")
    assert (odia.recogniser, odia.aligner, odia.alignment_fallback) == ("ctc", "ctc", "none")
    assert odia.model("ctc") == "indic-conformer-600m" and odia.model("align") is None
    assert (hindi.recogniser, hindi.aligner) == ("whisperx", "whisperx")
    assert plan.movies_for_ctc == "a" and plan.warnings == []
    assert plan.is_in_onnx("indic-conformer-600m") and not plan.is_in_onnx("wav2vec2-hi")
    chosen = plan_of(
        tmp_path, "movie\tlanguage\na\tor\n", asr={"ctc_models": {"or": "wav2vec2-or"}}, unpinned_models=True
    )
    assert chosen.movie("a").model("ctc") == "wav2vec2-or"
    both = plan_of(tmp_path, asr={"languages": {"hi": {"backend": "ctc"}}})
    assert both.movies_for_ctc == "a|b" and both.movie("a").models[0] == "indic-conformer-600m"


def test_every_language_of_india_has_a_recogniser_that_is_pinned(tmp_path: Path) -> None:
    codes = [code for code, one in languages().items() if one.flores]
    assert len(codes) == 23  # IndicTrans2's, English among them
    (tmp_path / "movies").mkdir()
    for code in codes:
        (tmp_path / "movies" / f"film {code}.mkv").touch()
    rows = "".join(f"film {code}\t{code}\tspoken\n" for code in codes)
    plan = plan_of(tmp_path, f"movie\tlanguage\tsubtitles_in\n{rows}")
    for code in codes:
        assert plan.movie(f"film {code}").recogniser == ("whisperx" if languages()[code].whisper else "ctc")
        assert plan.movie(f"film {code}").models and code in plan.models["ctc"]


def test_a_second_recogniser_hears_what_another_kind_of_model_hears_first(tmp_path: Path) -> None:
    rows = "movie\tlanguage\tsubtitles_in\na\tor\tspoken\nc\thi,en\tspoken\nd\tfr\tspoken\n"
    (tmp_path / "movies").mkdir()
    for name in "cd":
        (tmp_path / "movies" / f"{name}.mkv").touch()
    plain = plan_of(tmp_path, rows)
    assert not any(plain.movie(name).parts_heard_again for name in "abcd")
    plan = plan_of(tmp_path, rows, asr={"second": "ctc"})
    parts = {name: plan.movie(name).parts_heard_again for name in "abcd"}
    assert parts == {"a": [], "b": [""], "c": [".hi", ".en"], "d": []}
    assert "indic-conformer-600m" in plan.movie("b").models and "indic-conformer-600m" not in plain.movie("b").models
    assert [line for line in plan.warnings if "no CTC model recognises French (fr)" in line]
    some = plan_of(tmp_path, rows, asr={"languages": {"en": {"second": "ctc"}}})
    assert some.movie("c").parts_heard_again == [".en"] and some.movie("b").parts_heard_again == []


def test_a_movie_that_no_model_recognises_is_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    rows = "movie\tlanguage\tsubtitles_in\na\tor\tspoken\n"
    plan = plan_of(tmp_path, rows, asr={"backend": "whisperx"})
    assert list(plan.movies) == ["b"] and "left out: a: Whisper does not recognise Odia (or)" in plan.warnings[0]
    plan = plan_of(tmp_path, rows, asr={"ctc_models": {"or": "wav2vec2-or"}})
    assert list(plan.movies) == ["b"] and "wav2vec2-or is not pinned" in plan.warnings[0]
    with pytest.raises(UserError, match="no model 'nothing'"):
        plan_of(tmp_path, rows + "b\tor\tspoken\n", asr={"ctc_models": {"or": "nothing"}})


def test_a_film_in_several_languages_is_heard_and_translated_from_each(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path, "movie\tlanguage\tsubtitles_in\na\thi,en\tspoken,en,gu\n", subtitles={"forced": ["spoken"]}
    )
    movie = plan.movie("a")
    assert movie.languages == ["hi", "en"] and movie.language == "hi" and plan.movie("a", ".en").language == "en"
    assert plan.movie("a", ".en").model("align") == "wav2vec2-en"
    assert movie.tracks == ["hi", "en", "gu", "hi.forced"] and movie.translations == ["hi", "en", "gu"]
    assert plan.parts == r"(\.(en|hi))?" and plan.parts_for_ctc == "()" and plan.mixed_movies == "a"
    for language, sources in (("hi", ["en"]), ("en", ["hi"]), ("gu", ["hi", "en"])):
        track = plan.track("a", language)
        assert track.sources == sources and len(track.models) == len(sources)
        assert track.transcript_file == f"<results>/a/transcript.{language}.json" and not track.is_spoken
    assert {"wav2vec2-hi", "wav2vec2-en"} <= set(movie.models)
    assert "a/a.hi.forced.srt" in plan.expand("{movie}/{movie}.{track}.{format}", plan.movies.values())
    assert (
        plan.movie("b").tracks == ["hi", "en"]
        and plan.track("b", "hi").transcript_file == "<results>/b/transcript.json"
    )
    assert plan_of(tmp_path, language=["hi", "en"]).movie("b").languages == ["hi", "en"]


def test_the_models_of_the_config_s_languages_are_shown_with_what_is_best(tmp_path: Path) -> None:
    lines = plan_of(tmp_path, "movie\tlanguage\na\tor\n").model_table
    place = next(k for k, line in enumerate(lines) if line.split()[:3] == ["recognise", "or", "indic-conformer-600m"])
    assert "gated" in lines[place] + lines[place + 1]
    assert any(line.split()[:3] == ["recognise", "hi", "whisper-large-v3-ctranslate2"] for line in lines)
    assert any(line.startswith("translate  or to en") for line in lines)
    assert any(
        line.startswith("recognise, Hindi: indic-conformer-600m") and "large-v3 stays" in " ".join(lines)
        for line in lines
    )
    assert max(map(len, lines)) <= 100


def test_languages_that_whisper_cannot_tell_apart_leave_out_their_film(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "movie\tlanguage\na\thi,or\n")
    assert list(plan.movies) == ["b"] and "Odia (or) cannot be told from other languages" in plan.warnings[0]


def probe(folder: Path, *languages: str, chosen: int, by: str | None) -> None:
    """A probe of an earlier run: audio streams with these languages."""
    streams = [contracts.Stream(index=i, type="audio", codec="aac", language=code) for i, code in enumerate(languages)]
    found = contracts.Probe(
        path="a.mkv",
        format="mkv",
        duration=9,
        clock=0,
        start=0,
        end=9,
        audio=chosen,
        audio_language=by,
        streams=streams,
    )
    contracts.write(folder / "results" / "a" / "probe.json", found)


def test_another_language_is_no_reason_to_probe_again_unless_it_chooses_another_stream(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "movie\tlanguage\na\tta\n")
    assert plan.movie("a").audio_language == ["--audio-language", "ta"]
    probe(tmp_path, "hin", chosen=0, by="hi")
    assert plan.movie("a").audio_language == ["--audio-language", "hi"], "it has just that one"
    probe(tmp_path, "hin", "tam", chosen=0, by="hi")
    assert plan.movie("a").audio_language == ["--audio-language", "ta"]
    probe(tmp_path, "hin", "tam", chosen=1, by="ta")
    assert plan.movie("a").audio_language == ["--audio-language", "ta"], "and after that it stays so"
    asked_for = plan_of(tmp_path, "movie\tlanguage\taudio_stream\na\thi\t1\n")
    assert asked_for.movie("a").audio_language == ["--audio-language", "ta"], (
        "a stream that is asked for has no need of it"
    )


def test_movies_are_finished_when_their_quality_is_known(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert (plan.finished, plan.unfinished) == ([], ["a", "b"])
    (tmp_path / "results" / "b").mkdir(parents=True)
    (tmp_path / "results" / "b" / "quality.json").touch()
    assert (plan.finished, plan.unfinished) == (["b"], ["a"])


def test_models_are_told_apart_by_where_they_come_from(tmp_path: Path) -> None:
    own = tmp_path / "own"
    table = tmp_path / "own.yaml"
    table.write_text(f"models:\n  mine: {{path: {own}, licence: MIT}}\n")
    plan = load_plan({"movies": {"folder": "", "table": ""}, "models": [TABLE, str(table)]}, tmp_path)
    assert plan.models_with("path") == "mine"
    assert "whisper\\-hindi\\-large\\-v2\\-ctranslate2" in plan.models_with("convert", stage="asr")
    assert not set(plan.models_with("convert", stage="translate").split("|")) & set(
        plan.models_with("convert", stage="asr").split("|")
    )
    assert (
        plan.model_folder("mine", "models") == str(own)
        and plan.model_folder("wav2vec2-hi", "models") == "models/wav2vec2-hi"
    )
    with pytest.raises(UserError, match="own: there is no model here; correct the path of mine"):
        _ = plan.model("mine").files
    own.mkdir()
    (own / "config.json").touch()
    (own / ".hidden").touch()
    assert plan.model("mine").files == [str(own / "config.json")]


def test_python_code_of_a_model_is_downloaded_only_where_it_is_to_run(tmp_path: Path) -> None:
    def options(backend: str) -> list[str]:
        settings = {"backend": backend, "remote_code": backend == "transformers"}
        plan = load_plan({"movies": {"folder": "", "table": ""}, "models": [TABLE], "translate": settings}, tmp_path)
        model = next(entry["model"] for entry in plan.models["translate"])
        return plan.model(plan.model(model).origin).download_options

    assert "*.py" in options("transformers") and "*.py" not in options("ctranslate2")


def test_options_without_a_value_are_left_out() -> None:
    assert option("--end", None) == option("--end", "") == option("--end", []) == []
    assert option("--end", 0) == ["--end", "0"]
    assert option("--end", 3723.512) == ["--end", "3723.512"] and option("--end", 60.0) == ["--end", "60"]


def test_limits_of_cues_are_the_preset_and_what_the_config_changes() -> None:
    limits = {"line_length": 37, "reading_speed": {"en": 17, "default": 20}}
    subtitles = load_settings({"subtitles": {"preset": "bbc", "limits": limits}}).subtitles
    assert limit_options(subtitles, "en") == ["--preset", "bbc", "--line-length", "37", "--reading-speed", "17"]
    assert limit_options(subtitles, "hi-Latn")[-1] == "20"
    assert limit_options(subtitles)[-4:] == ["--reading-speed", "en=17", "--reading-speed", "default=20"]


# --- environments ------------------------------------------------------------------------------------------------


def test_order_comments_and_channels_of_an_environment_do_not_count() -> None:
    one = {"channels": ["a"], "dependencies": ["python=3.11", "pip", {"pip": ["b==1", "a==2"]}]}
    other = {"dependencies": ["pip", {"pip": ["a==2", "b==1"]}, "python=3.11"]}
    assert pins(one) == pins(other)


def test_of_independent_libraries_only_those_count_that_a_program_imports_and_of_others_all() -> None:
    assert environment_digest("common", frozenset({"av"})) != environment_digest("common", frozenset({"av", "jinja2"}))
    assert environment_digest("common", frozenset({"av"})) == environment_digest(
        "common", frozenset({"av", "argparse"})
    )
    assert environment_digest("whisperx", frozenset()) == environment_digest("whisperx", frozenset({"whisperx"}))


def test_an_environment_is_built_when_it_is_missing_or_was_built_from_another_definition(tmp_path: Path) -> None:
    assert missing_environments({"whisperx", "common"}, tmp_path) == ["common", "whisperx"]
    (tmp_path / "common.ready").write_text("common.yaml 0123 Linux x86_64\n")
    assert "common" in missing_environments({"common"}, tmp_path)
    assert "workflow" not in environment_names()
