"""Words that light up when they are heard."""

import re

import pysubs2
from hypothesis import given
from hypothesis import strategies as st

from moviesubs.contracts import Cue, Sentence, Word
from moviesubs.formats.karaoke import to_ass_words


def sentence(*starts: tuple[str, float]) -> Sentence:
    words = [Word(word=word, start=start, end=start + 0.2) for word, start in starts]
    return Sentence(id=1, start=starts[0][1], end=starts[-1][1] + 0.2, text=" ".join(w for w, _ in starts), words=words)


def test_each_word_has_the_time_until_the_next_one() -> None:
    cue = Cue(start=900, end=3000, lines=["Where are", "you?"], sentences=[1])
    made = to_ass_words([cue], [sentence(("Where", 1.0), ("are", 1.5), ("you?", 2.25))])
    assert made.endswith(r"{\k10}{\k50}Where {\k75}are\N{\k75}you?" + "\n")


def test_a_cue_shows_a_part_of_its_sentence_and_a_translation_stays_plain() -> None:
    said = sentence(("no", 1.0), ("no", 2.0), ("no", 6.0), ("never", 6.5))
    cues = [
        Cue(start=1000, end=2500, lines=["no no"], sentences=[1]),
        Cue(start=6000, end=7000, lines=["no never"], sentences=[1]),
    ]
    events = pysubs2.SSAFile.from_string(to_ass_words(cues, [said])).events
    assert [event.text for event in events] == [r"{\k100}no {\k50}no", r"{\k50}no {\k50}never"]
    plain = Sentence(id=1, start=1, end=2, text="{a} b")
    assert to_ass_words([Cue(start=0, end=9, lines=["{a} b"], sentences=[1])], [plain]).endswith("｛a｝ b\n")


TIMES = st.lists(st.floats(0, 10), min_size=1, max_size=6).map(sorted)


@given(TIMES, st.integers(0, 9000), st.integers(1, 4000))
def test_durations_are_never_negative_and_fill_the_cue_at_most(times: list[float], start: int, length: int) -> None:
    said = sentence(*((f"w{index}", time) for index, time in enumerate(times)))
    made = to_ass_words([Cue(start=start, end=start + length, lines=[said.text], sentences=[1])], [said])
    durations = [int(one) for one in re.findall(r"\\k(-?\d+)", made)]
    assert all(one >= 0 for one in durations)
    assert sum(durations) <= length / 10 + 2
