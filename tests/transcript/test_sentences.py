"""Sentences follow punctuation, speakers and pauses; no word is lost and no time is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.transcripts import relaxed, words

from moviesubs.contracts import Asr, AsrSegment, Transcript, Turn, Word
from moviesubs.language import text
from moviesubs.transcript.sentences import SentenceRules, transcript


def segment(start: float, said: str, *, pace: float = 0.3, aligned: bool = True) -> AsrSegment:
    parts = said.split()
    timed = [Word(word=word, start=start + pace * k, end=start + pace * (k + 1) - 0.02) for k, word in enumerate(parts)]
    return AsrSegment(start=start, end=start + pace * len(parts), text=" " + said, words=timed if aligned else None)


def made_of(*segments: AsrSegment, language: str = "hi", turns: list[Turn] | None = None, **rules: float) -> Transcript:
    asr = Asr(language=language, backend="whisperx", model="large-v3", status="ok", segments=list(segments))
    return transcript(asr, start=0, end=1000, turns=turns or [], rules=SentenceRules(**rules))


def texts(made: Transcript) -> list[str]:
    return [sentence.text for sentence in made.sentences]


def test_a_sentence_goes_on_over_segments_and_ends_at_the_danda() -> None:
    made = made_of(segment(0, "वह अपनी बहन के साथ"), segment(1.6, "घर गया। फिर आया।"))
    assert texts(made) == ["वह अपनी बहन के साथ घर गया।", "फिर आया।"]
    assert [sentence.id for sentence in made.sentences] == [1, 2]
    assert made.sentences[0].end < made.sentences[1].start


def test_urdu_full_stops_end_sentences() -> None:
    assert texts(made_of(segment(0, "وہ آیا۔ کیا ہوا؟ ٹھیک ہے"), language="ur")) == ["وہ آیا۔", "کیا ہوا؟", "ٹھیک ہے"]


def test_abbreviations_and_numbers_do_not_end_english_sentences() -> None:
    said = "Mr. Rao paid 3.50 dollars at 5 p.m. yesterday. He met Dr. Mehta."
    assert texts(made_of(segment(0, said), language="en")) == [
        "Mr. Rao paid 3.50 dollars at 5 p.m. yesterday.",
        "He met Dr. Mehta.",
    ]


def test_abbreviations_do_not_end_indian_sentences() -> None:
    assert texts(made_of(segment(0, "यह डॉ. शर्मा हैं। बैठिए।"))) == ["यह डॉ. शर्मा हैं।", "बैठिए।"]
    assert texts(made_of(segment(0, "ડૉ. પટેલ આવ્યા. બેસો."), language="gu")) == ["ડૉ. પટેલ આવ્યા.", "બેસો."]


def test_a_long_pause_ends_a_sentence_without_a_danda() -> None:
    punctuated = segment(20, "ठीक है।")
    assert texts(made_of(segment(0, "वह गया"), segment(2.5, "मैं आया"), punctuated)) == ["वह गया", "मैं आया", "ठीक है।"]
    assert texts(made_of(segment(0, "वह गया"), segment(1.8, "मैं आया"), punctuated)) == ["वह गया मैं आया", "ठीक है।"]


def test_without_any_punctuation_shorter_pauses_count() -> None:
    assert texts(made_of(segment(0, "वह गया"), segment(1.8, "मैं आया"))) == ["वह गया", "मैं आया"]


def test_a_sentence_never_reaches_over_a_speaker_change() -> None:
    turns = [Turn(start=0, end=0.6, speaker="A"), Turn(start=0.6, end=2, speaker="B")]
    made = made_of(segment(0, "तुम कहाँ मैं यहाँ।"), turns=turns)
    assert [(one.speaker, one.text) for one in made.sentences] == [("A", "तुम कहाँ"), ("B", "मैं यहाँ।")]


def test_a_sentence_that_takes_too_long_is_cut_where_it_pauses() -> None:
    first, second = segment(0, "वह " * 30, pace=0.4), segment(12.5, "मैं " * 29 + "था।", pace=0.4)
    made = made_of(first, second, longest=20)
    assert [len(sentence.text.split()) for sentence in made.sentences] == [30, 30]


def test_segments_without_word_times_get_estimates_that_say_so() -> None:
    made = made_of(segment(5, "वह गया। मैं आया।", aligned=False))
    assert [one.flags for one in made.sentences] == [["times-estimated"], ["times-estimated"]]
    assert made.sentences[0].start == 5 and made.sentences[1].end == pytest.approx(6.2)
    assert made.sentences[0].words and all(word.score is None for word in made.sentences[0].words)


def test_one_unaligned_number_is_no_reason_for_a_flag() -> None:
    whole = segment(0, "वहाँ 12 लोग थे।")
    assert whole.words
    del whole.words[1]
    (sentence,) = made_of(whole).sentences
    assert sentence.flags == []
    assert sentence.words and [word.word for word in sentence.words] == ["वहाँ", "12", "लोग", "थे।"]


def test_doubtful_sentences_say_why() -> None:
    stretched = AsrSegment(start=60, end=66, text="हाँ।", words=[Word(word="हाँ।", start=60, end=65)])
    made = made_of(segment(0, "Meri train kahan hai?"), segment(20, "राष्ट्रीय राजमार्ग वाले स्टेशन।", pace=0.05), stretched)
    assert [one.flags for one in made.sentences] == [["unexpected-script"], ["implausible-speed"], ["long-word"]]


def test_one_wild_time_does_not_push_all_words_after_it() -> None:
    wild = segment(0, "वह गया।")
    assert wild.words
    wild.words[1].start, wild.words[1].end = 500, 501
    made = made_of(wild, segment(5, "मैं आया।"))
    assert made.sentences[0].end < 2 and made.sentences[1].start == 5


def test_times_are_put_on_the_movies_clock_once() -> None:
    asr = Asr(
        language="hi", backend="mlx", model="m", status="ok",
        segments=[segment(1, "वह गया।"), segment(3, "..."), segment(9.9, "मैं आया।")],
    )  # fmt: skip
    made = transcript(asr, start=100, end=110)
    first, last = made.sentences
    assert (first.start, first.words[0].start if first.words else None) == (101, 101)
    assert made.removed[0].start == 103
    assert last.end == 110 and last.words and last.words[-1].end == 110


def test_an_empty_recognition_is_an_empty_transcript() -> None:
    assert made_of() == Transcript(
        language="hi", sentences=[], asr={"backend": "whisperx", "model": "large-v3", "status": "ok"}
    )


times = st.tuples(st.integers(0, 40_000), st.integers(0, 6_000))
random_segments = st.builds(
    lambda when, parts, aligned: AsrSegment(
        start=when[0] / 1000,
        end=(when[0] + when[1]) / 1000,
        text=" ".join(part for part, _ in parts),
        words=[Word(word=part, start=at / 1000, end=at / 1000 + 0.2) for part, at in parts] if aligned else None,
    ),
    times,
    st.lists(st.tuples(words, st.integers(0, 45_000)), max_size=12),
    st.booleans(),
)
random_turns = st.lists(
    st.builds(lambda at, name: Turn(start=at, end=at + 2.5, speaker=name), st.integers(0, 40), st.sampled_from("AB"))
)


@relaxed
@given(st.lists(random_segments, max_size=6), random_turns, st.sampled_from(["hi", "en", "ur", "xx"]))
def test_every_word_is_kept_in_order(segments: list[AsrSegment], turns: list[Turn], language: str) -> None:
    made = made_of(*segments, language=language, turns=turns)
    kept = sorted(segments, key=lambda one: one.start)
    for one in made.removed:
        kept.remove(next(other for other in kept if (other.start, other.text) == (one.start, one.text)))
    # where a script has no spaces, a sentence may end without one
    assert "".join("".join(texts(made)).split()) == "".join("".join(text.clean(one.text) for one in kept).split())
    for sentence in made.sentences:
        assert sentence.words is not None
        assert text.length(sentence.text) and sentence.start <= sentence.end
        starts = [word.start for word in sentence.words]
        assert starts == sorted(starts) and starts[0] == sentence.start
        assert len({word.speaker for word in sentence.words} - {None}) <= 1
