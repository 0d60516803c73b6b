"""What both recognisers share."""

from pathlib import Path

import pytest

from moviesubs.errors import UserError
from moviesubs.recognition.whisper import MOST_TERMS, terms


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
