"""What a second look at speech without a word adds to aligned segments."""

from moviesubs.alignment.second_look import with_what_was_heard
from moviesubs.contracts import AsrSegment, Segment, Word

SPEECH = [Segment(start=0.03, end=6.24), Segment(start=7.0, end=9.0)]


def spoken(start: float, end: float, text: str) -> AsrSegment:
    """A segment whose words share its time evenly."""
    words = text.split()
    each = (end - start) / len(words)
    times = [(start + each * number, start + each * (number + 1)) for number in range(len(words))]
    aligned = [Word(word=word, start=low, end=high, score=0.9) for word, (low, high) in zip(words, times, strict=True)]
    return AsrSegment(start=start, end=end, text=text, words=aligned)


def heard(start: float, end: float, text: str, logprob: float = -0.5, silent: float = 0.05) -> AsrSegment:
    return AsrSegment(start=start, end=end, text=text, avg_logprob=logprob, no_speech_prob=silent)


def added(new: AsrSegment, first: AsrSegment | None = None) -> list[str]:
    before = first or spoken(0.03, 3.08, "Portez ce vieux whisky au juge blond qui fume.")
    return [one.text for one in with_what_was_heard([before], [new], SPEECH)]


def test_a_sentence_said_twice_without_a_pause_is_there_twice() -> None:
    text = "Portez ce vieux whisky au juge blond qui fume."
    assert added(heard(3.08, 6.08, text)) == [text]
    assert added(heard(3.08, 6.08, "Portez ce vieux whisky au juge Blanqui fume.")) != []


def test_words_of_the_sentence_before_that_are_heard_at_its_end_are_no_new_words() -> None:
    assert added(heard(3.28, 4.0, "qui fume.")) == []
    assert added(heard(3.28, 6.2, "qui fume. Bonjour le monde.")) == ["Bonjour le monde."]


def test_a_sentence_in_a_time_too_short_for_it_is_not_said_again() -> None:
    assert added(heard(3.28, 4.0, "Portez ce vieux whisky au juge blond qui fume.")) == []


def test_doubtful_text_is_not_added() -> None:
    assert added(heard(3.28, 6.2, "Bonjour le monde.", logprob=-1.2)) == []
    assert added(heard(3.28, 6.2, "Bonjour le monde.", silent=0.8)) == []


def test_what_is_heard_where_there_are_words_already_is_not_added() -> None:
    assert added(heard(0.2, 2.9, "Something else.")) == []
