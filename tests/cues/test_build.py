"""Cues keep every word, never overlap, and meet every limit or say which one they break."""

from itertools import pairwise

import pysrt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.transcripts import HINDI, relaxed, transcripts

from moviesubs.contracts import Cue, Cues, Sentence, Transcript, Word
from moviesubs.cues.build import cues
from moviesubs.cues.limits import Limits, broken, default_limits, frames, preset_limits
from moviesubs.cues.segmentation import DASH
from moviesubs.cues.timing import in_time, out_time
from moviesubs.cues.words import cue_words
from moviesubs.formats.write import to_srt
from moviesubs.language import text
from moviesubs.language.line_breaks import glued, line_breaks

any_limits = st.builds(
    Limits,
    line_length=st.integers(1, 60),
    lines=st.integers(1, 3),
    min_duration=st.integers(1, 2000),
    max_duration=st.integers(2000, 8000),
    reading_speed=st.floats(1, 40),
    gap=st.integers(0, 200),
    chain=st.integers(0, 800),
    linger=st.integers(0, 1000),
)


def spoken(start: float, words: str, *, rate: float = 14.0, number: int = 1, speaker: str | None = None) -> Sentence:
    """A sentence said at an even pace: `rate` characters a second, 30 ms between words."""
    timed, at = [], start
    for word in words.split():
        end = at + text.length(word) / rate
        timed.append(Word(word=word, start=round(at, 3), end=round(end, 3)))
        at = end + 0.03
    return Sentence(id=number, start=start, end=timed[-1].end, text=words, words=timed, speaker=speaker)


def made_of(*sentences: Sentence, language: str = "en") -> list[Cue]:
    return cues(Transcript(language=language, sentences=list(sentences))).cues


def shown_text(made: Cues) -> str:
    """All text of the cues without blanks; a dialogue's dashes are taken off."""
    shown = []
    for cue in made.cues:
        dashed = len(cue.lines) > 1 and len(cue.sentences) > 1 and all(line.startswith(DASH) for line in cue.lines)
        shown += [line.removeprefix(DASH) if dashed else line for line in cue.lines]
    return "".join("".join(shown).split())


def wanted_text(transcript: Transcript) -> str:
    return "".join("".join(text.clean(sentence.text).split()) for sentence in transcript.sentences)


@relaxed
@given(transcripts(), any_limits)
def test_every_word_appears_once_and_in_order(transcript: Transcript, limits: Limits) -> None:
    assert shown_text(cues(transcript, limits)).replace(DASH, "") == wanted_text(transcript).replace(DASH, "")


@relaxed
@given(transcripts(), any_limits)
def test_cues_are_in_order_and_keep_their_distance(transcript: Transcript, limits: Limits) -> None:
    made = cues(transcript, limits).cues
    assert all(cue.start < cue.end for cue in made)
    assert all(after.start - before.end >= limits.gap for before, after in pairwise(made))


@relaxed
@given(transcripts(), any_limits)
def test_every_limit_is_met_or_flagged(transcript: Transcript, limits: Limits) -> None:
    made = cues(transcript, limits).cues
    heard: dict[int, int] = {}
    for atom in cue_words(transcript.sentences):
        heard.setdefault(transcript.sentences[atom.sentence].id, atom.spoken_from)
    for index, cue in enumerate(made):
        lengths = [text.length(line) for line in cue.lines]
        broken = {
            "too-fast": sum(lengths) / limits.reading_speed > (cue.end - cue.start) / 1000 + 1e-9,
            "too-short": cue.end - cue.start < limits.min_duration,
            "too-long": cue.end - cue.start > limits.max_duration,
            "too-long-line": max(lengths) > limits.line_length,
            "too-many-lines": len(lengths) > limits.lines,
        }
        if index + 1 < len(made):
            broken["open-gap"] = max(limits.gap, 84) + 1 < made[index + 1].start - cue.end < limits.chain
        assert {flag for flag, is_broken in broken.items() if is_broken} <= set(cue.flags)
        assert "too-many-lines" not in cue.flags and "too-long" not in cue.flags
        if index == 0 or made[index - 1].sentences[-1] != cue.sentences[0]:
            late = cue.start - heard[cue.sentences[0]] > limits.gap
            assert late == ("late" in cue.flags)


@relaxed
@given(transcripts())
def test_srt_is_valid_and_reads_back_the_same(transcript: Transcript) -> None:
    made = cues(transcript).cues
    read = pysrt.from_string(to_srt(made), error_handling=pysrt.ERROR_RAISE)
    same = str.maketrans(
        "｛｝", "{}", "\u2060\u202b\u202c"
    )  # what keeps text from being taken for markup, and its direction
    assert [(item.start.ordinal, item.end.ordinal, item.text.translate(same)) for item in read] == [
        (cue.start, cue.end, "\n".join(cue.lines).translate(same)) for cue in made
    ]
    assert [item.index for item in read] == list(range(1, len(made) + 1))


@relaxed
@given(transcripts())
def test_the_same_transcript_gives_the_same_cues(transcript: Transcript) -> None:
    assert cues(transcript) == cues(transcript)


@relaxed
@given(st.lists(st.sampled_from(HINDI.split()), min_size=1, max_size=60))
def test_no_break_tears_words_apart_without_a_flag(words: list[str]) -> None:
    made = made_of(spoken(0, " ".join(words)), language="hi")
    lists = line_breaks("hi")
    for cue, following in zip(made, [*made[1:], None], strict=True):
        edges = [*pairwise(cue.lines), *([(cue.lines[-1], following.lines[0])] if following else [])]
        torn = any(glued(before.split()[-1], after.split()[0], lists) for before, after in edges)
        assert torn == ("bad-break" in cue.flags)


def test_no_sentences_give_no_cues() -> None:
    assert made_of() == []
    assert made_of(Sentence(id=1, start=0, end=1, text="  ")) == []


def test_a_cue_appears_on_its_first_word_and_lingers_half_a_second() -> None:
    (cue,) = made_of(spoken(10, "I saw him at the station."))
    assert cue.start == 10_000
    assert cue.end == round(spoken(10, "I saw him at the station.").end * 1000) + 500


def test_a_short_pause_is_closed_to_two_frames_and_a_long_one_stays() -> None:
    first = spoken(0, "I saw him at the station.")
    near = made_of(first, spoken(first.end + 0.8, "He was alone.", number=2))
    assert near[1].start - near[0].end == frames(2, 24)
    far = made_of(first, spoken(first.end + 1.2, "He was alone.", number=2))
    assert far[1].start - far[0].end == 700


def test_a_long_sentence_is_cut_after_its_comma() -> None:
    made = made_of(
        spoken(
            0,
            "The train that I wanted to take had left already, because the clock in our kitchen was slow again that day.",
        )
    )
    assert [" ".join(cue.lines) for cue in made] == [
        "The train that I wanted to take had left already,",
        "because the clock in our kitchen was slow again that day.",
    ]


def test_a_pause_inside_a_sentence_is_where_it_is_cut() -> None:
    words = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    whole = spoken(0, words)
    assert whole.words
    late = [
        Word(word=w.word, start=w.start + 0.9 * (k > 6), end=w.end + 0.9 * (k > 6)) for k, w in enumerate(whole.words)
    ]
    made = made_of(Sentence(id=1, start=0, end=late[-1].end, text=words, words=late))
    assert " ".join(made[0].lines).split()[-1] == "seven"


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("hi", ["कल शाम को स्टेशन पर मैंने उसे देखा था", "और उसके हाथ में वही पुराना संदूक था।"]),
        ("en", ["The old man gave me the ticket", "and told me to leave at once."]),
        ("gu", ["કાલે સાંજે સ્ટેશન પર મેં તેને ભાઈ સાથે જોઈ હતી", "અને તેના હાથમાં જૂની પેટી હતી."]),
    ],
)
def test_lines_break_before_a_conjunction(language: str, lines: list[str]) -> None:
    limits = Limits(reading_speed=22, line_length=max(map(text.length, lines)) + 1)
    (cue,) = cues(Transcript(language=language, sentences=[spoken(0, " ".join(lines))]), limits).cues
    assert cue.lines == lines


def test_no_cue_ends_on_a_conjunction_though_its_speaker_pauses_a_moment() -> None:
    said = spoken(
        0, "राम कल शाम को मंदिर गया था लेकिन उसकी नई गाड़ी पुराने होटल के पास खड़ी थी और उसमें कोई भी बैठा नहीं था", rate=8
    )
    words = said.words or []
    late = [Word(word=w.word, start=w.start + 0.5 * (k > 7), end=w.end + 0.5 * (k > 7)) for k, w in enumerate(words)]
    made = made_of(Sentence(id=1, start=0, end=late[-1].end, text=said.text, words=late), language="hi")
    assert len(made) > 1
    assert not any(line.endswith("लेकिन") for cue in made for line in cue.lines)


@pytest.mark.parametrize(
    ("language", "before", "after", "together"),
    [
        ("hi", "राम", "ने", True),
        ("hi", "जा", "रहा", True),
        ("hi", "राम,", "ने", False),
        ("hi", "डॉ.", "शर्मा", True),
        ("hi", "राम", "आया", False),
        ("hi", "12", "500", True),
        ("gu", "રામ", "છે", True),
        ("hi", "12", "लाख", True),
        ("gu", "નહીં.", "ખરેખર", False),
        ("ta", "போக", "வேண்டும்", True),
        ("te", "ఇంటి", "నుండి", True),
        ("bn", "বাড়ি", "থেকে", True),
        ("mr", "घरी", "आहे", True),
        ("en", "Arjun", "Mehta", True),
        ("en", "Dr.", "Rao", True),
        ("en", "the", "station", True),
        ("en", "station", "the", False),
        ("ta", "ராமன்", "வந்தான்", False),
    ],
)
def test_what_belongs_together(language: str, before: str, after: str, together: bool) -> None:
    assert glued(before, after, line_breaks(language)) is together


def test_two_speakers_in_one_cue_get_a_line_and_a_dash_each() -> None:
    (cue,) = made_of(spoken(0, "Was it?", speaker="A"), spoken(0.6, "Yes.", number=2, speaker="B"))
    assert cue.lines == ["-Was it?", "-Yes."]
    assert cue.sentences == [1, 2]


def test_long_speeches_of_two_speakers_do_not_share_a_cue() -> None:
    first = spoken(0, "I have been waiting here for hours.", speaker="A")
    made = made_of(first, spoken(first.end + 0.1, "Nobody asked you to wait for me.", number=2, speaker="B"))
    assert [cue.sentences for cue in made] == [[1], [2]]


def test_someone_who_talks_too_fast_is_flagged_not_dropped() -> None:
    words = "nobody could ever read what this man says in such a hurry to be gone"
    made = made_of(spoken(0, words, rate=60), spoken(1.5, "Go on.", number=2))
    assert "too-fast" in made[0].flags
    assert " ".join(" ".join(cue.lines) for cue in made) == f"{words} Go on."


def test_a_translation_is_spread_over_its_own_time_and_cut_at_a_clause() -> None:
    words = "When I came to the station that evening, the last train to Delhi had left an hour before."
    made = made_of(Sentence(id=7, start=20, end=26, text=words))
    assert [cue.lines[0].split()[0] for cue in made] == ["When", "the"]
    assert made[0].start == 20_000 and made[-1].end == 26_500
    assert 22_000 < made[1].start < 24_000


def test_a_cue_does_not_outlast_the_movie() -> None:
    sentence = spoken(0, "I saw him at the station.")
    (cue,) = cues(Transcript(language="en", sentences=[sentence]), until=sentence.end + 0.1).cues
    assert cue.end == round(sentence.end * 1000 + 100)


def test_overlapping_speech_makes_the_second_cue_late_and_says_so() -> None:
    first = spoken(0, "I have been waiting here for hours, and nobody came to tell me what to do.", speaker="A")
    made = made_of(first, spoken(1.0, "Stop shouting at me now.", number=2, speaker="B"))
    assert "late" in next(cue for cue in made if cue.sentences == [2]).flags


def test_limits_follow_language_and_frame_rate() -> None:
    assert default_limits("en", 25) == Limits(reading_speed=20, gap=80)
    assert default_limits("hi", 23.976) == Limits(reading_speed=22, gap=84)
    assert default_limits("hi", 1000) == default_limits("hi", None) == Limits(reading_speed=22, gap=84)


def test_findings_name_each_broken_limit() -> None:
    limits = Limits()
    assert broken(0, 2000, ["Hello there."], limits) == {}
    assert list(broken(0, 100, ["Hello there."], limits)) == ["too-fast", "too-short"]
    assert list(broken(0, 8000, ["x" * 43, "y", "z"], limits)) == ["too-long", "too-long-line", "too-many-lines"]


@pytest.mark.parametrize(
    ("following", "end"),
    [(None, 1500), (5000, 1500), (2001, 1500), (1999, 1915), (1400, 1316), (900, 816)],
)
def test_out_time(following: int | None, end: int) -> None:
    assert out_time(0, 1000, following, Limits()) == end


@pytest.mark.parametrize(
    ("heard", "free", "start"),
    [
        (800, 0, 1000),  # seven frames before the shot or fewer: with the shot
        (600, 0, 500),  # eight to eleven: half a second before it
        (600, 550, 600),  # unless somebody still speaks then
        (400, 0, 400),
        (1200, 0, 1000),  # just after it: with it
        (1200, 1100, 1200),
        (1400, 0, 1400),
    ],
)
def test_a_cue_appears_with_a_shot_that_is_near(heard: int, free: int, start: int) -> None:
    assert in_time(heard, free, [1000]) == start


@pytest.mark.parametrize(
    ("shot", "end"),
    [
        (3300, 3216),  # it would linger over the shot: it ends with it
        (2900, 2816),  # its last word ends just after the shot: it ends with it
        (1900, 3500),  # the shot changes in its middle
        (3700, 3500),
    ],
)
def test_a_cue_goes_with_a_shot_that_is_near(shot: int, end: int) -> None:
    assert out_time(0, 3000, None, Limits(), shots=[shot]) == end


def test_a_cue_that_needs_its_time_stays_half_a_second_into_the_next_shot() -> None:
    assert out_time(0, 300, None, Limits(), shots=[500]) == 1000


def test_a_cue_that_could_not_be_read_in_time_stays_a_second_longer() -> None:
    assert out_time(0, 1000, None, Limits(), reading=1800) == 1800
    assert out_time(0, 1000, None, Limits(), reading=9000) == 2500
    assert out_time(0, 1000, 2000, Limits(), reading=9000) == 1916


def test_cues_of_a_transcript_follow_the_shots() -> None:
    said = [spoken(1.1, "I saw him at the station."), spoken(3.4, "He was alone there.", number=2)]
    made = cues(Transcript(language="en", sentences=said), shots=[1.0, 3.5]).cues
    assert [(cue.start, cue.end) for cue in made] == [(1000, 3416), (3500, round(said[1].end * 1000) + 500)]
    assert all(cue.flags == [] for cue in made)


def test_a_translation_pauses_where_the_speech_does_and_at_its_clause() -> None:
    hindi = Sentence(
        id=1, start=0, end=6.2, text="जब मैं आया, तब गाड़ी जा चुकी थी।",
        words=[
            *(Word(word=word, start=0.4 * k, end=0.4 * k + 0.35) for k, word in enumerate(["जब", "मैं", "आया,"])),
            *(Word(word=word, start=4 + 0.4 * k, end=4.35 + 0.4 * k) for k, word in enumerate(["तब", "गाड़ी", "जा", "चुकी", "थी।"])),
        ],
    )  # fmt: skip
    english = Sentence(id=1, start=0, end=6.2, text="When I came here, the train had already left.")
    source = Transcript(language="hi", sentences=[hindi])
    made = cues(Transcript(language="en", sentences=[english]), source=source).cues
    assert [(cue.start, cue.lines) for cue in made] == [
        (0, ["When I came here,"]),
        (4000, ["the train had already left."]),
    ]


def test_speakers_with_a_name_are_named_when_they_begin_to_speak() -> None:
    said = [
        spoken(0, "Where is he?", speaker="A"), spoken(3, "Nobody knows.", number=2, speaker="A"),
        spoken(6, "I do.", number=3, speaker="B"), spoken(9, "Tell me.", number=4, speaker="A"),
    ]  # fmt: skip
    made = cues(Transcript(language="en", sentences=said), names={"A": "Jai"}).cues
    assert [cue.lines for cue in made] == [["[Jai] Where is he?"], ["Nobody knows."], ["I do."], ["[Jai] Tell me."]]


def test_presets_have_their_languages_figures() -> None:
    speeds = {
        name: [preset_limits(name, code).reading_speed for code in ("en", "hi-Latn", "ta")]
        for name in ("netflix", "netflix-children", "youtube")
    }
    assert speeds == {"netflix": [20, 22, 22], "netflix-children": [17, 18, 18], "youtube": [21, 21, 21]}
    assert [preset_limits("netflix", code).line_length for code in ("hi", "ja", "zh")] == [42, 13, 16]
    bbc = preset_limits("bbc", "en", 25)
    assert (bbc.line_length, bbc.gap, bbc.chain, bbc.word_time) == (37, 0, 1000, 333)
    assert preset_limits("bbc", "en", 25, line_length=40, reading_speed=15, chain=None).line_length == 40


def test_words_are_counted_where_the_preset_says_so() -> None:
    bbc = preset_limits("bbc", "en", 25)
    assert broken(0, 2000, ["I do as I am told to"], bbc) == {"too-fast": "210 words a minute, at most 180"}
