"""Speech that comes out without text is listened to again, and what stays without is a finding."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import Flag
from moviesubs.recognition.expected_script import better_script, in_script
from moviesubs.recognition.journal import Parts
from moviesubs.recognition.listening import Listener, Look, findings, merged, placed
from moviesubs.recognition.script_prompts import copied, script_prompt
from moviesubs.recognition.whisper import segments_of


class Silence:
    """Audio without any sound."""

    duration, samples = 60.0, 60 * 16000

    def read(self, start: int, stop: int) -> object:
        import numpy as np

        return np.zeros(stop - start, dtype=np.float32)

    def seconds(self, start: float, end: float) -> object:
        return self.read(round(start * 16000), round(end * 16000))


def at(start: float, end: float, text: str = "", *flags: Flag, logprob: float | None = None) -> AsrSegment:
    return AsrSegment(start=start, end=end, text=text, flags=list(flags), avg_logprob=logprob)


class Model:
    """Writes what is said in a chunk, in order, as far as `hears` lets it; remembers what it was asked."""

    def __init__(self, said: Sequence[AsrSegment], most: int = 100) -> None:
        self.said, self.most = said, most
        self.asked: list[tuple[Segment, Look]] = []

    def __call__(self, chunks: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
        self.asked += [(chunk, look) for chunk in chunks]
        return [self.hear(chunk, look) for chunk in chunks]

    def hear(self, chunk: Segment, look: Look) -> list[AsrSegment]:
        return [one for one in self.said if chunk.start <= one.start and one.end <= chunk.end][: self.most]


def listener(speech: list[Segment], model: Model) -> Listener:
    return Listener(Silence(), speech, model)  # type: ignore[arg-type]


SPEECH = [Segment(start=0.5, end=3.5), Segment(start=5.0, end=6.0), Segment(start=7.5, end=10.5)]
WORDS = [at(0.5, 3.5, "one two three"), at(5.0, 6.0, "hello world"), at(7.5, 10.5, "the quick brown fox")]


def test_a_model_that_stops_at_every_pause_loses_nothing() -> None:
    model = Model(WORDS, most=1)
    found = listener(SPEECH, model).fully([Segment(start=0.3, end=10.7)], Look())
    assert [one.text for one in found] == [one.text for one in WORDS]
    assert findings(found, SPEECH) == []
    assert len(model.asked) == 3


def test_a_model_that_writes_everything_is_asked_once() -> None:
    model = Model(WORDS)
    listener(SPEECH, model).fully([Segment(start=0.3, end=10.7)], Look(), (Look("prompt", "a prompt"),))
    assert len(model.asked) == 1


def test_speech_that_nobody_can_make_out_is_a_finding_with_its_times() -> None:
    model = Model(WORDS[:2])
    found = listener(SPEECH, model).fully([Segment(start=0.3, end=10.7)], Look())
    assert findings(found, SPEECH) == [at(7.5, 10.5, "", Flag.SPEECH_WITHOUT_TEXT)]


def test_a_prompt_said_again_is_no_text() -> None:
    class Parrot(Model):
        def hear(self, chunk: Segment, look: Look) -> list[AsrSegment]:
            return [at(chunk.start, chunk.end, look.prompt)] if look.prompt else []

    prompt = script_prompt("hi")
    found = listener(SPEECH, Parrot([])).fully([Segment(start=0.3, end=10.7)], Look(), (Look("prompt", prompt),))
    assert found == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("रहे हैं।", "hi", True),
        ("बच्चे बगीचे में खेल रहे हैं।", "hi", True),
        ("नमस्ते दुनिया", "hi", False),
        ("आज मौसम अच्छा नहीं था इसलिए हम घर पर ही रहे और खाना बनाया", "hi", False),
        ("孩子们在花园里玩。", "zh", True),
        ("今天我很累，不想去上班。", "zh", False),
    ],
)
def test_copies_of_the_prompt_are_known(text: str, language: str, expected: bool) -> None:
    assert copied(text, script_prompt(language)) is expected


def test_what_a_second_look_heard_once_more_is_not_said_twice() -> None:
    speech = [Segment(start=0, end=6)]
    first = [at(0, 5, "and so he said that he would go")]
    assert [one.text for one in merged(first, [at(4.9, 6, "would go home now")], speech)] == [first[0].text, "home now"]
    again = merged(first, [at(4.9, 6, "He would go.")], speech)
    assert [(one.text, one.end) for one in again] == [(first[0].text, 6)]


def test_what_is_said_twice_with_a_pause_stays_twice() -> None:
    speech = [Segment(start=0, end=1), Segment(start=2, end=3)]
    found = merged([at(0, 1, "Hello world.")], [at(2, 3, "Hello world.")], speech)
    assert [one.text for one in found] == ["Hello world.", "Hello world."]


def test_text_is_put_where_the_speech_is() -> None:
    chunk = Segment(start=0.3, end=10.7)
    written = [at(0.3, 4.3, "one"), at(4.3, 4.9, "two"), at(7.3, 10.7, "three")]
    found = placed(written, chunk, SPEECH)
    assert [(one.start, one.end) for one in found] == [(0.3, 3.7), (5.0, 6.0), (7.3, 10.7)]


def test_a_chunk_with_more_text_than_the_decoder_holds_is_done_in_halves() -> None:
    class Full(Model):
        def hear(self, chunk: Segment, look: Look) -> list[AsrSegment]:
            length = chunk.end - chunk.start
            return segments_of(chunk, [(0.0, length, "text")], 448 if length > 6 else 100)

    model = Full([])
    chunks = [Segment(start=0, end=24), Segment(start=30, end=35)]
    segments = listener(chunks, model).decode(chunks, Look())
    assert [segment.flags for segment in segments] == [[]] * len(segments) and len(segments) > 4
    assert segments[0].start == 0 and segments[-2].end == 24
    assert [chunk.end - chunk.start for chunk, _ in model.asked][:2] == [24, 5]
    short = [Segment(start=0, end=5)]
    full = segments_of(short[0], [(0.0, 5.0, "la la")], 448)
    assert full[0].flags == [Flag.CUT_OFF]
    assert listener(short, Model(full)).decode(short, Look()) == full  # it never fits: kept and flagged


def test_text_taken_for_silence_is_kept_as_removed_and_punctuation_is_no_text() -> None:
    chunk = Segment(start=0, end=1)
    assert segments_of(chunk, [(0, 1, " हाँ ")], 10)[0].flags == []
    assert segments_of(chunk, [(0, 1, "धन्यवाद")], 10, silent=True)[0].flags == [Flag.REMOVED_NO_SPEECH]
    for text in ("  ", ", , , ,", "۔۔۔۔۔۔۔", "\N{REPLACEMENT CHARACTER}"):
        assert segments_of(chunk, [(0, 1, text)], 10) == []
    assert segments_of(chunk, [(0, 1, "शाबाश \N{REPLACEMENT CHARACTER}")], 10)[0].text == "शाबाश"


URDU, HINDI, LATIN = "میں گھر جا رہا ہوں", "मैं घर जा रहा हूँ", "main ghar ja raha hun"


class Writer(Model):
    """Writes Urdu first, then what a table has for the look."""

    def __init__(self, texts: dict[str, str], first: str = URDU) -> None:
        super().__init__([])
        self.texts = {"": first, **texts}

    def hear(self, chunk: Segment, look: Look) -> list[AsrSegment]:
        return [at(chunk.start, chunk.end, text, logprob=-0.5) for text in [self.texts.get(look.name, "")] if text]


@pytest.mark.parametrize(
    ("first", "texts", "spoken", "expected"),
    [
        (URDU, {"prompt": HINDI}, "hi", [(HINDI, []), (URDU, [Flag.REMOVED_OTHER_SCRIPT])]),
        (URDU, {"prompt": LATIN, "script": HINDI}, "hi", [(HINDI, []), (URDU, [Flag.REMOVED_OTHER_SCRIPT])]),
        (URDU, {"prompt": URDU}, "hi", [(URDU, [Flag.OTHER_SCRIPT])]),
        ("What are you doing?", {}, "en", [("What are you doing?", [Flag.OTHER_SCRIPT])]),
        ("What are you doing?", {"prompt": HINDI}, "en", [("What are you doing?", [Flag.REMOVED_OTHER_SCRIPT])]),
    ],
)
def test_text_in_another_script_is_asked_for_again(
    first: str, texts: dict[str, str], spoken: str, expected: list[tuple[str, list[Flag]]]
) -> None:
    chunks = [Segment(start=0.3, end=3.7)]
    heard = listener(SPEECH[:1], Writer(texts, first))
    heard.language_of = lambda chunk: spoken
    found = in_script(heard, heard.fully(chunks, Look()), chunks, "Deva", "एक वाक्य")
    assert [(one.text, one.flags) for one in found if one.text != HINDI or (HINDI, []) in expected] == expected


@pytest.mark.parametrize(
    ("prompt", "script", "expected"), [(-0.4, -0.2, "prompt"), (-1.5, -0.4, "script"), (-1.5, -1.9, "prompt")]
)
def test_the_most_probable_answer_wins_where_the_first_is_doubtful(prompt: float, script: float, expected: str) -> None:
    answers = {"": (URDU, -0.5), "prompt": (HINDI, prompt), "script": (HINDI.replace("घर", "शहर"), script)}

    class Doubtful(Model):
        def hear(self, chunk: Segment, look: Look) -> list[AsrSegment]:
            text, logprob = answers[look.name]
            return [at(chunk.start, chunk.end, text, logprob=logprob)]

    heard, chunks = listener(SPEECH[:1], Doubtful([])), [Segment(start=0.3, end=3.7)]
    found = in_script(heard, heard.fully(chunks, Look()), chunks, "Deva", "एक वाक्य")
    assert [one.text for one in found if not one.flags] == [answers[expected][0]]


def test_english_that_the_model_is_much_surer_of_stays_english() -> None:
    english, hindi = at(0, 2, "What are you doing here?", logprob=-0.2), at(0, 2, "वट आर यू", logprob=-1.9)
    found = better_script([english], [hindi], "Deva", lambda: "en")
    assert [(one.text, one.flags) for one in found] == [(english.text, [Flag.OTHER_SCRIPT])]
    found = better_script([english], [hindi], "Deva", lambda: "hi")
    assert found[0] == hindi


def test_text_whose_speech_the_better_script_leaves_out_stays() -> None:
    first, rest = at(0, 2, URDU), at(4, 6, URDU)
    found = better_script([first, rest], [at(0, 2, HINDI)], "Deva", lambda: "hi")
    assert [(one.text, one.flags) for one in found] == [
        (HINDI, []), (URDU, [Flag.REMOVED_OTHER_SCRIPT]), (URDU, [Flag.OTHER_SCRIPT]),
    ]  # fmt: skip


def test_words_that_a_long_segment_hides_are_asked_for_again() -> None:
    """As Whisper base writes them: the time after the last word that it wrote is where the next text begins."""

    class Hiding(Model):
        def hear(self, chunk: Segment, look: Look) -> list[AsrSegment]:
            if chunk.end - chunk.start > 15:
                return [
                    at(
                        0.0,
                        10.0,
                        "Facing these headwinds, he was making a big point today to show that he is trying to keep",
                    ),
                    at(10.0, 16.5, "his spirits up."),
                ]
            return [at(chunk.start, chunk.end, "His spirits up. Style matters. Would it kill them to crack a joke?")]

    speech = [Segment(start=0.0, end=16.5)]
    found = listener(speech, Hiding([])).fully([Segment(start=0.0, end=16.5)], Look())
    assert [one.text for one in found][1:] == ["His spirits up. Style matters. Would it kill them to crack a joke?"]


def test_a_chunk_with_one_text_without_times_that_is_too_short_is_done_in_halves() -> None:
    class Short(Model):
        def hear(self, chunk: Segment, look: Look) -> list[AsrSegment]:
            return [
                at(
                    chunk.start,
                    chunk.end,
                    "he said" if chunk.end - chunk.start > 15 else "he said that he would go home",
                )
            ]

    found = listener([Segment(start=0.0, end=20.0)], Short([])).fully([Segment(start=0.0, end=20.0)], Look())
    assert [one.text for one in found] == ["he said that he would go home"] * 2


def test_a_long_cry_is_not_cut_in_two() -> None:
    class Crying(Model):
        def hear(self, chunk: Segment, look: Look) -> list[AsrSegment]:
            return [at(chunk.start, chunk.end, "No!" if chunk.end - chunk.start > 2.5 else "Thank you very much.")]

    chunk = Segment(start=1.0, end=4.0)
    assert [one.text for one in listener([chunk], Crying([])).fully([chunk], Look())] == ["No!"]


def test_several_workers_give_what_one_gives_in_the_same_order() -> None:
    class Slow(Model):
        def __call__(self, chunks: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
            here.wait()  # goes on only where as many batches are decoded at the same time
            return super().__call__(chunks, look)

    here = threading.Barrier(3, timeout=60)
    chunks = [Segment(start=float(second), end=second + 0.9) for second in range(12)]
    said = [at(one.start, one.end, f"word {one.start:.0f}") for one in chunks]
    positions: list[float] = []
    several = Listener(Silence(), chunks, Slow(said), 2, report=positions.append, workers=3)  # type: ignore[arg-type]
    assert several.decode(chunks, Look()) == listener(chunks, Model(said)).decode(chunks, Look())
    assert positions == [1.9, 3.9, 5.9, 7.9, 9.9, 11.9]


def test_a_single_worker_begins_with_the_next_batch_before_it_decodes_one() -> None:
    class Noting(Model):
        def __call__(self, chunks: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
            events.append(("decode", [chunk.start for chunk in chunks]))
            return super().__call__(chunks, look)

    events: list[tuple[str, list[float]]] = []
    chunks = [Segment(start=float(second), end=second + 0.9) for second in range(4)]
    said = Noting([at(one.start, one.end, "word") for one in chunks])
    Listener(  # type: ignore[arg-type]
        Silence(), chunks, said, 2, prepare=lambda then: events.append(("prepare", [chunk.start for chunk in then]))
    ).decode(chunks, Look())
    assert events == [("prepare", [2, 3]), ("decode", [0, 1]), ("prepare", []), ("decode", [2, 3])]


def test_what_one_of_several_workers_fails_at_is_raised_and_noted_as_begun(tmp_path: Path) -> None:
    def fails(batch: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
        if batch[0].start == 1.0:
            raise RuntimeError("out of memory")
        return [[at(one.start, one.end, "word")] for one in batch]

    chunks = [Segment(start=float(second), end=second + 0.9) for second in range(3)]
    several = Listener(Silence(), chunks, fails, 1, Parts(tmp_path / "parts"), workers=2)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="out of memory"):
        several.decode(chunks, Look())
    again = Parts(tmp_path / "parts")
    assert again.has(chunks[0]) and chunks[1] in [chunk for chunk, _ in again.unfinished()]


def test_a_loop_of_letters_is_removed_with_a_flag_and_its_speech_is_asked_for_again() -> None:
    class Looping(Model):
        def hear(self, chunk: Segment, look: Look) -> list[AsrSegment]:
            return [at(chunk.start, chunk.end, "नमस्ते" if look.prompt else "अपा" + "शा" * 200)]

    speech = [Segment(start=1.0, end=1.8)]
    chunk = Segment(start=0.8, end=2.0)
    [loop, text] = listener(speech, Looping([])).fully([chunk], Look(), (Look("prompt", script_prompt("hi")),))
    assert loop.flags == [Flag.REMOVED_LOOP] and text.text == "नमस्ते" and not text.flags
