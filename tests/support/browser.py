"""Chromium for tests of pages. It is not part of the project; where there is none on the PATH, these tests are skipped."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
MISSING = f"no browser on the PATH ({', '.join(NAMES)})"

Open = Callable[..., Page]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window; where root runs it, its sandbox cannot work."""
    arguments = ["--autoplay-policy=no-user-gesture-required", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


def until(page: Page, condition: str) -> None:
    """Waits for a condition. (Playwright's own way evaluates text in the page, which the page's policy forbids.)"""
    for _ in range(300):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"waited in vain for {condition}")
