"""What both recognisers share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from moviesubs.errors import UserError
from moviesubs.recognition.chunks import WHISPER_WINDOW
from moviesubs.recognition.whisper import MOST_TERMS, TEXT_POSITIONS, seconds_that_fit, terms


def test_the_glossary_gives_the_terms_of_the_spoken_language_once_each(tmp_path: Path) -> None:
    table = tmp_path / "glossary.tsv"
    table.write_text(
        "hi\ten\nसूर्या\tSurya\n\tonly English\nसूर्या\tSurya again\nगब्बर सिंह\tGabbar Singh\n", encoding="utf-8"
    )
    assert terms(table, "hi") == "सूर्या, गब्बर सिंह"
    assert terms(table, "en") == "Surya, only English, Surya again, Gabbar Singh"
    assert terms(table, "ta") == terms(None, "hi") == ""


def test_a_long_glossary_leaves_room_for_the_text_and_no_term_is_cut(tmp_path: Path) -> None:
    table = tmp_path / "glossary.tsv"
    names = [f"नाम{number}" for number in range(100)]
    table.write_text("hi\n" + "\n".join(names), encoding="utf-8")
    found = terms(table, "hi")
    assert len(found) <= MOST_TERMS and set(found.split(", ")) <= set(names) and len(found.split(", ")) > 10


def test_a_glossary_that_is_not_there_is_one_line() -> None:
    with pytest.raises(UserError, match="no/such.tsv: no such glossary; correct asr.glossary"):
        terms(Path("no/such.tsv"), "hi")


def test_a_chunk_is_as_long_as_its_text_fits_into_the_decoder() -> None:
    def tokens(each: float) -> Callable[[str], range]:
        return lambda text: range(round(each * len(text)))

    room = TEXT_POSITIONS - 3
    assert seconds_that_fit("en", tokens(0.3), room) == WHISPER_WINDOW
    assert seconds_that_fit("hi", tokens(1.12), room) == pytest.approx(28.8, abs=0.3)
    assert seconds_that_fit("gu", tokens(2.56), room) == pytest.approx(13.6, abs=0.2)
    assert seconds_that_fit("gu", tokens(2.56), room - 200) < 8  # names and terms take room, too
    assert seconds_that_fit("haw", tokens(9), room) == WHISPER_WINDOW  # nobody has written down what it looks like
