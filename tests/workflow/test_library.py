"""A library as people have one: corrections that survive, subtitles beside the movies, subtitles that are there already."""

from pathlib import Path

import av
import pysrt
import pytest
from playwright.sync_api import Browser
from support.browser import CHROMIUM, MISSING
from support.workflow import jobs, run

from moviesubs.contracts import Asr, Published, Transcript, read
from moviesubs.corrections.table import Correction, read_corrections, to_text

FROM_SUBTITLES = {"subtitles": 1, "mux": 1, "report": 1, "quality": 1, "all": 1}
FROM_TRANSCRIPT = {**FROM_SUBTITLES, "transcript": 1, "translate": 2, "subtitles": 3}


def correct(project: Path, *corrections: Correction) -> None:
    table = project / "corrections" / "demo.tsv"
    table.parent.mkdir(exist_ok=True)
    table.write_text(to_text(corrections))


def said(project: Path, language: str) -> str:
    return " ".join(cue.text.replace("\n", " ") for cue in pysrt.open(project / f"results/demo/demo.{language}.srt"))


def test_a_correction_runs_only_what_follows_it(project: Path) -> None:
    english = Correction(0.0, "en", "replace", "Do not sell the medicine!", "Sell no medicine!")
    correct(project, english)
    assert jobs(project) == {**FROM_SUBTITLES, "translate": 1}
    correct(project, Correction(0.0, "", "delete", "nothing like this"))
    assert jobs(project) == FROM_TRANSCRIPT
    correct(project)
    assert jobs(project) == {}


def test_a_table_with_a_mistake_leaves_its_movie_out_with_one_line(project: Path) -> None:
    (project / "corrections").mkdir()
    (project / "corrections" / "demo.tsv").write_text("time\tdo\told\nsoon\tdelete\tx\n")
    done = run(project, "--dry-run")
    assert "warning: left out: demo: corrections/demo.tsv, line 2: 'soon' is no time" in done.stdout


@pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
def test_the_whole_circle_edit_save_run_and_read_the_new_subtitles(project: Path, browser: Browser) -> None:
    hindi = read(project / "results/demo/transcript.json", Transcript).sentences
    (project / "corrections").mkdir()
    page = browser.new_page(accept_downloads=True)
    page.add_init_script("delete window.showSaveFilePicker")  # a dialog that no test can answer
    page.goto((project / "results/demo/report.html").as_uri())
    page.wait_for_selector("html.ready")
    page.click("#show-all")
    page.locator("#list .cue").first.focus()
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("दवा कभी मत बेचो!")
    page.keyboard.press("Enter")
    page.select_option("#track", "gu")
    page.locator("#list .cue").nth(1).focus()
    page.keyboard.press("Delete")
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    assert download.value.suggested_filename == "demo.tsv"
    download.value.save_as(project / "corrections" / "demo.tsv")
    page.close()
    table = read_corrections(project / "corrections" / "demo.tsv")
    assert [(one.track, one.action, one.old) for one in table[:1]] == [("", "replace", hindi[0].text)]
    assert [(one.track, one.action) for one in table[1:]] == [("gu", "delete")]
    done = run(project)
    assert done.returncode == 0, done.stdout
    assert "transcribe" not in done.stdout
    assert "दवा कभी मत बेचो!" in said(project, "hi")
    assert table[1].old not in said(project, "gu")
    # the next change of a setting keeps them
    done = run(project, config="transcript={max_pause: 1}")
    assert done.returncode == 0, done.stdout
    assert "दवा कभी मत बेचो!" in said(project, "hi")
    assert read(project / "results/demo/transcript.json", Transcript).unplaced == []


def test_subtitles_go_beside_the_movie_and_come_back(project: Path) -> None:
    movie = project / "resources" / "demo"
    theirs = movie / "demo.en.srt"
    theirs.write_text("theirs")
    done = run(project, config="publish={beside_movie: true}")
    assert done.returncode == 0, done.stdout
    assert "demo.en.srt: was not written here" in done.stdout
    assert (movie / "demo.hi.srt").read_bytes() == (project / "results/demo/demo.hi.srt").read_bytes()
    assert theirs.read_text() == "theirs"
    assert len(read(project / "results/demo/published.json", Published).files) == 2
    done = run(project, "unpublish")
    assert done.returncode == 0, done.stdout
    assert [path.name for path in movie.glob("demo.*.srt")] == ["demo.en.srt"]
    assert theirs.read_text() == "theirs"


def test_languages_that_exist_are_not_made_and_our_own_files_do_not_count(project: Path) -> None:
    movie = project / "resources" / "demo"
    (movie / "demo.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\ntheirs\n")
    wanted = jobs(project, "--forceall", config="existing=skip")
    assert (wanted["translate"], wanted["subtitles"]) == (1, 2)
    (movie / "demo.en.srt").unlink()
    done = run(project, config="publish={beside_movie: true}")
    assert done.returncode == 0, done.stdout
    wanted = jobs(project, "--forceall", config="existing=skip")
    assert (wanted["translate"], wanted["subtitles"]) == (2, 3)


def test_an_existing_track_in_the_spoken_language_stands_for_recognition(project: Path) -> None:
    whole = (project / "results/demo/demo.hi.srt").read_text()
    (project / "resources/demo/demo.hi.srt").write_text(whole.replace("दवा मत बेचो!", "दवा मत ढूँढो!"))
    wanted = jobs(project, config="existing=use")
    assert "transcribe_whisperx" not in wanted
    assert wanted["use_existing"] == 1
    done = run(project, config="existing=use")
    assert done.returncode == 0, done.stdout
    assert read(project / "results/demo/asr.json", Asr).backend == "subtitles"
    assert "दवा मत ढूँढो!" in said(project, "hi")
    assert "Do not find the medicine!" in said(project, "en")


def test_no_movie_is_an_error_that_says_where_they_were_looked_for(project: Path) -> None:
    (project / "empty").mkdir()
    done = run(project, "--dry-run", config="movies={folder: empty, table: ''}")
    assert done.returncode != 0
    assert "no movie found in empty" in done.stdout
    done = run(project, "--dry-run", config="movies={folder: nowhere, table: ''}")
    assert done.returncode != 0
    assert "Error: config: movies.folder: nowhere: there is no such folder" in done.stdout


def test_a_subtitle_file_is_translated_without_a_movie(project: Path) -> None:
    (project / "Sholay.hi.srt").write_text(
        "7\n00:00:01,000 --> 00:00:02,500 X1:10\n<i>यह कुर्सी\n\n8\n00:00:03,000 --> 00:00:04,000\nबहुत सुंदर है।</i>\n"
    )
    done = run(project, "translate_subtitles", config="translate_subtitles=[Sholay.hi.srt]")
    assert done.returncode == 0, done.stdout
    made = (project / "results/Sholay.hi/Sholay.hi.en.srt").read_text()
    lines = made.splitlines()
    assert lines[:2] == ["7", "00:00:01,000 --> 00:00:02,500 X1:10"]
    assert lines[2].startswith("<i>")
    assert lines[6].endswith("</i>")
    assert f"{lines[2]} {lines[6]}" == "<i>This chair is very beautiful.</i>"
    assert (project / "results/Sholay.hi/Sholay.hi.gu.srt").exists()


def test_two_languages_on_the_screen_are_a_track_of_their_own_also_in_the_muxed_movie(project: Path) -> None:
    done = run(project, config="subtitles_in=[spoken, en, spoken+en]")
    assert done.returncode == 0, done.stdout
    cues = pysrt.open(project / "results/demo/demo.hi+en.srt")
    assert cues[0].text.split("\n") == ["दवा मत बेचो!", "Do not sell the medicine!"]
    with av.open(str(project / "results/demo/demo.mkv")) as movie:
        tracks = [(one.metadata["language"], one.metadata["title"]) for one in movie.streams.subtitles]
    assert tracks[-1] == ("mul", "हिन्दी + English")
