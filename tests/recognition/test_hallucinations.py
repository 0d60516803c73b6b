"""What Whisper makes up is set apart with the reason; what people say stays."""

import pytest

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import Flag
from moviesubs.recognition.boilerplate import boilerplate
from moviesubs.recognition.hallucinations import judge
from moviesubs.transcript.triage import triage

SPEECH = [Segment(start=10, end=20), Segment(start=30, end=60)]


def loud(start: float, end: float) -> float:
    return 0.1


def segment(text: str, start: float = 10, end: float = 12, logprob: float = -0.2, silence: float = 0.1) -> AsrSegment:
    return AsrSegment(start=start, end=end, text=text, avg_logprob=logprob, no_speech_prob=silence)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Thank you so much for watching. See you in the next video.",
        "Please subscribe to my channel",
        "Subtitles by the Amara.org community",
        "वीडियो देखने के लिए धन्यवाद।",
        "चैनल को सब्सक्राइब करें",
        "દેખવા... ચેનલ સબસ્ક્રાઇબ કરો",
        "பார்த்ததற்கு நன்றி.",
        "ご視聴ありがとうございました",
        "Sous-titres réalisés par la communauté",
        "Продолжение следует...",
    ],
)
def test_thanks_to_viewers_and_appeals_to_subscribe_are_boilerplate_in_any_language(text: str) -> None:
    assert boilerplate(text) == "credit"
    judged = judge([segment(text)], SPEECH, loud)
    assert [one.flags for one in judged] == [[Flag.REMOVED_BOILERPLATE]] and judged[0].text == text


@pytest.mark.parametrize(
    "text",
    [
        "मैं घर जा रहा हूँ।",
        "Did you watch the video that I sent you?",
        "The subscription is paid by my father until the end of the year.",
        "आपके लिए धन्यवाद का पत्र आया है।",
        "He said thanks for watching his house while he was away in the city for all those long weeks, and then he left.",
    ],
)
def test_dialogue_is_no_boilerplate(text: str) -> None:
    assert boilerplate(text) is None
    assert judge([segment(text, end=14)], SPEECH, loud)[0].flags == []


@pytest.mark.parametrize(
    ("one", "removed"),
    [
        (segment("धन्यवाद।", end=11), False),  # somebody says so
        (segment("Thank you.", end=11), False),
        (segment("धन्यवाद।", start=30, end=55), True),  # 25 s of music are no word of thanks
        (segment("धन्यवाद।", end=11, logprob=-1.4), True),
        (segment("Thank you.", end=11, silence=0.8), True),
        (segment("हाँ", end=11), False),
        (segment("संगीत", start=30, end=45), True),
    ],
)
def test_a_polite_word_is_removed_only_where_it_does_not_sound_like_one(one: AsrSegment, removed: bool) -> None:
    assert judge([one], SPEECH, loud)[0].flags == ([Flag.REMOVED_BOILERPLATE] if removed else [])


def test_a_polite_word_in_silence_is_removed() -> None:
    assert judge([segment("धन्यवाद।", end=11)], SPEECH, lambda start, end: 0.0001)[0].flags == [Flag.REMOVED_BOILERPLATE]


def test_text_outside_detected_speech_is_removed() -> None:
    judged = judge([segment("कौन है?", start=21, end=29), segment("कौन है?", start=29, end=32)], SPEECH, loud)
    assert [one.flags for one in judged] == [[Flag.REMOVED_OUTSIDE_SPEECH], []]


def test_a_loop_is_cut_and_the_rest_of_it_stays_in_the_file() -> None:
    judged = judge([segment("अच्छा। " + "मैं आया। " * 7, start=30, end=59)], SPEECH, loud)
    assert [(one.text.count("मैं आया।"), one.flags) for one in judged] == [(2, ["loop-cut"]), (5, [Flag.REMOVED_LOOP])]


@pytest.mark.parametrize(
    ("seconds", "flags", "stays"), [(15, [], True), (5, [], False), (29, [], False), (15, [Flag.CUT_OFF], False)]
)
def test_a_chorus_stays_and_a_loop_that_fills_the_decoder_goes(seconds: float, flags: list[str], stays: bool) -> None:
    chorus = "आज मौसम बड़ा सुहाना है " * 5
    one = AsrSegment(start=30, end=30 + seconds, text=chorus.strip(), avg_logprob=-0.3, flags=flags)
    judged = judge([one], SPEECH, loud)
    if stays:
        assert [(found.text, found.flags) for found in judged] == [(one.text, [Flag.REPEATED])]
    else:
        assert [found.text.count("सुहाना") for found in judged] == [2, 3] and judged[1].flags == [Flag.REMOVED_LOOP]


def test_later_stages_leave_out_what_is_removed_and_keep_it_with_its_reason() -> None:
    judged = judge([segment("Thanks for watching!"), segment("मैं घर जा रहा हूँ।", start=13, end=15)], SPEECH, loud)
    kept, removed = triage(judged)
    assert [one.text for one in kept] == ["मैं घर जा रहा हूँ।"]
    assert [(one.text, one.flags) for one in removed] == [("Thanks for watching!", [Flag.REMOVED_BOILERPLATE])]
