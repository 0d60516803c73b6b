"""What is said of the languages that a run has found out."""

from pathlib import Path

import pytest

from moviesubs import contracts
from moviesubs.contracts import SpokenLanguage
from moviesubs.workflow.movies import Movie
from moviesubs.workflow.run_summary import detected_languages


@pytest.mark.parametrize(
    ("shares", "unclear", "lines"),
    [
        ({}, 0.0, ["a: Hindi (91%)"]),
        ({"hi": 0.88, "en": 0.12}, 0.0, ["a: Hindi (91%)", "88% Hindi, 12% English", "hi,en"]),
        ({}, 0.4, ["a: Hindi (91%)", "40% of a sample is hardly Hindi", "the main one first"]),
    ],
)
def test_other_languages_are_proposed(
    tmp_path: Path, shares: dict[str, float], unclear: float, lines: list[str]
) -> None:
    found = SpokenLanguage(language="hi", votes={"hi": 0.91}, windows=[], model="m", shares=shares, unclear=unclear)
    (tmp_path / "a").mkdir()
    contracts.write(tmp_path / "a" / "language.json", found)
    said = "\n".join(detected_languages([Movie("a", "a.mkv", "auto", ("en",))], tmp_path))
    assert all(line in said for line in lines)
    assert ("%" in said.partition("91%")[2]) == bool(shares or unclear)
