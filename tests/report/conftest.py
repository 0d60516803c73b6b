"""A report in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from support import media
from support.browser import Open
from support.report_pages import make, write


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with its movie inside, and `beside.html` with the movie beside it."""
    folder = tmp_path_factory.mktemp("report")
    make(folder)
    movie = media.make(folder / "movie.mkv", *media.picture(40), *media.beeps([1, 2], 40), codec="libx264")
    for name, options in (("probe", []), ("demux", ["--probe", folder / "movie.json"])):
        output = folder / ("movie.json" if name == "probe" else "audio.wav")
        done = media.run(name, "--movie", movie, *options, "--output", output)
        assert done.returncode == 0, done.stderr
    small = ["--audio", folder / "audio.wav", "--height", "48", "--output", folder / "preview.mp4"]
    done = media.run("preview", "--movie", movie, "--probe", folder / "movie.json", *small)
    assert done.returncode == 0, done.stderr
    options = ["--preview", f"{folder}/preview.mp4", "--audio", f"{folder}/audio.wav"]
    write(folder, *options)
    (folder / "report.html").rename(folder / "inside.html")
    write(folder, *options, "--embed", "0")
    (folder / "report.html").rename(folder / "beside.html")
    return folder


@pytest.fixture
def show(browser: Browser, made: Path) -> Iterator[Open]:
    """Opens a page from its file; fails where it asks for anything else, says something on the console, or opens a dialog."""
    contexts, faults = [], []

    def opened(
        name: str = "inside.html",
        folder: Path = made,
        width: int = 1280,
        picker: str = "",
        address: str = "",
        **options: Any,
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        if not picker:
            page.add_init_script("delete window.showSaveFilePicker")  # a dialog that no test can answer
        else:
            page.add_init_script(picker)
        page.on(
            "request",
            lambda one: (
                one.url.split(":")[0] in ("file", "blob", "data")
                or (address and one.url.startswith(address))
                or faults.append(one.url)
            ),
        )
        page.on("console", lambda one: faults.append(one.text))
        page.on("pageerror", lambda one: faults.append(str(one)))
        page.on("dialog", lambda one: (faults.append(one.message), one.dismiss()))
        page.goto(f"{address or folder.as_uri()}/{name}")
        page.wait_for_selector("html.ready")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not [fault for fault in faults if "ERR_FILE_NOT_FOUND" not in fault]
