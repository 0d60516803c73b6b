"""The dashes of a recogniser part two speakers; dashes and minus signs of other kinds stay."""

import pytest

from moviesubs.contracts import Asr, AsrSegment, Sentence, Transcript
from moviesubs.cues.build import cues
from moviesubs.language import text
from moviesubs.transcript.dialogue_dashes import split_dashes
from moviesubs.transcript.sentences import transcript


def made_of(said: str, language: str) -> Transcript:
    segment = AsrSegment(start=0, end=4, text=said)
    return transcript(
        Asr(language=language, backend="mlx", model="m", status="ok", segments=[segment]), start=0, end=99
    )


@pytest.mark.parametrize(
    ("language", "said", "sentences"),
    [
        ("hi", "- तुम कहाँ थे? - घर पर।", ["तुम कहाँ थे?", "घर पर।"]),
        ("hi", "-तुम कहाँ थे? -घर पर।", ["तुम कहाँ थे?", "घर पर।"]),
        ("en", "– Where were you? – At home.", ["Where were you?", "At home."]),
        ("hi", "- तुम कहाँ थे - घर पर", ["तुम कहाँ थे", "घर पर"]),
        ("en", "Where were you? -At home.", ["Where were you?", "At home."]),
        ("ur", "-تم کہاں تھے؟ -گھر پر۔", ["تم کہاں تھے؟", "گھر پر۔"]),
    ],
)
def test_two_speakers_of_one_segment_get_a_line_each(language: str, said: str, sentences: list[str]) -> None:
    made = made_of(said, language)
    assert [one.text for one in made.sentences] == sentences
    assert made.sentences[-1].turn
    (cue,) = cues(made).cues
    assert cue.lines == [f"-{one}" for one in sentences]


def test_the_lines_of_a_translation_keep_the_turns() -> None:
    source = made_of("- तुम कहाँ थे? - घर पर।", "hi")
    said = [
        Sentence(id=one.id, start=one.start, end=one.end, text=there)
        for one, there in zip(source.sentences, ["Where were you?", "At home."], strict=True)
    ]
    (cue,) = cues(Transcript(language="en", sentences=said), source=source).cues
    assert cue.lines == ["-Where were you?", "-At home."]


def test_a_single_speaker_gets_no_dash() -> None:
    (cue,) = cues(made_of("- तुम कहाँ थे?", "hi")).cues
    assert cue.lines == ["तुम कहाँ थे?"]


@pytest.mark.parametrize(
    ("said", "kept", "turns"),
    [
        ("It was -5 degrees. -12 at night.", None, set()),
        ("He - my father - came.", None, set()),
        ("a man - my father - came", None, set()),
        ("a well-known man.", None, set()),
        ("-", None, set()),
        ("--", None, set()),
        ("- Well - I think so.", "Well - I think so.", {0}),
        ("— Wait. 3 - 2", "Wait. 3 - 2", {0}),
    ],
)
def test_other_dashes_stay(said: str, kept: str | None, turns: set[int]) -> None:
    pieces, places = split_dashes(text.pieces(said))
    assert (text.join(pieces), places) == (said if kept is None else kept, turns)
