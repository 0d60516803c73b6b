"""Languages of India in Latin letters are spelled as people type them; what is in no table of letters stays."""

import csv

import pytest
from support import DATA

import romanise
from moviesubs.contracts import Sentence, Transcript, Word
from moviesubs.language.languages import ROMANISABLE, code_meant, language
from moviesubs.language.romanise_tables import in_latin, romanised_word, table

#: language, a well-known word, and how people spell it, several ways where several are usual
with (DATA / "romanised_others.tsv").open(encoding="utf-8", newline="") as lines:
    ROWS = [(row[0], row[1], row[2].split()) for row in csv.reader(lines, delimiter="\t")]
OTHERS = [code for code in ROMANISABLE if code != "hi"]


@pytest.mark.parametrize("code", OTHERS)
def test_well_known_words_are_spelled_as_usual(code: str) -> None:
    words = [(word, spellings) for own, word, spellings in ROWS if own == code]
    assert len(words) >= 15
    assert {word: romanised_word(word, code) for word, usual in words if romanised_word(word, code) not in usual} == {}


@pytest.mark.parametrize("code", OTHERS)
def test_most_of_them_need_no_list_and_every_letter_becomes_latin(code: str) -> None:
    rules, words = table(code), [word for own, word, _ in ROWS if own == code]
    assert sum(word in rules.words for word in words) < len(words) / 4
    for place in range(rules.first + 0x05, rules.first + 0x3A):
        assert romanised_word(chr(place), code).isascii()
    for word in words:
        assert romanised_word(word, code).isascii()


def test_signs_digits_and_other_scripts_stay_readable() -> None:
    assert in_latin("১২ টাকা। OK? ৳5", "bn") == "12 taka. OK? ৳5"
    assert in_latin("நான்  போ, 5 m²!", "ta") == "Naan  po, 5 m²!"
    assert in_latin("मैं नहीं जानता।", "hi") == "Main nahin jaanta."


def test_a_transcript_keeps_its_words_and_times() -> None:
    words = [Word(word="நான்", start=1.0, end=1.4), Word(word="போ.", start=1.5, end=2.0)]
    spoken = Transcript(language="ta", sentences=[Sentence(id=1, start=1.0, end=2.0, text="நான் போ.", words=words)])
    made = romanise.romanised_transcript(spoken, "ta-Latn")
    assert made.language == "ta-Latn" and made.sentences[0].text == "Naan po."
    assert [(one.word, one.start) for one in made.sentences[0].words or []] == [("Naan", 1.0), ("po.", 1.5)]
    assert made.sentences[0].own_script == "நான் போ."


def test_each_is_a_language_of_subtitles_by_its_names() -> None:
    assert language("ta-Latn").name == "Romanised Tamil" and language("ta-Latn").script == "Latn"
    assert code_meant("tanglish") == "ta-Latn" and code_meant("ta_latn") == "ta-Latn"
