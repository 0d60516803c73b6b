"""Random transcripts for property tests: real and arbitrary words, times that run backwards, overlap or stand still."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from moviesubs.contracts import Sentence, Transcript, Word

HINDI = (
    "मैं वह राम सीता स्टेशन राष्ट्रीय क्षत्रिय का के की को में से पर ने है हैं था थे और लेकिन क्योंकि नहीं 12 5 लाख गया। क्या? सुनो, डॉ. हाँ!"
)
ENGLISH = "I the a station Arjun Mehta Dr. said, because and but 1998 3.50 p.m. has never seen it early. Why? No! of to"
GUJARATI = "હું તે સ્ટેશન ક્ષત્રિય માં છે અને પણ નથી ગયો. કેમ? ડૉ. પટેલ બાર"
LANGUAGES = ["hi", "en", "gu", "ta", "ja", "xx"]

words = st.one_of(
    st.sampled_from(HINDI.split()), st.sampled_from(ENGLISH.split()), st.sampled_from(GUJARATI.split()), st.text(min_size=1, max_size=8),
    st.sampled_from(["-->", "<b>", "&amp;", "{\\an8}", "日本語です。", "\u200b", "♪", "ब" * 60, "x" * 43]),
)  # fmt: skip
#: milliseconds that a word starts after the end of the one before it, and that it takes
steps = st.tuples(
    words,
    st.sampled_from([0, 0, 20, 40, 90, 300, 700, 1600, -400, -2000]),
    st.sampled_from([0, 1, 80, 200, 450, 900, 5000]),
)

#: for property tests: no limit on time, as machines may be slow
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sentence(number: int, start: int, parts: list[tuple[str, int, int]], speaker: str | None, timed: bool) -> Sentence:
    """A sentence that starts at `start` milliseconds, with word times of any quality, or without (a translation)."""
    made, at = [], start
    for part, pause, duration in parts:
        begin = max(0, at + pause)
        at = begin + duration
        made.append(Word(word=part, start=begin / 1000, end=at / 1000))
    return Sentence(
        id=number,
        start=min((word.start for word in made), default=start / 1000),
        end=max((word.end for word in made), default=start / 1000),
        text=" ".join(part for part, _, _ in parts),
        speaker=speaker,
        words=made if timed else None,
    )


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """A transcript of up to eight sentences; in half of the cases their starts are in order."""
    plans = draw(
        st.lists(
            st.tuples(
                st.integers(0, 60_000),
                st.lists(steps, max_size=25),
                st.sampled_from([None, "A", "B"]),
                st.booleans(),
            ),
            max_size=8,
        )
    )
    if draw(st.booleans()):
        plans.sort(key=lambda plan: plan[0])
    made = [sentence(number, *plan) for number, plan in enumerate(plans, start=1)]
    return Transcript(language=draw(st.sampled_from(LANGUAGES)), sentences=made)
