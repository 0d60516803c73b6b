"""A translation that begins a sentence begins with a capital; one that goes on does not."""

from moviesubs.translation.capitals import with_capitals


def test_translations_begin_with_capitals_after_the_end_of_a_sentence() -> None:
    texts = ["i need three thousand diamonds.", "well done!", "“yes,", "you are right…", "- ok."]
    capitals = ["I need three thousand diamonds.", "Well done!", "“Yes,", "you are right…", "- Ok."]
    assert with_capitals(texts, range(5)) == capitals


def test_what_is_not_translated_or_has_no_capitals_stays() -> None:
    texts = ["hello.", "iPhone.", "शाबाश!", "écoute", ""]
    assert with_capitals(texts, {1, 2, 3, 4}) == ["hello.", "iPhone.", "शाबाश!", "Écoute", ""]


def test_markup_is_no_text() -> None:
    texts = ["<i>stop!</i>", "{\\an8}<i> stop! </i>", "<i>♪</i>", "<i></i>", "<3 you", "{\\an8"]
    capitals = ["<i>Stop!</i>", "{\\an8}<i> Stop! </i>", *texts[2:]]
    assert with_capitals(texts, range(6)) == capitals
