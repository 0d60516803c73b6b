"""The phrasebook: what every model of the demo is trained on and scored with."""

import hashlib
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter

import pytest
from support import DEMO

sys.path.insert(0, str(DEMO))

import phrasebook  # noqa: E402

SAMPLE = list(phrasebook.sentences(seed=3, count=30_000, split="any"))


def test_vocabulary_is_large_enough_for_a_conversation_and_small_enough_to_learn():
    assert 220 <= len(phrasebook.vocabulary()) <= 320


def test_vocabulary_lists_exactly_the_words_that_sentences_use():
    used = {word for sentence in SAMPLE for word in phrasebook.words(sentence.hindi)}
    assert used == set(phrasebook.vocabulary())


def test_sampling_seldom_repeats_a_sentence():
    assert len({sentence.hindi for sentence in SAMPLE}) > 10_000


def test_one_template_alone_has_tens_of_thousands_of_sentences():
    template = "{person.o} ने {place.o} में {thing} {did@thing}।"
    assert len({sentence.hindi for sentence in phrasebook.all_sentences_of(template)}) > 50_000


def test_a_hindi_sentence_has_one_translation():
    seen: dict[str, phrasebook.Sentence] = {}
    assert all(seen.setdefault(sentence.hindi, sentence) == sentence for sentence in SAMPLE)


@pytest.mark.parametrize(
    ("field", "script"),
    [
        ("hindi", r"[\u0900-\u0963\u0966-\u097f ,?!।]+"),
        ("english", r"[A-Za-z' ,?!.]+"),
        ("gujarati", r"[\u0a80-\u0aff ,?!.]+"),
    ],
)
def test_each_language_is_written_in_its_own_script(field, script):
    for sentence in SAMPLE:
        text = getattr(sentence, field)
        assert re.fullmatch(script, text), text
        assert unicodedata.is_normalized("NFC", text)
        assert text == " ".join(text.split())


def test_sentences_end_alike_in_all_languages():
    for sentence in SAMPLE:
        assert sentence.hindi[-1].replace("।", ".") == sentence.english[-1] == sentence.gujarati[-1]
        assert sentence.hindi[-1] in "।?!"


def test_lengths_run_from_one_word_to_ten_or_more():
    lengths = Counter(len(phrasebook.words(sentence.hindi)) for sentence in SAMPLE)
    assert all(lengths[length] > 0.003 * len(SAMPLE) for length in range(1, 11))


def test_held_out_rule_is_the_last_digit_of_the_sha1():
    for sentence in SAMPLE[:2000]:
        digest = hashlib.sha1(sentence.hindi.encode()).hexdigest()
        assert phrasebook.is_held_out(sentence.hindi) == digest.endswith(("0", "1"))


def test_splits_never_share_a_sentence():
    train = {sentence.hindi for sentence in phrasebook.sentences(1, 5000, "train")}
    held_out = {sentence.hindi for sentence in phrasebook.sentences(1, 5000, "held-out")}
    assert not train & held_out
    assert all(map(phrasebook.is_held_out, held_out))


def test_every_word_occurs_often_enough_in_training():
    counts = Counter(w for s in phrasebook.sentences(1, 20_000, "train") for w in phrasebook.words(s.hindi))
    assert min(counts[word] for word in phrasebook.vocabulary()) >= 15


def test_a_seed_gives_the_same_sentences_again():
    assert list(phrasebook.sentences(5, 50)) == list(phrasebook.sentences(5, 50))
    assert list(phrasebook.sentences(5, 50)) != list(phrasebook.sentences(6, 50))


def test_an_unknown_split_is_refused():
    with pytest.raises(ValueError, match="held-out"):
        next(phrasebook.sentences(1, 1, "test"))


def test_gender_agreement_is_right_in_every_language():
    template = "यह {thing} बहुत {adjective@thing} है।"
    by_hindi = {sentence.hindi: sentence for sentence in phrasebook.all_sentences_of(template)}
    assert by_hindi["यह किताब बहुत नई है।"].gujarati == "આ પુસ્તક બહુ નવું છે."
    assert by_hindi["यह थैला बहुत नया है।"].gujarati == "આ થેલો બહુ નવો છે."
    assert by_hindi["यह चाबी बहुत नई है।"].english == "This key is very new."


def test_command_prints_one_json_object_a_line():
    arguments = ["--seed", "7", "--count", "4", "--split", "held-out", "--format", "json"]
    command = [sys.executable, str(DEMO / "phrasebook.py"), *arguments]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout.splitlines()
    assert [tuple(json.loads(line).values()) for line in lines] == list(phrasebook.sentences(7, 4, "held-out"))
