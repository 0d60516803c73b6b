"""An answer in the right script is taken only where it says as much as what it replaces."""

import pytest

from moviesubs.contracts import AsrSegment
from moviesubs.recognition.expected_script import is_as_long


@pytest.mark.parametrize(
    ("answer", "first", "enough"),
    [
        ("नमस्ते दुनिया", "Namaste, duniya!", True),
        ("ऊंट के मुंह में जीरा कहावत", "اونٹ کے منہ میں زیرہ کہاوت", True),
        ("1, 2, 3, 4, 5", "ek do teen char paanch", True),
        ("और रहे हैं।", "Unt ke munme jeera kahavat bahut purani aur mashur hai", False),
        ("1, 2, 3", "ایک دو تین چار پانچ چھے سات آٹھ نو دس اونٹ کے منہ میں", False),
    ],
)
def test_an_answer_that_leaves_words_out_is_none(answer: str, first: str, enough: bool) -> None:
    segments = [[AsrSegment(start=0, end=5, text=text)] for text in (answer, first)]
    assert is_as_long(segments[0], segments[1]) is enough
