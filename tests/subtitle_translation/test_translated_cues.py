"""A subtitle file in another language: the same cues, whole sentences translated, tags and dashes kept."""

import re

from hypothesis import given
from hypothesis import strategies as st

from moviesubs.language import text
from moviesubs.subtitle_translation.sentences import as_sentences, parts_of, sentences_of
from moviesubs.subtitle_translation.spread import cut, lines_of, translated_cues

TAG = re.compile(r"<[^<>]*>|\{[^{}]*\}")
CUES = [
    ["<i>I went to the market"],
    ["and bought a chair.</i> Then"],
    ["I came home."],
    ["- Where were you?", "- At home."],
    ["{\\an8}A sign"],
]
TIMES = [(start, start + 1900) for start in range(0, 10000, 2000)]


def test_sentences_are_put_together_across_cues_and_two_speakers_stay_apart() -> None:
    made = as_sentences(sentences_of(parts_of(CUES), TIMES, "en"))
    assert [one.text for one in made] == [
        "I went to the market and bought a chair.",
        "Then I came home.",
        "Where were you?",
        "At home.",
        "A sign",
    ]
    assert [one.id for one in made] == [1, 2, 3, 4, 5]


def test_translations_are_spread_over_the_same_cues_with_tags_and_dashes() -> None:
    parts = parts_of(CUES)
    sentences = sentences_of(parts, TIMES, "en")
    said = {1: "मैं बाज़ार गया और एक कुर्सी ख़रीदी।", 2: "फिर मैं घर आया।", 3: "कहाँ थे?", 4: "घर पर।", 5: "एक निशान"}
    assert translated_cues(parts, sentences, said, len(CUES)) == [
        ["<i>मैं बाज़ार गया और"],
        ["एक कुर्सी ख़रीदी।</i> फिर"],
        ["मैं घर आया।"],
        ["- कहाँ थे?", "- घर पर।"],
        ["{\\an8}एक निशान"],
    ]


def translated(cue: str, said: str) -> str:
    """One cue in another language."""
    parts = parts_of([[cue]])
    sentences = sentences_of(parts, [(0, 2000)], "en")
    (lines,) = translated_cues(parts, sentences, {1: said}, 1)
    return " ".join(lines)


def test_tags_within_a_text_are_kept() -> None:
    assert translated("I saw <i>Titanic</i> with her", "मैंने उसके साथ Titanic देखी") == "मैंने उसके साथ <i>Titanic</i> देखी"
    assert translated("You <b>must</b> go", "तुम्हें ज़रूर जाना है") == "तुम्हें <b>ज़रूर जाना</b> है"
    assert translated("Say <i><b>no</b></i>!", "ना कहो!") == "ना <i><b>कहो!</b></i>"
    assert translated("one {\\i1}two{\\i0} three", "एक दो तीन") == "एक {\\i1}दो{\\i0} तीन"
    assert translated("un<i>believ</i>able", "अविश्वसनीय") == "<i>अविश्वसनीय</i>"
    assert translated("<v Jai>Hello <c.loud>there</c>", "नमस्ते जी") == "<v Jai>नमस्ते <c.loud>जी</c>"
    assert translated("Come <i>here</i>", "") == "<i></i>"


def test_a_text_is_cut_after_punctuation_where_that_is_near() -> None:
    assert cut("Come here, all of you who can", [10, 18]) == ["Come here,", "all of you who can"]
    assert cut("yes", [5, 5, 5]) == ["yes", "", ""]
    assert cut("", [1, 2]) == ["", ""]


def test_long_texts_stand_on_two_lines() -> None:
    assert lines_of("Come here, all of you who can hear me, and stay") == [
        "Come here, all of you",
        "who can hear me, and stay",
    ]
    assert lines_of("short") == ["short"]


WORDS = st.lists(st.sampled_from(["a", "bc,", "def.", "आप", "ghijk"]), max_size=12).map(" ".join)


@given(WORDS, st.lists(st.integers(1, 20), min_size=1, max_size=5))
def test_no_word_is_lost_or_moved_by_cutting(said: str, sizes: list[int]) -> None:
    pieces = cut(said, sizes)
    assert len(pieces) == len(sizes)
    assert " ".join(piece for piece in pieces if piece) == text.clean(said)
    if len(said.split()) >= len(sizes):
        assert all(pieces)


TAGS = st.sampled_from(["<i>", "</i>", "{\\i1}", "<font color=red>", "</font>", "<00:01.000>"])
TAGGED = st.lists(st.one_of(TAGS, st.sampled_from(["a", " ", "bc, ", "def. ", "आप "])), max_size=12).map("".join)


@given(st.lists(TAGGED, min_size=1, max_size=3), st.lists(WORDS, min_size=3, max_size=3))
def test_no_tag_is_lost_or_overtakes_another(cues: list[str], said: list[str]) -> None:
    parts = parts_of([[cue] for cue in cues])
    times = [(start * 2000, start * 2000 + 1900) for start in range(len(cues))]
    sentences = sentences_of(parts, times, "en")
    made = translated_cues(parts, sentences, dict(enumerate(said, start=1)), len(cues))
    for cue, lines in zip(cues, made, strict=True):
        assert TAG.findall("".join(lines)) == TAG.findall(cue)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=2), min_size=1, max_size=6))
def test_sentences_translated_by_themselves_are_the_file_again(cues: list[list[str]]) -> None:
    parts = parts_of(cues)
    times = [(start * 2000, start * 2000 + 1900) for start in range(len(cues))]
    sentences = sentences_of(parts, times, "en")
    same = {one.id: one.text for one in as_sentences(sentences)}
    made = translated_cues(parts, sentences, same, len(cues))
    words = [word for lines in made for line in lines for word in line.split()]
    assert words == [word for lines in cues for line in lines for word in line.split()]
