"""Text is cleaned without loss, counted as a reader counts, and split where lines may break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.transcripts import relaxed

from moviesubs.language import text
from moviesubs.language.line_breaks import line_breaks


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("क्षत्रिय", 3),
        ("राष्ट्रीय", 3),
        ("हिन्दी में", 4),
        ("ક્ષત્રિય", 3),
        ("স্ত্রী", 1),
        ("స్త్రీ", 1),
        ("സ്ത്രീ", 1),
        ("தமிழ்", 3),
        ("क्\u200cष", 2),
        ("e\u0301", 1),
        ("👨‍👩‍👧", 1),
        ("Hello", 5),
        ("", 0),
    ],
)
def test_length_counts_what_a_reader_sees(word: str, count: int) -> None:
    assert text.length(word) == count


@relaxed
@given(st.text())
def test_cleaning_leaves_one_line_and_settles(raw: str) -> None:
    cleaned = text.clean(raw)
    assert text.clean(cleaned) == cleaned
    assert cleaned.splitlines() in ([], [cleaned])
    assert cleaned == " ".join(cleaned.split())
    cleaned.encode("utf-8")


@relaxed
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"])))
def test_cleaning_keeps_every_visible_character(raw: str) -> None:
    assert text.clean(raw).replace(" ", "") == raw.replace("-->", "→")


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("{\\an8}Where <i>were</i> you?", "Where were you?"),
        ('<font color="red">रुको</font>\\Nअभी<br/>आओ\\hयहाँ', "रुको अभी आओ यहाँ"),
        ("<<b>i>", ""),
        ("5<6 and 7>3, <3, {laughs} <v Jai> C:\\new", "5<6 and 7>3, <3, {laughs} <v Jai> C:\\new"),
    ],
)
def test_markup_of_subtitle_formats_is_no_text(raw: str, cleaned: str) -> None:
    assert text.clean(raw) == cleaned


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("\ufeffनमस्ते\u200b दुनि\u00adया\u200e", "नमस्ते दुनिया"),
        ("\u202bآؤ!\u202c", "آؤ!"),
        ("\u200d \u200c", ""),
        ("दुसऱ\u200dया क\u094d\u200cष", "दुसऱ\u200dया क\u094d\u200cष"),  # joiners change how letters look
        ("അവന\u0d4d\u200d വന്നു", "അവന\u0d4d\u200d വന്നു"),
        ("می\u200cروم", "می\u200cروم"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_invisible_signs_go_and_joiners_of_letters_stay(raw: str, cleaned: str) -> None:
    assert text.clean(raw) == cleaned


@relaxed
@given(st.text())
def test_pieces_joined_are_the_text(raw: str) -> None:
    cleaned = text.clean(raw)
    assert text.join(text.pieces(cleaned)) == cleaned


def test_a_glued_sentence_end_is_set_apart() -> None:
    assert text.clean("मैं गया।वह आई?हाँ") == "मैं गया। वह आई? हाँ"
    assert text.clean("3.50 and example.org/?q=1 stay") == "3.50 and example.org/?q=1 stay"


def test_text_without_spaces_breaks_between_characters_but_not_before_a_full_stop() -> None:
    parts = [piece.text for piece in text.pieces("私は日本人です。はい。")]
    assert "".join(parts) == "私は日本人です。はい。"
    assert len(parts) > 5
    assert not any(part.startswith("。") for part in parts)


@pytest.mark.parametrize(
    ("word", "sentence", "clause"),
    [
        ("गया।", True, True),
        ("گیا۔", True, True),
        ("why?”", True, True),
        ("so…", True, True),
        ("well,", False, True),
        ("یہ،", False, True),
        ("wait—", False, True),
        ("word", False, False),
        ("गया", False, False),
        ("3.50", False, False),
    ],
)
def test_punctuation(word: str, sentence: bool, clause: bool) -> None:
    assert text.ends_sentence(word) is sentence
    assert text.ends_clause(word) is clause


def test_bare_words_compare_across_spellings_of_the_nukta() -> None:
    assert text.bare("“ज़रा,") == text.bare("ज\u093cरा") == text.bare("\u095bरा")
    assert text.bare("The") == "the"
    assert text.bare("...") == ""


def test_what_is_worth_reading() -> None:
    assert text.has_words("♪") and text.has_words("ठीक") and text.has_words("5")
    assert not text.has_words("...") and not text.has_words(" - ") and not text.has_words("।")


@pytest.mark.parametrize(
    "language", ["hi", "en", "gu", "ta", "te", "bn", "mr", "kn", "ml", "pa", "or", "ne", "as", "ur"]
)
def test_word_lists_do_not_contradict_each_other(language: str) -> None:
    lists = line_breaks(language)
    assert lists.before and lists.never_before and lists.never_after and lists.after_number
    assert not lists.never_before & (lists.before | lists.before_soft)
    assert not lists.before & lists.before_soft


def test_a_language_without_lists_and_a_romanised_one() -> None:
    assert line_breaks("fr").never_before == frozenset()
    assert line_breaks("en-GB") == line_breaks("en")
