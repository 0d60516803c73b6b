"""The scores themselves, on answers made by hand whose figures can be worked out on paper."""

import math
from pathlib import Path

import pytest
from support import DEMO

from scoring.goals import Score, table
from scoring.stretches import Recording, Turn, diarization_error_rate, speech_detection
from scoring.texts import Expected, chrf, right_sentences
from scoring.tracks import right_track, subtitle_edit_rate
from scoring.truth import read_truth
from scoring.words import WordStart, normalised, start_differences, start_errors, word_error_rate


def words(*pairs: tuple[str, float]) -> list[WordStart]:
    return [WordStart(text, start) for text, start in pairs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("राम, घर  जाओ।", "राम घर जाओ"),
        ("«Hello» — you're here!\n", "hello youre here"),
        ("क़लम", "क़लम"),  # one letter, or a letter and a dot below
        ("  ।?! ", ""),
    ],
)
def test_punctuation_case_and_spelling_of_letters_are_no_errors(text: str, expected: str) -> None:
    assert normalised(text) == expected


def test_word_errors_are_counted_over_all_recordings_together() -> None:
    spoken = ["राम घर जाओ।", "तुम कहाँ हो? यहाँ आओ, अभी।"]
    recognised = ["राम, घर आओ", "तुम कहाँ यहाँ आओ अभी अभी"]
    # one substitution; one deletion and one insertion; nine spoken words
    assert word_error_rate(spoken, recognised) == pytest.approx(3 / 9)


def test_silence_is_all_words_missed() -> None:
    assert word_error_rate(["राम घर जाओ।"], [""]) == 1.0


def test_start_times_are_compared_for_equal_words_only() -> None:
    spoken = words(("राम", 1.0), ("घर", 1.5), ("जाओ", 2.0), ("अब", 3.0))
    recognised = words(("राम,", 1.02), ("पर", 1.9), ("जाओ।", 1.97), ("।", 2.5), ("तो", 2.6), ("अब", 3.1))
    assert start_differences(spoken, recognised) == pytest.approx([0.02, -0.03, 0.1])


def test_a_repeated_word_is_compared_with_its_own_turn() -> None:
    spoken = words(("हाँ", 1.0), ("चलो", 1.5), ("हाँ", 2.0))
    assert start_differences(spoken, words(("चलो", 1.6), ("हाँ", 2.1))) == pytest.approx([0.1, 0.1])


def test_start_errors_are_absolute_and_in_milliseconds() -> None:
    errors = start_errors([-0.010, 0.020, 0.030], spoken=4)
    assert errors.median == pytest.approx(20)
    assert errors.percentile_95 == pytest.approx(29)  # between the second and the third, nine tenths of the way
    assert (errors.compared, errors.spoken) == (3, 4)


def test_start_errors_of_nothing_meet_no_goal() -> None:
    errors = start_errors(start_differences(words(("राम", 1.0)), []), spoken=1)
    assert math.isnan(errors.median)
    assert Score("x", "x", errors.median, at_most=40).met is False
    assert Score("x", "x", errors.percentile_95, at_least=0).met is False


def test_the_collar_lies_half_on_each_side_of_a_boundary() -> None:
    recording = Recording([Turn(1, 3)], [Turn(1.09, 3.5)], duration=5)
    detection = speech_detection([recording], collar=0.2)
    # judged: speech 1.1 to 2.9, all of it found, and 0.4 s too much, 3.1 to 3.5
    assert detection.recall == pytest.approx(1)
    assert detection.precision == pytest.approx(1.8 / 2.2)
    assert detection.f1 == pytest.approx(0.9)


def test_detected_speech_is_judged_over_all_recordings_together() -> None:
    good = Recording([Turn(0, 9)], [Turn(0, 9)], duration=9)
    missed = Recording([Turn(0, 1)], [], duration=9)
    assert speech_detection([good, missed], collar=0.0) == pytest.approx((1, 0.9, 1.8 / 1.9))


def test_speakers_may_have_other_names_but_not_each_others_words() -> None:
    true = [Turn(0, 4, "m3"), Turn(5, 10, "f2")]
    assert diarization_error_rate([Recording(true, [Turn(0, 4, "B"), Turn(5, 10, "A")], 12)]) == 0
    # one second of m3 goes to f2's voice, one is missed, and one found where nobody speaks: three of nine
    hypothesis = [Turn(0, 2, "B"), Turn(3, 4, "A"), Turn(5, 11, "A")]
    assert diarization_error_rate([Recording(true, hypothesis, 12)]) == pytest.approx(3 / 9)


def test_two_people_talking_at_once_are_both_expected() -> None:
    true = [Turn(0, 4, "a"), Turn(2, 6, "b")]
    assert diarization_error_rate([Recording(true, [Turn(0, 4, "a"), Turn(4, 6, "b")], 6)]) == pytest.approx(2 / 8)


def test_chrf_is_100_for_the_same_and_0_for_nothing() -> None:
    assert chrf(["He is here.", "Go home."], ["He is here.", "Go home."]) == pytest.approx(100)
    assert chrf(["He is here."], [""]) == 0
    assert 0 < chrf(["He is here."], ["He was here."]) < 90


SRT = """1
00:00:01,000 --> 00:00:03,000
- Where is
<i>my brother?</i>

2
00:00:03,083 --> 00:00:05,000
He went home and

3
00:00:05,083 --> 00:00:06,000
will not come back.

4
00:00:20,000 --> 00:00:22,000
Go home.
"""


@pytest.fixture
def subtitles(tmp_path: Path) -> Path:
    file = tmp_path / "demo.en.srt"
    file.write_text(SRT, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("expected", "right"),
    [
        (Expected(1.2, 2.8, "Where is my brother?"), True),
        (Expected(3.2, 6.4, "He went home, and will not come back."), True),  # goes over two cues
        (Expected(20.0, 21.0, "go  home"), True),
        (Expected(10.0, 11.0, "Go home."), False),  # stands elsewhere
        (Expected(1.2, 2.8, "Where is my broth"), False),  # whole words only
        (Expected(3.2, 6.4, "He went and will not come back."), False),
        (Expected(6.4, 7.0, "will not come back"), True),  # the cue ended 0.4 s before
        (Expected(6.6, 7.0, "will not come back"), False),
    ],
)
def test_a_sentence_is_right_when_it_stands_where_it_is_spoken(
    subtitles: Path, expected: Expected, right: bool
) -> None:
    assert right_sentences([expected], subtitles) == [right]


def test_the_table_ends_with_the_count_of_goals() -> None:
    scores = [
        Score("wer", "word error rate", 2.94, "%", at_most=3),
        Score("f1", "speech detected", 0.949, at_least=0.95, digits=3),
        Score("extra", "chrF, end to end", 97.0, remark="60 sentences"),
        Score("none", "start", float("nan"), "ms", at_most=40),
    ]
    lines = table(scores).splitlines()
    assert [cell.strip() for cell in lines[0].split("|")] == ["what", "goal", "measured", "met"]
    assert [cell.strip() for cell in lines[2].split("|")] == ["word error rate", "at most 3 %", "2.9 %", "yes"]
    assert [cell.strip() for cell in lines[3].split("|")] == ["speech detected", "at least 0.95", "0.949", "NO"]
    assert [cell.strip() for cell in lines[4].split("|")] == ["chrF, end to end", "", "97.0 (60 sentences)", ""]
    assert [cell.strip() for cell in lines[5].split("|")] == ["start", "at most 40 ms", "not measured", "NO"]
    assert lines[-1] == "goals met: 1 of 3"
    assert scores[3].record() == {
        "name": "none",
        "what": "start",
        "measured": None,
        "unit": "ms",
        "at_most": 40,
        "met": False,
    }


TRACK = "1\n00:00:01,000 --> 00:00:03,000\nHello there,\nmy friend.\n\n2\n00:00:04,000 --> 00:00:05,000\nGo home!\n"


@pytest.mark.parametrize(
    ("made", "edits"),
    [
        (TRACK, 0),
        (TRACK.replace("friend.", "enemy!"), 1),
        (TRACK.replace("there,\nmy", "there, my"), 1),  # a break is missing
        (
            TRACK.replace("00:00:04,000 --> 00:00:05", "00:01:04,000 --> 00:01:05"),
            6,
        ),  # at another time all of it is wrong
    ],
)
def test_subtitles_are_held_against_a_right_track(tmp_path: Path, made: str, edits: int) -> None:
    for name, text in (("right", TRACK), ("made", made)):
        (tmp_path / f"{name}.srt").write_text(text, encoding="utf-8")
    share = 100 * edits / 9  # six words, one break of a line, two of cues
    assert subtitle_edit_rate(tmp_path / "right.srt", tmp_path / "made.srt") == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("language", ["hi", "en", "gu"])
def test_the_right_track_says_all_that_is_said(tmp_path: Path, language: str) -> None:
    truth = read_truth(DEMO / "demo.truth.json")
    (tmp_path / "right.srt").write_text(right_track(truth, language), encoding="utf-8")
    expected = [Expected(one.start, one.end, one.in_language(language)) for one in truth.sentences]
    assert all(right_sentences(expected, tmp_path / "right.srt"))
