"""Two languages on the screen."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from moviesubs.contracts import Sentence, Transcript, Translation
from moviesubs.cues.bilingual import bilingual_cues
from moviesubs.cues.limits import default_limits
from moviesubs.flags import Flag
from moviesubs.language import text

LIMITS = (default_limits("hi"), default_limits("en"))


def transcripts(*pairs: tuple[str, str], seconds: float = 4.0) -> tuple[Transcript, Transcript]:
    times = [(number * (seconds + 1), number * (seconds + 1) + seconds) for number in range(len(pairs))]
    made = []
    for side in (0, 1):
        sentences = [
            Sentence(id=number, start=start, end=end, text=pair[side])
            for number, (pair, (start, end)) in enumerate(zip(pairs, times, strict=True), start=1)
        ]
        made.append(Transcript(language=("hi", "en")[side], sentences=sentences))
    made[1].translation = Translation(backend="x", model="x")
    return made[0], made[1]


def test_each_language_has_a_line_and_both_are_of_the_same_sentence() -> None:
    hindi, english = transcripts(("तुम कहाँ थे?", "Where were you?"), ("घर पर।", "At home."))
    made = bilingual_cues(hindi, english, hindi, LIMITS)
    assert [(cue.lines, cue.sentences) for cue in made.cues] == [
        (["तुम कहाँ थे?", "Where were you?"], [1]),
        (["घर पर।", "At home."], [2]),
    ]
    assert made.language == "hi+en"
    swapped = bilingual_cues(english, hindi, hindi, LIMITS[::-1])
    assert swapped.cues[0].lines == ["Where were you?", "तुम कहाँ थे?"]


def test_the_longer_text_decides_how_many_cues_a_sentence_has() -> None:
    long = "I went to the market with my sister, and there we bought a chair and two tables for our mother"
    hindi, english = transcripts(("मैं बाज़ार गया, और माँ के लिए कुर्सी ख़रीदी", long), seconds=8.0)
    made = bilingual_cues(hindi, english, hindi, LIMITS)
    assert len(made.cues) >= 3
    assert all(len(cue.lines) == 2 for cue in made.cues)
    assert all(text.length(line) <= 42 for cue in made.cues for line in cue.lines)


def test_no_cue_holds_parts_of_two_sentences() -> None:
    hindi, english = transcripts(
        ("तलवार मत ढूँढो!", "Do not find the sword!"),
        ("अर्जुन और राधा आज रात गाँव जाएँगे।", "Arjun and Radha will go to the village tonight."),
        seconds=2.0,
    )
    for transcript in (hindi, english):
        second = transcript.sentences[1]
        second.start, second.end = 2.05, 4.5
    made = bilingual_cues(hindi, english, hindi, LIMITS)
    assert [cue.sentences for cue in made.cues] == [[1], [2], [2]]


def test_a_sentence_that_lacks_a_translation_has_one_line() -> None:
    hindi, english = transcripts(("घर पर।", ""))
    assert [cue.lines for cue in bilingual_cues(hindi, english, hindi, LIMITS).cues] == [["घर पर।"]]


WORDS = {"hi": ["मैं", "बाज़ार", "गया,", "कुर्सी", "है।"], "en": ["I", "went", "yesterday,", "chairs.", "extraordinarily"]}
PAIRS = st.tuples(
    *(st.lists(st.sampled_from(words), min_size=1, max_size=25).map(" ".join) for words in WORDS.values())
)


@given(st.lists(PAIRS, min_size=1, max_size=4))
def test_no_word_is_lost_in_either_language_and_cues_do_not_touch(pairs: list[tuple[str, str]]) -> None:
    hindi, english = transcripts(*pairs, seconds=8.0)
    made = bilingual_cues(hindi, english, hindi, LIMITS)
    shown = " ".join(line for cue in made.cues for line in cue.lines)
    for transcript in (hindi, english):
        for sentence in transcript.sentences:
            assert all(word in shown for word in sentence.text.split())
    assert len(shown.split()) == sum(len(one.text.split()) for side in (hindi, english) for one in side.sentences)
    assert all(a.end < b.start for a, b in pairwise(made.cues))
    narrow = replace(LIMITS[0], line_length=10)
    flagged = bilingual_cues(hindi, english, hindi, (narrow, narrow))
    for cue in flagged.cues:
        assert (Flag.TOO_LONG_LINE in cue.flags) == any(text.length(line) > 10 for line in cue.lines)
