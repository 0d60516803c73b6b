"""Letters are carried over between scripts that write all vowels, and from Latin."""

import pytest

from moviesubs.recognition.transliteration import transliterated


@pytest.mark.parametrize(
    ("text", "script", "expected"),
    [
        ("namaste", "Deva", "नमस्ते"),
        ("নমস্কার", "Deva", "नमस्कार"),
        ("नमस्कार, दस", "Gujr", "નમસ્કાર, દસ"),
        ("نمستے دنیا", "Deva", None),  # short vowels are not written
        ("नमस्ते", "Deva", None),
        ("नमस्ते", "Latn", None),
        ("こんにちは", "Deva", None),
    ],
)
def test_letters_are_carried_over_where_that_can_be_done(text: str, script: str, expected: str | None) -> None:
    assert transliterated(text, script) == expected
