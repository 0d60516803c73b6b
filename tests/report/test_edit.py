"""A person corrects subtitles in the report: with the mouse, with the keyboard alone, and saves them as the table of corrections."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Locator, Page
from support.browser import CHROMIUM, MISSING, Open
from support.report_pages import make, write

from moviesubs import contracts
from moviesubs.contracts import Transcript
from moviesubs.corrections.table import Correction, read_corrections, to_text
from moviesubs.language.glossary import read_glossary

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


def spoken(made: Path) -> Transcript:
    return contracts.read(made / "hi.json", Transcript)


def row_with(page: Page, text: str) -> Locator:
    page.click("#show-all")
    return page.locator("#list > li", has_text=text).first


def saved(page: Page, folder: Path) -> list[Correction]:
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    download.value.save_as(folder / "saved.tsv")
    return read_corrections(folder / "saved.tsv")


def test_a_line_is_edited_undone_and_saved_with_the_mouse(show: Open, made: Path, tmp_path: Path) -> None:
    page = show(accept_downloads=True)
    sentence = spoken(made).sentences[1]
    row = row_with(page, sentence.text[:12])
    row.locator(".edit").click()
    page.locator(".editor textarea").first.fill("तुम कहाँ थे?")
    page.get_by_role("button", name="Keep").click()
    assert "तुम कहाँ थे?" in page.locator("#list > li.edited .note").first.inner_text()
    assert "1 correction is not saved yet." in page.locator(".corrections").inner_text()
    page.click("#undo")
    assert page.locator("#list > li.edited").count() == 0
    row_with(page, sentence.text[:12]).locator(".edit").click()
    page.locator(".editor textarea").first.fill("तुम कहाँ थे?")
    page.get_by_role("button", name="Keep").click()
    with page.expect_download() as download:
        page.click("#save")
    assert download.value.suggested_filename == "corrections.tsv"
    download.value.save_as(tmp_path / "x.tsv")
    assert read_corrections(tmp_path / "x.tsv") == [
        Correction(round(sentence.start, 3), "", "replace", sentence.text, "तुम कहाँ थे?")
    ]
    assert "All corrections are saved." in page.locator(".corrections").inner_text()


def test_everything_can_be_done_with_the_keyboard(show: Open, made: Path, tmp_path: Path) -> None:
    page = show(accept_downloads=True)
    sentences = spoken(made).sentences
    page.click("#show-all")
    page.locator("#list .cue").first.focus()
    page.keyboard.press("ArrowDown")
    first = page.evaluate("document.activeElement.closest('li').row.sentences[0]")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("नया पाठ।")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.closest('li').row.sentences[0]")
    page.keyboard.press("Delete")
    page.keyboard.press("End")
    page.keyboard.press("Delete")
    page.keyboard.press("u")
    third = page.evaluate("document.activeElement.closest('li').row.sentences[0]")
    page.keyboard.press("F2")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("Veeru")
    page.keyboard.press("Enter")
    page.keyboard.press("e")
    page.keyboard.type("nothing of this is kept")
    page.keyboard.press("Escape")
    text = {one.id: one.text for one in sentences}
    assert [(one.action, one.old, one.new) for one in saved(page, tmp_path)] == [
        ("replace", text[first], "नया पाठ।"),
        ("delete", text[second], ""),
        ("speaker", text[third], "Veeru"),
    ]


def test_a_sentence_is_split_at_the_cursor_and_one_is_merged_with_the_next(
    show: Open, made: Path, tmp_path: Path
) -> None:
    page = show(accept_downloads=True)
    page.click("#show-all")
    one, other = [sentence for sentence in spoken(made).sentences if " " in sentence.text][:2]
    row_with(page, one.text[:12]).locator(".edit").click()
    at = one.text.index(" ")
    page.locator(".editor textarea").first.evaluate(f"area => {{ area.focus(); area.setSelectionRange({at}, {at}); }}")
    page.keyboard.press("Alt+Enter")
    row_with(page, other.text[:12]).locator(".edit").click()
    page.get_by_role("button", name="Merge with the next").first.click()
    assert [(one.action, one.old, one.new) for one in saved(page, tmp_path)] == [
        ("split", one.text, f"{one.text[:at]} | {one.text[at + 1 :]}"),
        ("merge", other.text, ""),
    ]


def test_a_translation_is_corrected_beside_its_source_and_its_speaker_is_that_of_the_transcript(
    show: Open, made: Path, tmp_path: Path
) -> None:
    page = show(accept_downloads=True)
    page.select_option("#track", "en")
    sentence = spoken(made).sentences[0]
    row_with(page, "Sentence <tt>1</tt>.").locator(".edit").click()
    assert page.locator(".editor .source").first.inner_text() == sentence.text
    assert page.get_by_role("button", name="Split at the cursor").count() == 0
    page.locator(".editor textarea").first.fill("One\tline,\nno more.")
    page.locator(".editor input").first.fill("Jai")
    page.get_by_role("button", name="Keep").click()
    start = round(sentence.start, 3)
    assert saved(page, tmp_path) == [
        Correction(start, "en", "replace", "Sentence <tt>1</tt>.", "One line, no more."),
        Correction(start, "", "speaker", sentence.text, "Jai"),
    ]


@pytest.fixture
def address(made: Path) -> Iterator[str]:
    """The folder of the reports behind a local address: Chromium keeps files of its own for such pages, not for those on the disk."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = partial(Quiet, directory=str(made))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


#: answers the dialog with a true file of the browser's own; "cancel" in the window's name is a person who thinks better of it
PICKER = """
window.showSaveFilePicker = async ({ suggestedName }) => {
  window.asked = (window.asked || 0) + 1;
  if (window.name === "cancel") throw new DOMException("no", "AbortError");
  const folder = await navigator.storage.getDirectory();
  return folder.getFileHandle(suggestedName, { create: true });
};
"""
WRITTEN = "name => navigator.storage.getDirectory().then(f => f.getFileHandle(name)).then(h => h.getFile()).then(f => f.text())"


def test_where_the_browser_can_write_files_the_table_is_saved_directly_and_again_to_the_same_file(
    show: Open, address: str, made: Path, tmp_path: Path
) -> None:
    page = show(picker=PICKER, address=address)
    page.click("#show-all")
    page.locator("#list .cue").first.focus()
    page.keyboard.press("Delete")
    page.evaluate("window.name = 'cancel'")
    page.keyboard.press("Control+s")
    assert "1 correction is not saved yet." in page.locator(".corrections").inner_text()
    page.evaluate("window.name = ''")
    page.keyboard.press("Control+s")
    page.get_by_text("Saved as corrections.tsv").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+s")
    page.get_by_text("All corrections are saved.").wait_for()
    (tmp_path / "written.tsv").write_text(page.evaluate(WRITTEN, "corrections.tsv"))
    written = read_corrections(tmp_path / "written.tsv")
    assert len(written) == len({one.time for one in written}) >= 2
    assert {one.action for one in written} == {"delete"}
    assert page.evaluate("window.asked") == 2


def test_a_corrected_name_is_offered_to_the_glossary(show: Open, tmp_path: Path) -> None:
    make(tmp_path)
    table = tmp_path / "names.tsv"
    table.write_text("hi\ten\nवीरू\tVeeru\n")
    write(tmp_path, "--glossary", str(table))
    page = show("report.html", tmp_path, accept_downloads=True)
    page.select_option("#track", "en")
    row = row_with(page, "Sentence <tt>1</tt>.")
    assert not page.locator("#names").is_visible()
    row.locator(".edit").click()
    page.locator(".editor textarea").first.fill("Sentence Jai.")
    page.get_by_role("button", name="Keep").click()
    assert page.locator("#save-names").is_disabled()
    page.get_by_label("Jai in hi").fill("जय")
    page.get_by_label("Add Jai to the glossary").check()
    with page.expect_download() as download:
        page.click("#save-names")
    assert download.value.suggested_filename == "names.tsv"
    download.value.save_as(table)
    assert read_glossary(table, "hi", "en") == {"वीरू": "Veeru", "जय": "Jai"}


def test_a_track_with_two_languages_is_corrected_in_both(show: Open, made: Path, tmp_path: Path) -> None:
    make(tmp_path)
    both = contracts.read(tmp_path / "cues.hi.json", contracts.Cues)
    both.language = "hi+en"
    contracts.write(tmp_path / "cues.hi+en.json", both)
    cues = [f"{code}={tmp_path}/cues.{code}.json" for code in ("hi", "en", "hi+en")]
    write(tmp_path, "--cues", *cues)
    page = show("report.html", tmp_path, accept_downloads=True)
    page.select_option("#track", "hi+en")
    assert "Hindi + English" in page.locator("#track").inner_text()
    page.click("#show-all")
    page.locator("#list .cue").first.focus()
    page.keyboard.press("e")
    assert page.locator(".editor textarea").count() == 2
    page.locator(".editor textarea").nth(1).fill("Something else entirely now.")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    first, *others = [(one.track, one.action) for one in saved(page, tmp_path)]
    assert first == ("en", "replace")
    assert set(others) == {("", "delete")}  # its translation goes with it


def test_the_saved_table_keeps_the_corrections_that_are_there_and_the_page_lists_those_that_fit_nowhere(
    show: Open, tmp_path: Path
) -> None:
    make(tmp_path)
    old = [Correction(1.0, "", "delete", "<b>gone</b>")]
    table = tmp_path / "Sholay.tsv"
    table.write_text(to_text(old))
    made = spoken(tmp_path)
    made.unplaced = ["0:00:01.000\t\tdelete\t<b>gone</b>\t"]
    contracts.write(tmp_path / "hi.json", made)
    write(tmp_path, "--corrections", str(table))
    page = show("report.html", tmp_path, accept_downloads=True)
    assert "0:00:01.000 · · delete · <b>gone</b>" in page.locator("#unplaced").inner_text()
    page.click("#show-all")
    page.locator("#list .cue").first.focus()
    page.keyboard.press("Delete")
    first, second = saved(page, tmp_path)
    assert first == old[0]
    assert second.action == "delete"
