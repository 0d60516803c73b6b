"""Translations that failed are noticed, and those that are all right are left alone."""

import pytest

from moviesubs.flags import Flag
from moviesubs.translation.problems import problems

UNTRANSLATED, SHORT, REPEATS = (
    Flag.TRANSLATION_UNTRANSLATED,
    Flag.TRANSLATION_TOO_SHORT,
    Flag.TRANSLATION_REPEATS,
)
LONG_HINDI = "वह कल रात को बहुत देर से घर आया और उसने किसी को कुछ नहीं बताया कि वह कहाँ था और किसके साथ गया था, समझे तुम लोग?"


@pytest.mark.parametrize(
    ("source", "translation", "scripts", "flag"),
    [
        ("मैं घर जा रहा हूँ।", "मैं घर जा रहा हूँ।", ("Deva", "Latn"), UNTRANSLATED),
        ("मैं घर जा रहा हूँ।", "मैं घर जा रहा हूँ।", ("Deva", "Gujr"), UNTRANSLATED),
        ("मैं सूर्या से मिला।", "I met सूर्या.", ("Deva", "Latn"), UNTRANSLATED),
        ("Where are you going?", "Where are you going?", ("Latn", "Deva"), UNTRANSLATED),
        ("Where are you going?", "Where are you going?", ("Latn", "Latn"), UNTRANSLATED),
        ("மேல வா", "மேல come", ("Taml", "Latn"), UNTRANSLATED),
        ("تم کہاں ہو؟", "تم کہاں ہو؟", ("Arab", "Deva"), UNTRANSLATED),
        (LONG_HINDI, "He came home.", ("Deva", "Latn"), SHORT),
        ("तुम वहाँ क्या कर रहे हो?", "Yes.", ("Deva", "Latn"), SHORT),
        ("हाँ।", "yes yes yes yes yes yes yes yes yes yes", ("Deva", "Latn"), REPEATS),
        ("माफ़ करना, लेकिन मैं नहीं आ सकता।", "I'm sorry, but " * 4, ("Deva", "Latn"), REPEATS),
        ("वह हँसा।", "hahahahahahahahahahaha", ("Deva", "Latn"), REPEATS),
        ("मुझे 5 रुपये दो।", "Give me <unk> rupees.", ("Deva", "Latn"), Flag.TRANSLATION_DEBRIS),
        ("मुझे वह दो।", "Give me ⁇ that.", ("Deva", "Latn"), Flag.TRANSLATION_DEBRIS),
        ("मुझे रुपये दो।", "Give me <1 rupees", ("Deva", "Latn"), Flag.TRANSLATION_DEBRIS),
    ],
)
def test_a_translation_that_failed_is_flagged(
    source: str, translation: str, scripts: tuple[str, str], flag: Flag
) -> None:
    assert flag in problems(source, translation, scripts=scripts)


@pytest.mark.parametrize("debris", ["आइडि रुपये", "< आईडी रुपये", "ID1 rupees", "<ID rupees", "ஐடி 1 ரூபாய்", "আইডি টাকা"])
def test_words_of_placeholders_are_debris_where_there_was_one(debris: str) -> None:
    assert Flag.TRANSLATION_DEBRIS in problems("मुझे 1,500 रुपये दो", debris, ["1,500"])
    assert Flag.TRANSLATION_DEBRIS not in problems("अपना पहचान पत्र दिखाओ", "show me your ID card")


@pytest.mark.parametrize(
    ("source", "translation", "scripts"),
    [
        ("तुम कौन हो?", "Who are you?", ("Deva", "Latn")),
        ("राम!", "Ram!", ("Deva", "Latn")),
        ("हाँ हाँ हाँ हाँ।", "Yes, yes, yes, yes.", ("Deva", "Latn")),
        ("नहीं, नहीं!", "No, no!", ("Deva", "Latn")),
        ("BBC", "BBC", ("Latn", "Deva")),
        ("Send it on WhatsApp, please.", "कृपया WhatsApp पर भेजो।", ("Latn", "Deva")),
        ("राम घर।", "राम घर।", ("Deva", "Deva")),  # Hindi and Maithili share words
        ("ओह! अरे वाह, क्या बात है!", "Oh wow!", ("Deva", "Latn")),
        ("I <3 you", "मैं <3 तुम", ("Latn", "Deva")),
        ("हाहाहाहाहाहाहा", "hahahahahahahaha", ("Deva", "Latn")),
        (LONG_HINDI, "他昨晚很晚才回家,没有告诉任何人他去了哪里,和谁在一起。", ("Deva", "Hans")),
        ("मैं तुमसे सच कह रहा हूँ।", "நான் உன்னிடம் உண்மையைச் சொல்கிறேன்.", ("Deva", "Taml")),
        ("", "", ("Deva", "Latn")),
    ],
)
def test_a_good_translation_is_left_alone(source: str, translation: str, scripts: tuple[str, str]) -> None:
    assert set(problems(source, translation, scripts=scripts)) <= {Flag.TRANSLATION_EMPTY}


def test_what_was_meant_to_stay_is_not_untranslated() -> None:
    assert problems("{x} सूर्या आया", "सूर्या came", preserved=["सूर्या"], scripts=("Deva", "Latn")) == ()
