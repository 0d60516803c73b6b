"""Hindi in Latin letters is spelled as people spell it, word for word, whatever else stands in the text."""

import csv
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import DATA
from support.transcripts import relaxed

import romanise
from moviesubs import contracts
from moviesubs.contracts import Sentence, Transcript, Word
from moviesubs.cues.build import cues
from moviesubs.errors import UserError
from moviesubs.language.languages import language
from moviesubs.language.line_breaks import glued, line_breaks
from moviesubs.language.loanwords import english_word, known_words
from moviesubs.language.romanise import romanised, romanised_word, usual_spellings

#: common words and how people spell them, several ways where several are usual
with (DATA / "romanised.tsv").open(encoding="utf-8", newline="") as lines:
    WORDS = {row[0]: row[1].split() for row in csv.reader(lines, delimiter="\t")}


def test_common_words_are_spelled_as_usual() -> None:
    assert len(WORDS) > 200
    assert {
        hindi: romanised_word(hindi)
        for hindi, spellings in WORDS.items()
        if romanised_word(hindi).lower() not in spellings
    } == {}


def test_most_of_them_need_no_list() -> None:
    assert sum(hindi in usual_spellings() for hindi in WORDS) < len(WORDS) / 8


@pytest.mark.parametrize(
    ("hindi", "latin"),
    [
        ("समझना", "samajhna"),  # ə falls silent before the ending, not in the stem
        ("बचपन", "bachpan"),
        ("लड़कपन", "ladakpan"),
        ("संभव", "sambhav"),  # the nasal takes the place of what follows
        ("मित्र", "mitra"),  # a final cluster that cannot do without its vowel
        ("दोस्त", "dost"),  # and one that can
        ("राष्ट्रीय", "rashtriya"),
        ("विज्ञान", "vigyan"),
        ("जानता", "jaanta"),  # who knows
        ("जनता", "janta"),  # the people
        ("रास्ता", "raasta"),
        ("कहना", "kehna"),
        ("कहा", "kaha"),
        ("दिए", "diye"),
        ("नई", "nayi"),
        ("जाऊँगा", "jaunga"),
        ("ज़रूर", "zaroor"),
        ("ज़रूर", "zaroor"),  # the same with the dot in a letter of its own
    ],
)
def test_rules(hindi: str, latin: str) -> None:
    assert romanised_word(hindi) == latin


def test_sentences_begin_with_a_capital_and_end_as_in_latin_text() -> None:
    assert romanised("यह क्या है? मैं नहीं जानता। चलो।") == "Yeh kya hai? Main nahin jaanta. Chalo."
    assert romanised("-सच?") == "-Sach?"
    assert romanised("“कितने आदमी थे?” दो।") == "“Kitne aadmi the?” Do."
    assert romanised("♪ ये दोस्ती ♪") == "♪ Ye dosti ♪"
    assert romanised("डॉ. शर्मा के यहाँ १२ लोग, OK?") == "Dr. Sharma ke yahan 12 log, OK?"


@pytest.mark.parametrize(
    ("hindi", "latin"),
    [
        ("ॐ नमः शिवाय", "Om namah"),
        ("ॐकार", "Omkar"),
        ("दु:ख हुआ", "Dukh hua"),  # an ASCII colon for the visarga
        ("अत: मैं आया", "Atah main aaya"),
        ("उसने कहा: आओ", "Usne kaha: aao"),  # and one that is a colon
        ("समय: 10:30", "Samay: 10:30"),
        ("डॉ० शर्मा, पं० नेहरू, १० बजे", "Dr. Sharma, pan. Nehru, 10 baje"),
        ("मो॰ रफ़ी", "Mo. Rafi"),
    ],
)
def test_signs_are_read_as_what_they_stand_for(hindi: str, latin: str) -> None:
    assert romanised(hindi).casefold().startswith(latin.casefold())


PAIRS = "मारा/मरा काटा/कटा पाला/पला निकाला/निकला सामान/समान जाना/जना उतारा/उतरा बाँधा/बँधा दावा/दवा लाता/लता पाता/पता काला/कला जागा/जगा मात्रा/मात्र बादल/बदल कमाल/कमल मारेंगे/मरेंगे सुधारना/सुधरना हराम/हरम गाली/गली टाला/टला"  # noqa: E501


@pytest.mark.parametrize("pair", PAIRS.split())
def test_long_vowels_are_seen_where_they_tell_words_apart(pair: str) -> None:
    long, short = map(romanised_word, pair.split("/"))
    assert long != short and long.replace("aa", "a", 1).startswith(short[:2])


def test_and_elsewhere_words_are_spelled_as_usual() -> None:
    assert [romanised_word(one) for one in "राजा चाचा नाना".split()] == ["raja", "chacha", "nana"]  # noqa: SIM905


ENGLISH = {
    "लाइफ": "life", "टेंशन": "tension", "टेन्शन": "tension", "गर्लफ्रेंड": "girlfriend", "गर्लफ़्रेंड": "girlfriend", "प्रॉब्लम": "problem",
    "इम्पॉसिबल": "impossible", "कॉन्फिडेंस": "confidence", "हेलिकॉप्टर": "helicopter", "शॉपिंग": "shopping", "डिसअपॉइंटमेंट": "disappointment",
    "एक्साइटेड": "excited", "फ्रेंड्स": "friends", "क्रिसमस": "Christmas", "स्कूलों": "schoolon",
}  # fmt: skip


def test_english_words_are_spelled_as_in_english() -> None:
    assert {hindi: romanised_word(hindi) for hindi in ENGLISH} == ENGLISH


def test_words_of_hindi_are_not_taken_for_english() -> None:
    native = (
        "छोटा बेटा रोटी टुकड़ा लौटना डंडा ठंडा टमाटर पटरी समेट डरपोक खंडहर झंडा संकट निकट करवट बनावट किस बस हम दिल काल मन कम सब पर"
        " कसम जवानी प्रश्न वर्णन कंटक डॉक्टरों टिकटों बोर्डों मंडी"
    )
    assert [one for one in native.split() if english_word(one)] == []


def test_a_thousand_english_words_are_known() -> None:
    assert len(set(known_words().values())) > 1000


def test_lines_break_by_the_devanagari_for_ki_and_kee_are_spelled_alike() -> None:
    hindi = "उसने मुझसे बार बार यही पूछा था कि मेरे भाई की किताब कहाँ है और वह कब आएगा।"
    sentence = Sentence(id=1, start=0, end=6, text=hindi)
    made = romanise.romanised_transcript(Transcript(language="hi", sentences=[sentence]), "hi-Latn")
    assert made.sentences[0].own_script == hindi
    words, lists = hindi.split(), line_breaks("hi")
    made_cues = cues(Transcript(language="hi-Latn", sentences=made.sentences)).cues
    ends = list(accumulate(len(line.split()) for cue in made_cues for line in cue.lines))[:-1]
    assert ends
    assert not [end for end in ends if glued(words[end - 1], words[end], lists)]
    assert words.index("कि") in ends  # the best place of all
    assert not any("bad-break" in cue.flags for cue in made_cues)


texts = st.text(
    st.one_of(st.characters(min_codepoint=0x900, max_codepoint=0x97F), st.sampled_from(" a.?-\n\u200dX")), max_size=30
)


@relaxed
@given(texts)
def test_no_devanagari_is_left_and_nothing_else_is_lost(text: str) -> None:
    made = romanised(text)
    assert not [letter for letter in made if "\u0900" <= letter <= "\u097f"]
    assert made.isascii()
    kept = [letter for letter in text if letter in ".?-X\n "]
    assert [letter for letter in made if letter in "?-X\n "] == [letter for letter in kept if letter != "."]


def transcript(text: str, language: str = "hi") -> Transcript:
    words = [Word(word=part, start=k, end=k + 0.5, score=0.9) for k, part in enumerate(text.split())]
    return Transcript(
        language=language, sentences=[Sentence(id=7, start=0, end=9, text=text, words=words, flags=["repeated"])]
    )


def test_words_keep_their_times_and_sentences_their_flags(tmp_path: Path) -> None:
    contracts.write(tmp_path / "hi.json", transcript("मैं नहीं जानता।"))
    romanise.main(["--transcript", f"{tmp_path}/hi.json", "--output", f"{tmp_path}/hi-Latn.json"])
    made = contracts.read(tmp_path / "hi-Latn.json", Transcript)
    assert made.language == "hi-Latn"
    (sentence,) = made.sentences
    assert (sentence.id, sentence.text, sentence.flags) == (7, "Main nahin jaanta.", ["repeated"])
    assert [(one.word, one.start) for one in sentence.words or ()] == [("Main", 0), ("nahin", 1), ("jaanta.", 2)]


def test_words_that_are_cut_otherwise_than_the_text_are_kept_too() -> None:
    hindi = transcript("मैं नहीं")
    hindi.sentences[0].text = "मैंनहीं"
    made = romanise.romanised_transcript(hindi, "hi-Latn")
    assert [one.word for one in made.sentences[0].words or ()] == ["Main", "Nahin"]


def test_lines_of_a_romanised_track_break_where_hindi_does() -> None:
    words = line_breaks("hi-Latn")
    assert {"ne", "mein", "hai", "rahi", "liye"} <= words.never_before
    assert "lekin" in words.before
    text = "Kal shaam ko maine purani dilli ke bade bazaar mein tumhari behen ko dekha tha."
    sentence = Sentence(id=1, start=0, end=6, text=text)
    (cue,) = cues(Transcript(language="hi-Latn", sentences=[sentence])).cues
    assert len(cue.lines) == 2 and cue.lines[1].split()[0] not in words.never_before


def test_each_track_is_made_from_its_own_language(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the transcript is in mr; hi-Latn is made from hi"):
        romanise.romanised_transcript(transcript("मी", "mr"), "hi-Latn")
    assert (language("hi-Latn").iso639_2, language("hi-Latn").script) == ("hin", "Latn")
    with pytest.raises(UserError, match="unknown language 'ur-Latn'"):
        language("ur-Latn")
