"""Translation: nothing is lost on the way, and the demo's models translate what they have never seen."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import DEMO
from support.inside import Inside

import phrasebook
from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.flags import Flag
from moviesubs.language.glossary import read_glossary
from moviesubs.translation import clauses, placeholders
from moviesubs.translation.batches import batches
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.problems import problems

HUB_MODELS = DEMO / "models"
GOAL = 95.0  # chrF on held-out sentences

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def stage(python: Callable[[str], str]) -> Iterator[Inside]:
    """The environment of the stage."""
    inside = Inside(python("indictrans2"))
    yield inside
    inside.close()


# --- placeholders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("मुझे 1,234.50 रुपये चाहिए।", ["1,234.50"]),
        ("१२/०३/२०२४ को 10:30 बजे 50% लोग", ["12/03/2024", "10:30", "50%"]),
        ("लिखो a.b@c.org या www.abc.com/x?y=1 पर।", ["a.b@c.org", "www.abc.com/x?y=1"]),
        ("<i>राम</i> आया", ["<i>", "</i>"]),
        ("10 : 30 बजे", ["10:30"]),
        ("</s> राम", ["</s>"]),
        ("वह 25 साल का है", []),
        ("डॉ.शर्मा आए.वह गया", []),
    ],
)
def test_what_must_survive_gets_a_placeholder(text: str, values: list[str]) -> None:
    protected, protected_values = placeholders.protect(text)
    assert protected_values == values
    assert all(f"<ID{number + 1}>" in protected for number in range(len(values)))


def test_text_after_a_full_stop_without_space_is_still_translated() -> None:
    assert placeholders.protect("डॉ.शर्मा आए")[0] == "डॉ. शर्मा आए"


@given(st.text(alphabet=st.sampled_from("राज कि123.,:/%@#<>[]ID abz।-"), max_size=40))
def test_placeholders_come_back_as_they_were(text: str) -> None:
    protected, values = placeholders.protect(text)
    restored, lost = placeholders.restore(placeholders.tidy(protected), values)
    assert not lost
    assert restored.replace(" ", "") == placeholders.normalise(text).replace(" ", "")


def test_terms_match_whole_words_the_longest_first() -> None:
    terms = {"राज": "Raj", "राज कपूर": "Raj Kapoor"}
    protected, values = placeholders.protect("राजा, राज कपूर और राज आए", terms)
    assert protected == "राजा, <ID1> और <ID2> आए"
    assert values == ["Raj Kapoor", "Raj"]


def test_terms_match_in_any_unicode_form() -> None:
    assert placeholders.protect("ज़िंदगी आई", {"ज़िंदगी": "Zindagi"})[1] == ["Zindagi"]


@pytest.mark.parametrize("written", ["<ID1>", "< ID1 >", "[ID1]", "<id 1>", "< आईडी 1 >", "[ आई . डी . 1 ]", "<आईडी१>"])
def test_placeholders_are_found_however_the_model_writes_them(written: str) -> None:
    assert placeholders.restore(placeholders.tidy(f"I need {written} rupees"), ["1,500"]) == ("I need 1,500 rupees", [])


def test_lost_and_invented_placeholders_are_noticed() -> None:
    assert placeholders.restore("Hello <ID2> and <ID7>", ["Raj", "Meera"]) == ("Hello Meera and", ["Raj"])


# --- sentences that are too long -------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["राम", "गया,", "और", "कहाँ?", "and", "—", "x" * 30]), max_size=40), st.integers(5, 60))
def test_cutting_keeps_every_letter_and_fits(words: list[str], limit: int) -> None:
    text = " ".join(words)
    parts = clauses.split(text, lambda part: len(part) <= limit)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    assert all(len(part) <= limit for part in parts)


def test_cuts_lie_where_a_reader_pauses() -> None:
    text = "राजा जंगल गया, लेकिन तलवार महल में छोड़ आया और रानी नाराज़ है"
    assert clauses.split(text, lambda part: len(part) < 50) == [
        "राजा जंगल गया,",
        "लेकिन तलवार महल में छोड़ आया और रानी नाराज़ है",
    ]
    text = "वह कल रात को घर आया और उसने खाना खाया"
    assert clauses.split(text, lambda part: len(part) < 30) == ["वह कल रात को घर आया", "और उसने खाना खाया"]


# --- batches, problems, glossary -------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 200))
def test_batches_hold_everything_once_and_stay_in_the_limit(lengths: list[int], limit: int) -> None:
    groups = list(batches(lengths, limit))
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) == 1 or len(group) * max(lengths[index] for index in group) <= limit


def test_empty_and_endless_translations_and_lost_numbers_are_flagged() -> None:
    assert problems("तुम कौन हो?", " ?") == (Flag.TRANSLATION_EMPTY,)
    assert problems("तुम कौन हो?", "who " * 40) == (Flag.TRANSLATION_TOO_LONG, Flag.TRANSLATION_REPEATS)
    assert problems("तुम कौन हो?", "Who are you?") == ()
    assert problems("सूर्या आया", "He came", ["Surya"]) == (Flag.TRANSLATION_TERM_LOST,)
    assert problems("मुझे २५ चाहिए", "I need 5") == (Flag.TRANSLATION_NUMBER_LOST,)
    assert problems("मुझे २५ चाहिए", "I need 25") == ()


def test_glossary_gives_the_terms_of_a_direction(tmp_path: Path) -> None:
    table = tmp_path / "glossary.tsv"
    table.write_text("hi\ten\tgu\nसूर्या\tSurya\tસૂર્યા\nठाकुर\tThakur\t\n\n", encoding="utf-8")
    assert read_glossary(table, "hi", "en") == {"सूर्या": "Surya", "ठाकुर": "Thakur"}
    assert read_glossary(table, "hi", "gu") == {"सूर्या": "સૂર્યા"}
    assert read_glossary(table, "hi", "ta") == {}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("hindi\tenglish\nक\tk\n", "line 1"),
        ("", "line 1"),
        ("hi\ten\nक\tk\nक\tq\n", "line 3"),
        (b"hi\ten\n\xff\tk\n", "UTF-8"),
    ],
)
def test_a_bad_glossary_is_explained(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    table = tmp_path / "glossary.tsv"
    table.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UserError, match=complaint):
        read_glossary(table, "hi", "en")


def test_a_vocabulary_with_two_tokens_for_an_id_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "dict.SRC.json"
    file.write_text('{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 4}', encoding="utf-8")
    with pytest.raises(UserError, match="same id"):
        checkpoint.read_vocabulary(file)


# --- IndicProcessor and the tokenizer --------------------------------------------------------------------------------


def use_processor() -> dict[str, object]:
    import sys

    from moviesubs.translation.placeholders import is_intact, protect
    from moviesubs.translation.processor import Processor

    processor = Processor()
    hindi = ["मुझे 1,234.50 रुपये चाहिए।", "कमरा 5: बंद है", "राम, आओ!"]
    protected = [protect(text)[0] for text in hindi]
    lines = processor.preprocess(protected, "hin_Deva", "eng_Latn")
    return {
        "lines": lines,
        "intact": [is_intact(line, text) for line, text in zip(lines, protected, strict=True)],
        "more than before": processor.postprocess(["Ram , come !"] * 5, "eng_Latn"),
        "none": processor.postprocess([], "eng_Latn"),
        "gujarati": processor.postprocess(["राज , मने माफ कर ."], "guj_Gujr"),
        "english": processor.preprocess(["Raj, don't go!"], "eng_Latn", "hin_Deva"),
        "tamil": processor.preprocess(["ராஜ், வா!"], "tam_Taml", "eng_Latn"),
        "heavy": sorted({"torch", "transformers"} & set(sys.modules)),
    }


@pytest.fixture(scope="module")
def processed(stage: Inside) -> dict[str, object]:
    return dict(stage.call(use_processor, seconds=300))


def test_post_processing_more_sentences_than_were_prepared_does_not_hang(processed: dict[str, object]) -> None:
    assert processed["more than before"] == ["Ram, come!"] * 5
    assert processed["none"] == []


def test_numbers_and_colons_reach_the_model_whole(processed: dict[str, object]) -> None:
    lines = [str(line) for line in processed["lines"]]  # type: ignore[attr-defined]
    assert lines[0] == "hin_Deva eng_Latn मुझे < ID1 > रुपये चाहिए ।"
    assert lines[1] == "hin_Deva eng_Latn कमरा 5 : बंद है"
    assert processed["intact"] == [True, True, True]


def test_every_script_is_handled(processed: dict[str, object]) -> None:
    assert processed["gujarati"] == ["રાજ, મને માફ કર."]
    assert processed["english"] == ["eng_Latn hin_Deva Raj , don 't go !"]
    assert processed["tamil"] == ["tam_Taml eng_Latn राज् , वा !"]


def test_pre_processing_loads_no_heavy_library(processed: dict[str, object]) -> None:
    assert processed["heavy"] == []


def use_tokenizer(folder: str) -> dict[str, object]:
    from pathlib import Path

    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    tokenizer = Tokenizer(Path(folder))
    tokens = tokenizer.tokenize("hin_Deva eng_Latn राज , रुको !")
    short = tokenizer.ids(tokenizer.tokenize("hin_Deva eng_Latn रुको !"))
    long = tokenizer.ids(tokens)
    literal = tokenizer.tokenize("hin_Deva eng_Latn </s> राज")
    return {
        "tokens": tokens,
        "ids are the dictionary's": long[:-1] == [tokenizer.source_ids[token] for token in tokens],
        "end": long[-1],
        "unknown": tokenizer.ids(["hin_Deva", "eng_Latn", "☃"])[2],
        "padded": tokenizer.pad([long, short]),
        "lengths": [len(long), len(short)],
        "literal end token": "</s>" in literal,
        "text": tokenizer.text(["<s>", "▁Raj", "▁,", "▁come", "▁!", "</s>", "<unk>", "madeupword000001"]),
        "contraction": tokenizer.text(["▁I", "▁do", "n", "▁'", "▁t", "▁.", "</s>"]),
    }


def test_tokenizer_follows_the_reference(stage: Inside) -> None:
    tokenized = stage.call(use_tokenizer, str(HUB_MODELS / "indictrans2-hi-en-demo"))
    assert tokenized["tokens"][:2] == ["hin_Deva", "eng_Latn"] and "".join(tokenized["tokens"][2:]) == "▁राज▁,▁रुको▁!"
    assert tokenized["ids are the dictionary's"] and tokenized["end"] == 2 and tokenized["unknown"] == 3
    ids, mask = tokenized["padded"]
    long, short = tokenized["lengths"]
    assert ids[1][: long - short] == [1] * (long - short) and mask[1] == [0] * (long - short) + [1] * short
    assert not tokenized["literal end token"]
    assert tokenized["text"] == "Raj, come!"
    assert tokenized["contraction"] == "I don't."


# --- the program -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model(stage: Inside, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The demo model for a target language, converted."""
    folder = tmp_path_factory.mktemp("models")

    def converted(target: str) -> Path:
        output = folder / target
        if not output.exists():
            hub = HUB_MODELS / f"indictrans2-hi-{target}-demo"
            done = stage.program("convert_indictrans2", "--model", hub, "--quantization", "float32", "--output", output)
            assert done.returncode == 0, done.stderr
        return output

    return converted


@pytest.fixture
def translate(stage: Inside, model: Callable[[str], Path], tmp_path: Path) -> Callable[..., contracts.Transcript]:
    """Translates Hindi texts with the demo's model; further arguments go to the program."""

    def run(texts: list[str], target: str, *arguments: str | Path) -> contracts.Transcript:
        sentences = [
            contracts.Sentence(id=n, start=n * 2.0, end=n * 2.0 + 1.5, text=text) for n, text in enumerate(texts)
        ]
        contracts.write(tmp_path / "transcript.json", contracts.Transcript(language="hi", sentences=sentences))
        output = tmp_path / f"transcript.{target}.json"
        words = [
            "--transcript",
            tmp_path / "transcript.json",
            "--model",
            model(target),
            "--target",
            target,
            "--threads",
            "1",
        ]
        done = stage.program("translate", *words, *arguments, "--output", output)
        assert done.returncode == 0, done.stderr
        return contracts.read(output, contracts.Transcript)

    return run


def chrf(translations: list[str], references: list[str]) -> float:
    import sacrebleu

    return float(sacrebleu.corpus_chrf(translations, [references]).score)


def held_out(count: int) -> list[phrasebook.Sentence]:
    """Distinct held-out sentences."""
    by_text = {sentence.hindi: sentence for sentence in phrasebook.sentences(77, count * 3, "held-out")}
    return list(by_text.values())[:count]


def in_language(sentence: phrasebook.Sentence, target: str) -> str:
    return sentence.english if target == "en" else sentence.gujarati


@pytest.mark.parametrize("target", ["en", "gu"])
def test_sentences_never_seen_in_training_are_translated(
    translate: Callable[..., contracts.Transcript], stage: Inside, target: str
) -> None:
    sentences = held_out(200)
    translations = [
        sentence.text for sentence in translate([sentence.hindi for sentence in sentences], target).sentences
    ]
    wanted = [in_language(sentence, target) for sentence in sentences]
    assert stage.call(chrf, translations, wanted) >= GOAL


def test_what_speech_recognition_leaves_out_does_not_matter_much(
    translate: Callable[..., contracts.Transcript], stage: Inside
) -> None:
    sentences = held_out(120)
    texts = ["".join(letter for letter in sentence.hindi if letter not in ".,?!।") for sentence in sentences[:60]]
    texts += [f"{one.hindi} {two.hindi}" for one, two in zip(sentences[60::2], sentences[61::2], strict=True)]
    wanted = [sentence.english for sentence in sentences[:60]]
    wanted += [f"{one.english} {two.english}" for one, two in zip(sentences[60::2], sentences[61::2], strict=True)]
    translations = [sentence.text for sentence in translate(texts, "en").sentences]
    assert stage.call(chrf, translations, wanted) >= GOAL


def test_of_a_film_in_several_languages_only_the_others_are_translated(
    program: Run, model: Callable[[str], Path], tmp_path: Path
) -> None:
    said = (("hi", "राज डॉक्टर है।"), ("en", "How do I get to Dublin?"))
    sentences = [
        contracts.Sentence(id=number, start=number, end=number + 1, text=text, language=code)
        for number, (code, text) in enumerate(said, start=1)
    ]
    contracts.write(tmp_path / "transcript.json", contracts.Transcript(language="hi", sentences=sentences))
    arguments = ["--transcript", tmp_path / "transcript.json", "--target", "en", "--device", "cpu", "--threads", "1"]
    arguments += ["--output", tmp_path / "out.json", "--model", model("en"), "--source"]
    done = program("indictrans2", "translate", *arguments, "hi")
    assert done.returncode == 0, done.stderr
    translated = contracts.read(tmp_path / "out.json", contracts.Transcript)
    assert [(one.language, one.text) for one in translated.sentences] == [
        ("hi", "Raj is a doctor."), ("en", "How do I get to Dublin?"),
    ]  # fmt: skip
    done = program("indictrans2", "translate", *arguments, "hi", "gu")
    assert done.returncode == 1 and "--model: 1 for 2 languages" in done.stderr


def test_a_translation_keeps_the_transcript(program: Run, model: Callable[[str], Path], tmp_path: Path) -> None:
    word = contracts.Word(word="रुको!", start=1.0, end=1.4)
    sentences = [
        contracts.Sentence(id=7, start=1.0, end=1.4, text="रुको!", speaker="A", words=[word], flags=["low-confidence"]),
        contracts.Sentence(id=9, start=2.0, end=3.0, text="♪ ♪"),
        contracts.Sentence(id=12, start=4.0, end=5.25, text="रुको!"),
    ]
    source, output = tmp_path / "transcript.json", tmp_path / "transcript.en.json"
    contracts.write(source, contracts.Transcript(language="hi", sentences=sentences))
    done = program(
        "indictrans2", "translate", "--transcript", source, "--model", model("en"), "--target", "en", "--output", output
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(output.read_text(encoding="utf-8")) == {
        "language": "en",
        "sentences": [
            {"id": 7, "start": 1.0, "end": 1.4, "text": "Stop!", "speaker": "A", "flags": ["low-confidence"]},
            {"id": 9, "start": 2.0, "end": 3.0, "text": "♪ ♪"},
            {"id": 12, "start": 4.0, "end": 5.25, "text": "Stop!"},
        ],
        "translation": {"backend": "ctranslate2", "model": "indictrans2-hi-en-demo"},
    }


@pytest.mark.parametrize(("target", "wanted"), [("en", "I need 1,234.50 rupees."), ("gu", "મને 1,234.50 રૂપિયા જોઈએ છે.")])
def test_numbers_come_back_as_they_were(
    translate: Callable[..., contracts.Transcript], target: str, wanted: str
) -> None:
    sentence = translate(["मुझे १,२३४.५० रुपये चाहिए।"], target).sentences[0]
    assert (sentence.text, sentence.flags) == (wanted, [])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<i>रुको!</i>", "<i>Stop!</i>"),
        ("{\\an8}<i> रुको! </i>", "{\\an8}<i> Stop! </i>"),
        ("मुझे 12/03/2024 रुपये चाहिए।", "I need 12/03/2024 rupees."),
        ("मुझे 50% रुपये चाहिए।", "I need 50% rupees."),
        ("<i>मुझे 10:30 रुपये चाहिए।", "<i>I need 10:30 rupees."),
        ("<i>♪</i>", "<i>♪</i>"),
    ],
)
def test_markup_dates_and_times_come_back_as_they_were(
    translate: Callable[..., contracts.Transcript], text: str, wanted: str
) -> None:
    sentence = translate([text], "en").sentences[0]
    assert (sentence.text, sentence.flags) == (wanted, [])


@given(st.lists(st.sampled_from(["<i>", "</i>", "{\\an8}", " ", "राम", "a < b", "<3"]), max_size=8).map("".join))
def test_markup_around_a_text_is_taken_off_and_nothing_else(text: str) -> None:
    head, body, tail = placeholders.unwrap(text)
    assert head + body + tail == text
    assert not any(letter in head + tail for letter in "राम3")
    assert not body.startswith(("<i>", "</i>", "{")) and not body.endswith((">", "}"))


def translate_with_a_script(folder: str, answers: list[list[str]], texts: list[str]) -> dict[str, Any]:
    from pathlib import Path

    from moviesubs.translation.engines.base import Origin
    from moviesubs.translation.pipeline import Pipeline
    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

    class Scripted:
        """An engine whose answers are known: each call takes one."""

        backend, device, origin, workers = "scripted", "cpu", Origin("m", None, 36, 64), 1

        def __init__(self) -> None:
            self.asked: list[list[int]] = []
            self.calls: list[list[object]] = []

        def translate(self, batch, decoding):
            self.asked.append([len(batch), decoding.min_length, decoding.no_repeat])
            self.calls.append([*batch, [str(decoding)]])
            return [answers[len(self.asked) - 1] for _ in batch]

    engine = Scripted()
    translations = Pipeline(engine, Tokenizer(Path(folder)), "hin_Deva", "eng_Latn").translate(texts)
    return {
        "texts": [one.text for one in translations],
        "flags": [list(one.flags) for one in translations],
        "asked": engine.asked,
        "calls": engine.calls,
    }


GOOD, EMPTY_ANSWER, ENDLESS = ["▁st", "op", "▁!"], ["▁?"], ["▁the"] * 60


@pytest.mark.parametrize("bad", [EMPTY_ANSWER, [], ENDLESS])
def test_an_empty_or_endless_translation_is_tried_once_more_with_a_stricter_search(
    stage: Inside, bad: list[str]
) -> None:
    scripted = stage.call(translate_with_a_script, str(HUB_MODELS / "indictrans2-hi-en-demo"), [bad, GOOD], ["रुको!"])
    assert (scripted["texts"], scripted["flags"], scripted["asked"]) == (["stop!"], [[]], [[1, 0, 0], [1, 1, 3]])


@pytest.mark.parametrize(
    ("bad", "flags"),
    [(EMPTY_ANSWER, [Flag.TRANSLATION_EMPTY]), (ENDLESS, [Flag.TRANSLATION_TOO_LONG, Flag.TRANSLATION_REPEATS])],
)
def test_what_stays_bad_is_kept_and_flagged(stage: Inside, bad: list[str], flags: list[Flag]) -> None:
    scripted = stage.call(translate_with_a_script, str(HUB_MODELS / "indictrans2-hi-en-demo"), [bad] * 3, ["रुको!"])
    assert scripted["flags"] == [flags]
    assert scripted["asked"] == [[1, 0, 0], [1, 1, 3], [1, 1, 3]]  # the last time with another end
    assert scripted["texts"][0]


def test_no_retry_gives_the_engine_the_same_again(stage: Inside) -> None:
    long = "राजा जंगल गया, लेकिन तलवार महल में छोड़ आया और रानी बहुत नाराज़ है।"
    scripted = stage.call(
        translate_with_a_script, str(HUB_MODELS / "indictrans2-hi-en-demo"), [["▁st", "op"]] * 9, [long]
    )
    assert scripted["flags"] == [[Flag.TRANSLATION_TOO_SHORT]]
    assert len(scripted["calls"]) == len({json.dumps(one) for one in scripted["calls"]}) == 4
    assert len(scripted["calls"][3]) == 3 + 1  # in the end, its three parts


def test_the_best_of_all_tries_is_kept(stage: Inside) -> None:
    answers = [ENDLESS, ["▁रुको", "▁!"], ["▁st", "op", "▁!"]]
    scripted = stage.call(translate_with_a_script, str(HUB_MODELS / "indictrans2-hi-en-demo"), answers, ["रुको!"])
    assert (scripted["texts"], scripted["flags"]) == (["stop!"], [[]])


def test_a_token_that_stands_for_nothing_is_noticed(stage: Inside) -> None:
    answers = [["▁st", "op", "<unk>", "▁!"]] * 3
    scripted = stage.call(translate_with_a_script, str(HUB_MODELS / "indictrans2-hi-en-demo"), answers, ["रुको!"])
    assert scripted["flags"] == [[Flag.TRANSLATION_DEBRIS]]


def test_values_of_broken_placeholders_are_put_into_the_text(stage: Inside) -> None:
    folder = str(HUB_MODELS / "indictrans2-hi-en-demo")
    scripted = stage.call(translate_with_a_script, folder, [["▁<", "1", "▁st", "op"]], ["1,500 रुपये"])
    assert (scripted["texts"], scripted["flags"]) == (["1,500 stop"], [[]])
    answers = [["▁ID", "▁st", "op"], ["▁", "5", "5", ",", "1", "1", "▁st", "op"]]
    scripted = stage.call(translate_with_a_script, folder, answers, ["55,11 रुपये"])
    assert (scripted["texts"], scripted["flags"]) == (["55,11 stop"], [[]])
    assert not any("ID" in token for token in scripted["calls"][1][0])  # the number stood there itself


def test_a_number_that_the_model_gets_wrong_is_translated_again(translate: Callable[..., contracts.Transcript]) -> None:
    texts = [f"मुझे {number} रुपये चाहिए।" for number in range(21, 99, 7)]
    sentences = translate(texts, "en").sentences
    assert [sentence.text for sentence in sentences] == [f"I need {number} rupees." for number in range(21, 99, 7)]
    assert not any(sentence.flags for sentence in sentences)


def test_glossary_terms_are_translated_as_given(translate: Callable[..., contracts.Transcript], tmp_path: Path) -> None:
    table = tmp_path / "glossary.tsv"
    table.write_text("hi\ten\nसूर्या\tSurya\nठाकुर साहब\tThakur Sahab\n", encoding="utf-8")
    texts = ["सूर्या, रुको!", "क्या सूर्या बीमार है?", "ठाकुर साहब दिल्ली जा रहा है।"]
    english = translate(texts, "en", "--glossary", table)
    assert [sentence.text for sentence in english.sentences] == [
        "Surya, stop!",
        "Is Surya sick?",
        "Thakur Sahab is going to Delhi.",
    ]
    assert not any(sentence.flags for sentence in english.sentences)


def test_a_text_of_many_sentences_is_translated_sentence_by_sentence(
    translate: Callable[..., contracts.Transcript],
) -> None:
    sentences = held_out(40)
    alone = translate([sentence.hindi for sentence in sentences], "en").sentences
    together = translate([" ".join(sentence.hindi for sentence in sentences)], "en").sentences
    assert [sentence.text for sentence in together] == [" ".join(sentence.text for sentence in alone)]


def test_a_text_far_over_the_models_length_is_translated_to_its_end(
    translate: Callable[..., contracts.Transcript], stage: Inside
) -> None:
    # long enough that at most three of them fit into the model at a time, as in its training
    sentences = [s for s in held_out(600) if s.hindi.endswith("।") and "," not in s.hindi and len(s.hindi.split()) > 7]
    source = ", ".join(sentence.hindi.rstrip("।") for sentence in sentences[:30])
    wanted = " ".join(sentence.english for sentence in sentences[:30])
    translation = translate([source], "en").sentences[0].text
    assert translation.split()[0] == wanted.split()[0] and translation.split()[-1] == wanted.split()[-1]
    assert stage.call(chrf, [translation], [wanted]) >= 90


def test_batch_size_does_not_change_the_text(translate: Callable[..., contracts.Transcript]) -> None:
    texts = [sentence.hindi for sentence in held_out(40)]
    one = translate(texts, "en", "--batch-tokens", "1")
    all_at_once = translate(texts, "en", "--batch-tokens", "100000")
    assert one.sentences == all_at_once.sentences


def test_the_command_line_ends_a_mistake_with_one_line(program: Run, tmp_path: Path) -> None:
    done = program(
        "indictrans2",
        "translate",
        "--transcript",
        tmp_path / "a.json",
        "--model",
        "m",
        "--target",
        "en",
        "--output",
        "o",
    )
    assert (done.returncode, done.stderr) == (1, f"error: {tmp_path / 'a.json'}: no such file\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--target", "hi"], "is in Hindi already"),
        (["--target", "gu"], "does not translate hin_Deva to guj_Gujr"),
        (["--target", "xx"], "unknown language 'xx'"),
        (["--target", "en", "--glossary", "nowhere.tsv"], "nowhere.tsv"),
        (["--target", "en", "--beam-size", "0"], "--beam-size"),
        (["--target", "en", "--model", str(HUB_MODELS / "indictrans2-hi-en-demo")], "convert_indictrans2.py"),
        (["--target", "en", "--model", "nowhere"], "no such model folder"),
    ],
)
def test_a_users_mistake_gets_one_line(
    stage: Inside, model: Callable[[str], Path], tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    source, output = tmp_path / "transcript.json", tmp_path / "out.json"
    sentences = [contracts.Sentence(id=1, start=0.0, end=1.0, text="रुको!")]
    contracts.write(source, contracts.Transcript(language="hi", sentences=sentences))
    folder = [] if "--model" in arguments else ["--model", model("en")]
    words = ["--transcript", source, *folder, *arguments, "--output", output]
    done = stage.program("translate", *words)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and complaint in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["transcript.json"]


def test_equal_sentences_are_translated_once(stage: Inside, model: Callable[[str], Path], tmp_path: Path) -> None:
    sentences = [contracts.Sentence(id=n, start=n, end=n + 1, text=("रुको!", "भागो!")[n % 2]) for n in range(50)]
    source, output = tmp_path / "transcript.json", tmp_path / "transcript.en.json"
    contracts.write(source, contracts.Transcript(language="hi", sentences=sentences))
    words = ["--transcript", source, "--model", model("en"), "--target", "en", "--output", output]
    done = stage.program("translate", *words)
    assert done.returncode == 0, done.stderr
    assert "50 sentences, 2 texts translated" in done.stdout
    translations = [sentence.text for sentence in contracts.read(output, contracts.Transcript).sentences]
    assert translations == ["Stop!", "Run!"] * 25
