"""What Whisper makes up is set apart with the reason; what people say stays."""

import pytest
from support import DATA

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import Flag, removal
from moviesubs.recognition.boilerplate import boilerplate
from moviesubs.recognition.hallucinations import judge
from moviesubs.transcript.triage import triage

SPEECH = [Segment(start=10, end=20), Segment(start=30, end=60)]


def loud(start: float, end: float) -> float:
    return 0.1


def segment(text: str, start: float = 10, end: float = 12, logprob: float = -0.2, silence: float = 0.1) -> AsrSegment:
    return AsrSegment(start=start, end=end, text=text, avg_logprob=logprob, no_speech_prob=silence)


FILM_LINES = [line.split("\t")[1] for line in (DATA / "film_lines.tsv").read_text(encoding="utf-8").splitlines()[1:]]
BOILERPLATE = [
    "Thanks for watching!",
    "Thank you for watching.",
    "Thank you guys so much for watching this video, please like, comment, share and subscribe!",
    "Thank you so much for watching. See you in the next video.",
    "Please subscribe to my channel",
    "Don't forget to like and subscribe, and hit the bell icon.",
    "If you enjoyed this video, leave a like and I'll see you in the next video. Bye!",
    "Subtitles by the Amara.org community",
    "Transcription by CastingWords",
    "Captions: John Smith",
    "For more information visit www.example.gov",
    "I hope you enjoyed this video, and I'll see you in the next one.",
    "[Music] Thanks for watching, like and subscribe!",
    "Video ko like karo aur channel ko subscribe karo.",
    "वीडियो अच्छा लगे तो लाइक कीजिए और शेयर कीजिए।",
    "© 2021 Copyright WDR 2021",
    "वीडियो देखने के लिए धन्यवाद।",
    "देखने के लिए आपका बहुत बहुत शुक्रिया!",
    "चैनल को सब्सक्राइब करें",
    "अगर आपको वीडियो पसंद आए तो लाइक करें, शेयर करें और हमारे चैनल को सब्सक्राइब ज़रूर करें।",
    "सब्सक्राइब करना ना भूलें और बेल आइकन दबाएँ।",
    "तो मिलते हैं अगले वीडियो में, तब तक के लिए जय हिंद।",
    "उपशीर्षक: रमेश कुमार",
    "पाहिल्याबद्दल धन्यवाद",
    "দেখার জন্য ধন্যবাদ।",
    "আমাদের চ্যানেলটি সাবস্ক্রাইব করুন",
    "દેખવા... ચેનલ સબસ્ક્રાઇબ કરો",
    "જોવા બદલ આપનો ખૂબ ખૂબ આભાર",
    "ਸਬਸਕ੍ਰਾਈਬ ਕਰੋ ਜੀ",
    "பார்த்ததற்கு நன்றி.",
    "మా ఛానల్‌ను సబ్‌స్క్రైబ్ చేయండి",
    "ವೀಕ್ಷಿಸಿದ್ದಕ್ಕಾಗಿ ಧನ್ಯವಾದಗಳು",
    "സബ്‌സ്‌ക്രൈബ് ചെയ്യുക",
    "ویڈیو دیکھنے کا شکریہ",
    "ご視聴ありがとうございました",
    "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
    "Sous-titres réalisés par la communauté d'Amara.org",
    "Untertitel von Stephanie Geiges",
    "Продолжение следует...",
    "Субтитры сделал DimaTorzok",
]


def unspoken(said: str) -> dict[str, list[AsrSegment]]:
    """A text as it comes from silence and from music: judged with what detectors say of those."""
    quiet = segment(said, start=12, end=16)
    return {
        "silence": judge([quiet], SPEECH, lambda start, end: 0.0001),
        "silence, by the detector": judge([quiet], [], loud),
        "music, mostly not taken for speech": judge([segment(said, start=17, end=29)], SPEECH, loud),
        "music, improbable": judge([segment(said, logprob=-0.9)], SPEECH, loud),
        "music, by the recogniser": judge([segment(said, silence=0.7)], SPEECH, loud),
    }


@pytest.mark.parametrize("said", BOILERPLATE)
def test_boilerplate_of_any_language_is_removed_over_silence_and_music_and_only_flagged_in_loud_speech(
    said: str,
) -> None:
    assert boilerplate(said) == "credit"
    for where, judged in unspoken(said).items():
        assert [one.text for one in judged] == [said] and removal(judged[0].flags), where
    certain = judge([segment(said, end=14)], SPEECH, loud)
    assert [one.flags for one in certain] == [[Flag.MAYBE_BOILERPLATE]]


def test_no_line_of_a_film_is_removed_from_loud_and_certain_speech() -> None:
    assert len(FILM_LINES) == 500
    for seconds in (0.5, 2, 7.5):
        for said in FILM_LINES:
            (judged,) = judge([segment(said, end=10 + seconds)], SPEECH, loud)
            assert judged.text == said and not judged.flags, (said, judged.flags)


def test_doubt_alone_removes_no_line_that_only_holds_words_of_boilerplate() -> None:
    lines = [said for said in FILM_LINES if boilerplate(said) != "phrase"]
    assert len(lines) > 470
    for said in lines:
        (judged,) = judge([segment(said, end=14, logprob=-1.3, silence=0.7)], SPEECH, lambda start, end: 0.001)
        assert judged.text == said and not removal(judged.flags), said


def test_a_sentence_of_boilerplate_behind_dialogue_is_flagged() -> None:
    (judged,) = judge([segment("चलो, घर चलते हैं। चैनल को सब्सक्राइब करें।", logprob=-1.3)], SPEECH, loud)
    assert judged.flags == [Flag.MAYBE_BOILERPLATE]


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
    judged = judge(
        [segment("Thanks for watching!", logprob=-1.2), segment("मैं घर जा रहा हूँ।", start=13, end=15)], SPEECH, loud
    )
    kept, removed = triage(judged)
    assert [one.text for one in kept] == ["मैं घर जा रहा हूँ।"]
    assert [(one.text, one.flags) for one in removed] == [("Thanks for watching!", [Flag.REMOVED_BOILERPLATE])]
