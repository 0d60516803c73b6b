"""What a second recogniser hears otherwise, or alone, is for a person to check; a bad one says nothing."""

from collections.abc import Sequence

from moviesubs.contracts import Asr, AsrSegment, Word
from moviesubs.flags import Flag
from moviesubs.transcript.second_opinion import with_second_opinion

LINES = ["मुंबई यहाँ से दूर है।", "किताब मत खरीदो!", "अर्जुन एक किसान है।", "राज को तलवार मिली।"]


def spoken(text: str, start: float, language: str | None = None) -> AsrSegment:
    """A segment whose words take 0.4 s each."""
    words = [Word(word=word, start=start + 0.4 * k, end=start + 0.4 * k + 0.35) for k, word in enumerate(text.split())]
    return AsrSegment(start=start, end=words[-1].end, text=text, words=words, language=language)


def recognition(*segments: AsrSegment, language: str = "hi") -> Asr:
    return Asr(language=language, backend="whisperx", model="m", status="ok", segments=list(segments))


def film(lines: Sequence[str] = LINES) -> list[AsrSegment]:
    return [spoken(line, 5.0 * k) for k, line in enumerate(lines)]


def bare(line: str) -> str:
    return line.translate({ord(sign): None for sign in "।!"})


def test_punctuation_is_no_difference() -> None:
    asr = recognition(*film())
    assert with_second_opinion(asr, recognition(*film([bare(line) for line in LINES]))) == asr


def test_other_words_are_flagged_with_what_was_heard() -> None:
    heard = [*LINES[:1], "गोपाल बगीचे गया", *LINES[2:]]
    result = with_second_opinion(recognition(*film()), recognition(*film(heard)))
    assert [one.flags for one in result.segments] == [[], [Flag.HEARD_OTHERWISE], [], []]
    assert "गोपाल बगीचे गया" in result.segments[1].reasons[Flag.HEARD_OTHERWISE]
    assert [one.text for one in result.segments] == LINES


def test_text_where_the_second_hears_nothing_is_flagged() -> None:
    result = with_second_opinion(recognition(*film()), recognition(*film()[:1], *film()[2:]))
    assert [Flag.HEARD_OTHERWISE in one.flags for one in result.segments] == [False, True, False, False]


def test_what_only_the_second_hears_is_speech_without_text() -> None:
    result = with_second_opinion(recognition(*film()[:2], *film()[3:]), recognition(*film()))
    assert [one.start for one in result.segments] == [0.0, 5.0, 10.0, 15.0]
    lost = result.segments[2]
    assert (lost.text, lost.flags) == ("", [Flag.SPEECH_WITHOUT_TEXT])
    assert LINES[2] in lost.reasons[Flag.SPEECH_WITHOUT_TEXT]


def test_a_finding_that_is_there_says_what_was_heard() -> None:
    finding = AsrSegment(start=10.0, end=11.9, text="", flags=[Flag.SPEECH_WITHOUT_TEXT])
    result = with_second_opinion(recognition(*film()[:2], finding, film()[3]), recognition(*film()))
    assert len(result.segments) == 4
    assert LINES[2] in result.segments[2].reasons[Flag.SPEECH_WITHOUT_TEXT]


def test_a_removed_text_covers_nothing() -> None:
    made_up = AsrSegment(start=10.0, end=12.0, text="धन्यवाद", flags=[Flag.REMOVED_NO_SPEECH])
    result = with_second_opinion(recognition(*film()[:2], made_up, film()[3]), recognition(*film()))
    assert [one.flags for one in result.segments if one.start == 10.0] == [
        [Flag.REMOVED_NO_SPEECH],
        [Flag.SPEECH_WITHOUT_TEXT],
    ]


def test_a_single_short_word_more_is_no_finding() -> None:
    result = with_second_opinion(recognition(*film()), recognition(*film(), spoken("हाँ", 8.0)))
    assert not any(one.flags for one in result.segments)


def test_one_that_differs_everywhere_is_a_poor_ear() -> None:
    asr = recognition(*film())
    assert with_second_opinion(asr, recognition(*film(["क ख ग घ ङ"] * 4))) == asr


def test_figures_and_other_scripts_are_not_compared() -> None:
    written, said = ["11 22 33 44 55", "Hello world."], ["एक दो तीन चार पाँच", "हैलो वर्ल्ड"]
    asr = recognition(*film([*LINES, *written]))
    assert with_second_opinion(asr, recognition(*film([*LINES, *said]))) == asr


def test_in_a_mixed_film_each_hears_its_own_language() -> None:
    english = spoken("The quick brown fox jumps.", 20.0, "en")
    hindi = [spoken(line, 5.0 * k, "hi") for k, line in enumerate(LINES[:3])]
    asr = recognition(*hindi, english)
    result = with_second_opinion(asr, recognition(*film()))
    assert [(one.start, one.language) for one in result.segments if one.flags] == [(15.0, "hi")]
