"""Corrections laid over a transcript, also over one that other settings have made."""

from hypothesis import given
from hypothesis import strategies as st

from moviesubs.contracts import Sentence, Transcript, Word
from moviesubs.corrections.apply import apply
from moviesubs.corrections.table import Correction
from moviesubs.flags import Flag


def sentence(number: int, start: float, said: str, **more: object) -> Sentence:
    words = said.split()
    length = 2.0 / max(1, len(words))
    timed = [
        Word(word=w, start=start + k * length, end=start + (k + 1) * length, score=0.9) for k, w in enumerate(words)
    ]
    return Sentence(id=number, start=start, end=start + 2.0, text=said, words=timed, **more)  # type: ignore[arg-type]


def transcript(*said: str, **more: object) -> Transcript:
    made = [sentence(number, 10.0 * number, one, **more) for number, one in enumerate(said, start=1)]
    return Transcript(language="en", sentences=made)


def texts(made: Transcript) -> list[str]:
    return [one.text for one in made.sentences]


def test_a_sentence_is_replaced_its_words_keep_their_times_and_doubts_about_the_text_go() -> None:
    before = transcript(
        "Where is Jay now", flags=[Flag.LOW_CONFIDENCE, Flag.LONG_WORD], reasons={Flag.LOW_CONFIDENCE: "0.3"}
    )
    made = apply(before, [Correction(10, "", "replace", "Where is Jay now", "Where is Jai now?")])
    (one,) = made.sentences
    assert one.text == "Where is Jai now?"
    assert [word.word for word in one.words or []] == ["Where", "is", "Jai", "now?"]
    assert [word.start for word in one.words or []] == [10.0, 10.5, 11.0, 11.5]
    assert (one.flags, one.reasons) == ([Flag.LONG_WORD, Flag.CORRECTED], {})
    assert made.unplaced == []


def test_the_sentence_nearest_in_time_is_meant() -> None:
    made = apply(transcript("No.", "No.", "No."), [Correction(21, "", "replace", "No.", "Yes.")])
    assert texts(made) == ["No.", "Yes.", "No."]


def test_a_correction_survives_another_cut_into_sentences() -> None:
    table = [
        Correction(10, "", "replace", "I saw Jay.", "I saw Jai."),
        Correction(10, "", "delete", "Thanks for watching."),
    ]
    made = apply(transcript("I saw Jay. He was ill.", "Bye. Thanks for watching."), table)
    assert texts(made) == ["I saw Jai. He was ill.", "Bye. Thanks for watching."]
    assert len(made.unplaced) == 1
    near = apply(transcript("Bye. Thanks for watching."), [Correction(11, "", "delete", "Thanks for watching.")])
    assert texts(near) == ["Bye."]


def test_a_part_of_a_word_is_not_the_old_text() -> None:
    made = apply(transcript("Jaya came."), [Correction(10, "", "replace", "Jay", "Jai")])
    assert (texts(made), len(made.unplaced)) == (["Jaya came."], 1)
    hindi = apply(transcript("जयी आया"), [Correction(10, "", "replace", "जय", "वीरू")])
    assert (texts(hindi), len(hindi.unplaced)) == (["जयी आया"], 1)


def test_what_fits_nowhere_is_listed_and_what_is_right_already_is_not() -> None:
    table = [
        Correction(10, "", "replace", "Jay.", "Jai."),
        Correction(500, "", "delete", "Jai."),
        Correction(20, "", "merge", "Veeru."),
    ]
    made = apply(transcript("Jai.", "Veeru."), table)
    assert texts(made) == ["Jai.", "Veeru."]
    assert made.unplaced == ["0:08:20.000\t\tdelete\tJai.\t", "0:00:20.000\t\tmerge\tVeeru.\t"]


def test_what_is_deleted_stays_in_the_file() -> None:
    made = apply(transcript("One.", "Two."), [Correction(10, "", "delete", "One.")])
    assert [(one.id, one.text) for one in made.sentences] == [(1, "Two.")]
    assert [(one.text, one.flags) for one in made.removed] == [("One.", [Flag.REMOVED_BY_HAND])]


def test_a_translation_keeps_the_ids_of_the_transcript() -> None:
    made = apply(
        transcript("One.", "Two."), [Correction(10, "en", "delete", "One."), Correction(20, "", "delete", "Two.")], "en"
    )
    assert [(one.id, one.text, one.flags) for one in made.sentences] == [
        (1, "", [Flag.REMOVED_BY_HAND]),
        (2, "Two.", []),
    ]


def test_a_translation_of_a_corrected_sentence_is_found_by_its_time() -> None:
    table = [
        Correction(10, "en", "replace", "The old translation.", "Mine."),
        Correction(20, "en", "replace", "Gone.", "Mine."),
    ]
    new = transcript("A new translation.", "Another.")
    new.sentences[0].flags = [Flag.CORRECTED]
    made = apply(new, table, "en")
    assert (texts(made), len(made.unplaced)) == (["Mine.", "Another."], 1)


def test_a_speaker_is_named_in_sentence_and_words() -> None:
    made = apply(transcript("Come here!"), [Correction(10, "", "speaker", "Come here!", "Veeru")])
    assert made.sentences[0].speaker == "Veeru"
    assert {word.speaker for word in made.sentences[0].words or []} == {"Veeru"}


def test_a_sentence_is_split_where_its_words_are_and_two_are_merged() -> None:
    table = [
        Correction(10, "", "split", "Who is it Me", "Who is it? | Me!"),
        Correction(20, "", "merge", "I went", "I went home."),
    ]
    made = apply(transcript("Who is it Me", "I went", "home"), table)
    assert [(one.id, one.text, one.start, one.end) for one in made.sentences] == [
        (1, "Who is it?", 10.0, 11.5),
        (2, "Me!", 11.5, 12.0),
        (3, "I went home.", 20.0, 32.0),
    ]
    assert [len(one.words or []) for one in made.sentences] == [3, 1, 3]


def test_corrections_build_on_each_other() -> None:
    table = [Correction(10, "", "replace", "a", "b"), Correction(10, "", "replace", "b", "c")]
    assert texts(apply(transcript("a"), table)) == ["c"]


SAID = st.lists(st.sampled_from(["a", "b,", "c.", "जय", "é"]), min_size=1, max_size=5).map(" ".join)
ROWS = st.tuples(st.integers(5, 40), st.sampled_from(["replace", "delete", "split", "merge"]), SAID, SAID)


@given(st.lists(SAID, min_size=1, max_size=4), st.lists(ROWS, max_size=6))
def test_whatever_is_corrected_sentences_stay_in_order_and_words_are_their_text(
    said: list[str], rows: list[tuple[int, str, str, str]]
) -> None:
    table = [
        Correction(float(time), "", action, old, f"{new} | {new}" if action == "split" else new)
        for time, action, old, new in rows
    ]
    made = apply(transcript(*said), table)
    assert [one.id for one in made.sentences] == list(range(1, len(made.sentences) + 1))
    for one in made.sentences:
        assert " ".join(word.word for word in one.words or []) == one.text
        assert one.start <= one.end
    assert all(a.start <= b.start for a, b in zip(made.sentences, made.sentences[1:], strict=False))
    assert len(made.unplaced) <= len(table)
