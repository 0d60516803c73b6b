"""The report in a real browser: the player, the list of cues, filters, pictures, a phone, the keyboard.

Chromium is not part of the project; where there is none on the PATH, these tests are skipped.
"""

import shutil
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page
from support.browser import CHROMIUM, MISSING, Open, until
from support.report_pages import TRANSCRIPTS, TRAP, write

import quality
import subtitles
from moviesubs import contracts
from moviesubs.contracts import Cues, Probe, Transcript
from moviesubs.report.quality import Quality

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

#: the movie's stretch starts at one minute
BEGIN = 60.0


def rows(made: Path, language: str) -> list[contracts.Cue]:
    return contracts.read(made / f"cues.{language}.json", Cues).cues


def position(page: Page) -> float:
    """Where the movie stands, in seconds on its own clock, once it has got there."""
    until(page, "movie.readyState >= 1 && !movie.seeking")
    return BEGIN + float(page.evaluate("movie.currentTime"))


def texts(page: Page) -> list[str]:
    """What the list shows; as its source has it, since a browser lays out only what is in sight."""
    return page.locator("#list > li:not([hidden]) .text").all_text_contents()


def test_a_click_on_a_cue_jumps_to_its_time_and_shows_it(show: Open, made: Path) -> None:
    page = show()
    page.click("#show-all")
    cue = rows(made, "hi")[2]
    page.locator("#list .cue").nth(2).click()
    assert position(page) == pytest.approx(cue.start / 1000, abs=0.1)
    until(page, "movie.textTracks[0].activeCues?.length === 1")
    assert page.evaluate("movie.textTracks[0].activeCues[0].text").split("\n") == cue.lines
    page.wait_for_selector("#list > li.now")
    assert page.locator("#list > li.now .text").inner_text().split("\n") == cue.lines


def test_what_is_to_check_comes_first_the_gravest_on_top_with_why(show: Open) -> None:
    page = show()
    assert page.locator("#show-flagged").get_attribute("aria-pressed") == "true"
    first = page.locator("#list > li").first
    assert first.locator(".flag").all_inner_texts() == ["maybe no speech", "repeated", "low confidence"]
    assert "The recogniser doubts that anybody speaks here" in first.inner_text()
    assert page.locator("#list > li:not(.flagged)").count() == 0


def test_listen_plays_the_flagged_stretch_and_stops(show: Open, made: Path) -> None:
    page = show()
    page.locator("#list .hear").first.click()
    until(page, "!movie.paused")
    until(page, "movie.paused")
    start, end = page.evaluate("document.querySelector('#list > li').row.listen")
    assert start < end < position(page) + 0.1


def test_filters_by_kind_and_by_text_of_any_script(show: Open, made: Path) -> None:
    page = show()
    page.select_option("#kind", "unexpected-script")
    assert texts(page) == ["Meri train ka number kya hai?"]
    assert page.locator("#count").inner_text().startswith("1 of 4")
    page.select_option("#kind", "any")
    page.click("#show-all")
    assert len(texts(page)) == len(rows(made, "hi"))
    page.fill("#search", "स्टेशन")
    matching = texts(page)
    assert matching and all("स्टेशन" in text for text in matching)
    page.fill("#search", "no such text")
    assert texts(page) == []


def test_the_chosen_track_is_listed_drawn_and_shown_in_the_movie(show: Open, made: Path) -> None:
    page = show()
    page.click("#show-all")
    page.select_option("#track", "en")
    assert page.evaluate("[...movie.textTracks].map(track => [track.language, track.mode])") == [
        ["hi", "disabled"],
        ["en", "showing"],
    ]
    entries = [text.split("\n") for text in texts(page)]
    assert [lines for lines in entries if lines != ["no cue"]] == [cue.lines for cue in rows(made, "en")]
    assert (
        contracts.read(made / "hi.json", Transcript).sentences[0].text
        in page.locator("#list .source").first.text_content()
    )
    assert page.locator(".track:visible").get_attribute("data-language") == "en"
    page.evaluate("for (const track of movie.textTracks) track.mode = track.language === 'hi' ? 'showing' : 'disabled'")
    until(page, "document.getElementById('track').value === 'hi'")  # chosen in the player's own menu


def test_text_is_shown_as_text(show: Open) -> None:
    page = show()
    assert page.locator("h1").inner_text() == TRAP
    page.select_option("#track", "en")
    page.click("#show-all")
    assert "Sentence <tt>3</tt>." in " ".join(texts(page))
    assert page.evaluate(
        "[...movie.textTracks[1].cues].some(cue => cue.getCueAsHTML().textContent.includes('<tt>3</tt>'))"
    )


def test_the_keyboard_reaches_every_cue(show: Open, made: Path) -> None:
    page = show()
    page.click("#show-all")
    page.focus("#search")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.id") == "list":  # a scrollable list may be a stop of its own
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert position(page) == pytest.approx(rows(made, "hi")[2].start / 1000, abs=0.1)
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.closest('li') === document.querySelector('#list').lastElementChild")
    assert (
        page.locator("#list [tabindex='0']").evaluate_all("all => new Set(all.map(one => one.closest('li'))).size") == 1
    )


def test_steps_go_from_one_to_check_to_the_next(show: Open, made: Path) -> None:
    page = show()
    flagged = sorted(page.locator("#list > li").evaluate_all("all => all.map(one => one.row.start)"))
    for wanted in (flagged[0], flagged[1]):
        page.click("#next")
        assert position(page) == pytest.approx(wanted, abs=0.1)
    page.click("#previous")
    assert position(page) == pytest.approx(flagged[0], abs=0.1)


def test_a_click_into_a_picture_jumps(show: Open, made: Path) -> None:
    page = show()
    field = page.locator(".field[data-plot=speed]:visible")
    cue = rows(made, "hi")[4]
    box = field.bounding_box()
    assert box
    field.click(position={"x": box["width"] * (cue.start / 1000 - BEGIN) / 120, "y": 20})
    assert position(page) == pytest.approx(cue.start / 1000, abs=0.1)
    strip = page.locator("#timeline .jump").first
    box = strip.bounding_box()
    assert box
    strip.click(position={"x": box["width"] / 2, "y": 5})
    assert position(page) == pytest.approx(BEGIN + 15, abs=0.5)


@pytest.mark.parametrize("name", ["inside.html", "beside.html"])
def test_it_fits_a_phone(show: Open, name: str) -> None:
    page = show(name, width=375, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.click("#show-all")
    page.select_option("#track", "en")
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.locator("#list .cue").nth(1).tap()
    assert position(page) > BEGIN


def test_dark_and_light_follow_the_system(show: Open) -> None:
    def paper(scheme: str) -> int:
        colour = show(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in colour[4:-1].split(","))

    assert paper("dark") < 150 < 600 < paper("light")


def test_a_movie_beside_the_page_plays_and_a_missing_one_leaves_the_sound(
    show: Open, made: Path, tmp_path: Path
) -> None:
    page = show("beside.html")
    page.locator("#list .cue").first.click()
    assert position(page) > BEGIN + 10
    shutil.copy(made / "beside.html", tmp_path)
    alone = show("beside.html", folder=tmp_path)
    alone.wait_for_selector("#notice:visible")
    assert "preview.mp4" in alone.locator("#notice").inner_text()
    assert not alone.locator("video").is_visible()
    alone.locator("#list .hear").first.click()
    until(alone, "document.getElementById('sound') && !document.getElementById('sound').paused")
    until(alone, "document.getElementById('sound').paused && document.getElementById('sound').currentTime > 0")


def test_fifteen_hundred_cues_are_listed_and_searched(show: Open, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    hindi = contracts.read(tmp_path / "hi.json", Transcript)
    many = [
        msgspec.structs.replace(one, id=number, start=one.start + shift, end=one.end + shift, words=None)
        for number, (shift, one) in enumerate(
            ((60.0 * turn, one) for turn in range(116) for one in hindi.sentences), start=1
        )
    ]
    contracts.write(tmp_path / "hi.json", Transcript(language="hi", sentences=many))
    probe = contracts.read(TRANSCRIPTS / "probe.json", Probe)
    contracts.write(tmp_path / "probe.json", msgspec.structs.replace(probe, end=8000, duration=8000))
    files = ["--cues", tmp_path / "cues.hi.json", "--files", tmp_path / "x.srt", tmp_path / "x.vtt"]
    subtitles.main([str(word) for word in ["--transcript", tmp_path / "hi.json", *files]])
    write(tmp_path, "--probe", f"{tmp_path}/probe.json", "--translations", "--cues", f"hi={tmp_path}/cues.hi.json")
    page = show("report.html", folder=tmp_path)
    page.click("#show-all")
    count = len(rows(tmp_path, "hi"))
    assert count >= 1500
    assert page.locator("#list > li").count() == count
    page.fill("#search", "0:59:")
    assert 0 < page.locator("#list > li:not([hidden])").count() < 60


def test_the_table_of_movies_is_sorted_and_searched(show: Open, made: Path, tmp_path: Path) -> None:
    write(made, "--quality", f"{tmp_path}/one.json")
    first = contracts.read(tmp_path / "one.json", Quality)
    for number, length in enumerate((50, 5000, 500)):
        record = msgspec.structs.replace(first, movie=f"Movie {number}", length=float(length))
        contracts.write(tmp_path / f"{number}.json", record)
    files = [f"{tmp_path}/{number}.json" for number in range(3)]
    quality.main(["--movies", *files, "--output", f"{tmp_path}/all.html", "--table", f"{tmp_path}/all.tsv"])
    page = show("all.html", folder=tmp_path)
    page.get_by_role("button", name="Length").click()
    assert page.locator("tbody tr td:first-child a").all_inner_texts() == ["Movie 1", "Movie 2", "Movie 0"]
    page.get_by_role("button", name="Length").click()
    assert page.locator("tbody tr td:first-child a").first.inner_text() == "Movie 0"
    page.fill("#search", "movie 2")
    assert page.locator("tbody tr:visible a").all_inner_texts() == ["Movie 2"]
    page.set_viewport_size({"width": 375, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 375
