"""Scripts are told apart, and so are the tokens that can only belong to another one."""

import pytest

from moviesubs.language.languages import languages
from moviesubs.language.scripts import SCRIPTS, foreign, share_in_script


def test_the_scripts_of_all_languages_are_known() -> None:
    assert {language.script for language in languages().values()} <= set(SCRIPTS)


@pytest.mark.parametrize(
    ("text", "script", "share"),
    [
        ("मैं घर जा रहा हूँ। 500!", "Deva", 1.0),
        ("main ghar ja raha hoon", "Deva", 0.0),
        ("میں گھر جا رہا ہوں", "Deva", 0.0),
        ("میں گھر", "Arab", 1.0),
        ("12, 30!", "Deva", 1.0),
        ("నేను", "Telu", 1.0),
        ("घर ok", "Deva", 0.5),
        ("東京はどこ", "Jpan", 1.0),
    ],
)
def test_the_share_of_a_script(text: str, script: str, share: float) -> None:
    assert share_in_script(text, script) == share


@pytest.mark.parametrize(
    ("token", "script", "is_foreign"),
    [
        (b" hello", "Deva", True),
        ("گھ".encode(), "Deva", True),
        ("घर".encode(), "Deva", False),
        (b" 500,", "Deva", False),
        ("—".encode(), "Deva", False),
        ("ग".encode()[:1], "Deva", False),  # the first byte of a Devanagari letter
        ("ग".encode()[1:], "Deva", False),  # its end
        ("گ".encode()[:1], "Deva", True),  # the first byte of an Arabic letter
        ("é".encode()[:1], "Deva", True),
        (b" hello", "Latn", False),
        (b"", "Deva", False),
        ("्".encode(), "Latn", True),  # a mark of one script
        ("\u0301".encode(), "Latn", False),  # an accent of any
    ],
)
def test_tokens_of_other_scripts_are_found(token: bytes, script: str, is_foreign: bool) -> None:
    assert foreign(token, script) is is_foreign
