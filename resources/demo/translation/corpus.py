"""Training pairs for the demo's translation models: phrasebook sentences, some of them as speech recognition would hand them over.

No source text that is made here is a held-out sentence of the phrasebook, or one without its punctuation.
"""

import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

import phrasebook
from moviesubs.translation.processor import Processor
from phrasebook import Sentence

SOURCE = "hin_Deva"
TARGETS = {"en": "eng_Latn", "gu": "guj_Gujr"}

#: how often a training text is altered in each way; the rest is as the phrasebook has it
SHARES = {"joined": 0.14, "cut": 0.08, "term": 0.10, "number": 0.06}
PUNCTUATION_LOST = 0.25
SPELLING_NOISE = 0.12

ENDS = "।.?!"
GUJARATI_SUFFIXES = "ને|નો|ની|નું|ના|થી|એ"
#: stands for a placeholder while IndicProcessor sees the text; Latin letters, which it leaves alone
MARK = "Qx{}q"


@dataclass(frozen=True)
class Pair:
    """A source text and its translation, both as people write them."""

    source: str
    target: str


def bare(text: str) -> str:
    """Returns a text without its punctuation."""
    return re.sub(rf"[{ENDS},]", "", text)


def held_out_texts() -> set[str]:
    """Returns every held-out sentence of the phrasebook, without punctuation."""
    return {bare(sentence.hindi) for sentence in phrasebook.all_sentences() if phrasebook.is_held_out(sentence.hindi)}


def _finish(text: str) -> str:
    """Capitalises a part of a translation and ends it with a full stop where it has no end."""
    text = text.strip(" ,")
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def cut(sentence: Sentence, language: str, rng: random.Random) -> Pair | None:
    """Returns one clause of a sentence, or None if the clauses of source and target do not pair up."""
    target = sentence.english if language == "en" else sentence.gujarati
    boundary = r", | (?=क्योंकि |because |કારણ કે )"
    ours, theirs = re.split(boundary, sentence.hindi), re.split(boundary, target)
    if len(ours) != len(theirs) or len(ours) < 2:
        return None
    index = rng.randrange(len(ours))
    return Pair(ours[index], _finish(theirs[index]))


def _word(text: str) -> str:
    return rf"(?<![^\s]){re.escape(text)}(?=[\s,.?!।]|$)"


def with_terms(sentence: Sentence, language: str, rng: random.Random) -> Pair | None:
    """Returns a sentence with its names, or its number, behind placeholder marks; None if it has none."""
    slots, _ = phrasebook.grammar()
    source, target = sentence.hindi, sentence.english if language == "en" else sentence.gujarati
    rows = [*slots["name"], *sorted(slots["many"], key=lambda row: -len(row["hi"]))]
    occurrences = sorted(
        (match.start(), index) for index, row in enumerate(rows) for match in re.finditer(_word(row["hi"]), source)
    )
    number = 1
    for _, index in occurrences:
        row, mark = rows[index], MARK.format(number)
        ours, count = re.subn(_word(row["hi"]), mark, source)
        if language == "en":
            theirs, matched = re.subn(rf"(?i)\b{re.escape(row['en'])}\b", mark, target)
        else:
            theirs, matched = re.subn(_word(row.get("gu_erg", "-")), mark + "એ", target)
            if not matched:
                pattern = rf"(?<![^\s]){re.escape(row['gu'])}(?=(?:{GUJARATI_SUFFIXES})?(?:[\s,.?!]|$))"
                theirs, matched = re.subn(pattern, mark, target)
        if count == matched == 1:
            source, target, number = ours, theirs, number + 1
            if rng.random() < 0.5:
                break
    return Pair(source, target) if number > 1 else None


def with_digits(sentence: Sentence, language: str, rng: random.Random) -> Pair | None:
    """Returns a sentence with digits for its number word; None if it has none."""
    slots, _ = phrasebook.grammar()
    target = sentence.english if language == "en" else sentence.gujarati
    for row in sorted(slots["many"], key=lambda row: -len(row["hi"])):
        digits = str(rng.randrange(2, 10 ** rng.randint(1, 4) + 2))
        ours, count = re.subn(_word(row["hi"]), digits, sentence.hindi)
        theirs, matched = re.subn(rf"(?i)\b{row['en']}\b" if language == "en" else _word(row["gu"]), digits, target)
        if count == matched == 1:
            return Pair(ours, theirs)
    return None


def lose_punctuation(text: str, rng: random.Random) -> str:
    """Drops or changes punctuation in one of the ways of speech recognition."""
    way = rng.randrange(4)
    if way == 0:
        return text.rstrip(ENDS)
    if way == 1:
        return text.replace(",", "")
    if way == 2:
        return bare(text)
    return text.rstrip(ENDS) + rng.choice(ENDS)


def misspell(text: str, rng: random.Random) -> str:
    """Changes the spelling of a Hindi text a little: variants of the same sound, or one wrong letter."""
    way = rng.randrange(4)
    if way == 0:
        return unicodedata.normalize("NFC", text).replace("़", "")
    if way == 1:
        return text.replace("ँ", "ं")
    places = [i for i, letter in enumerate(text) if unicodedata.category(letter) in ("Lo", "Mc", "Mn")]
    if not places:
        return text
    place = rng.choice(places)
    instead = "" if way == 2 else text[rng.choice(places)]
    return text[:place] + instead + text[place + 1 :]


def pairs(language: str, seed: int, count: int) -> Iterator[Pair]:
    """Yields training pairs.

    Args:
        language: "en" or "gu".
        seed: of everything that is chosen.
        count: how many.

    Yields:
        Pairs; some have marks for placeholders (`MARK`).
    """
    rng = random.Random(seed)
    forbidden = held_out_texts()
    stream = phrasebook.sentences(seed, 10**9, "train")

    def plain() -> Pair:
        sentence = next(stream)
        return Pair(sentence.hindi, sentence.english if language == "en" else sentence.gujarati)

    def altered() -> Pair | None:
        way = rng.choices([*SHARES, "plain"], [*SHARES.values(), 1 - sum(SHARES.values())])[0]
        if way == "plain":
            return plain()
        if way == "cut":
            return cut(next(stream), language, rng)
        if way == "term":
            return with_terms(next(stream), language, rng)
        if way == "number":
            return with_digits(next(stream), language, rng)
        parts = [plain() for _ in range(rng.choice((2, 2, 2, 3)))]
        if rng.random() < 0.5:  # punctuation between them lost, or taken for a comma
            end = rng.choice(("", ","))
            parts[:-1] = [Pair(part.source.rstrip(ENDS) + end, part.target) for part in parts[:-1]]
        return Pair(" ".join(part.source for part in parts), " ".join(part.target for part in parts))

    done = 0
    while done < count:
        pair = altered()
        if pair is None:
            continue
        source = pair.source
        if rng.random() < PUNCTUATION_LOST:
            source = lose_punctuation(source, rng)
        if rng.random() < SPELLING_NOISE and MARK[:2] not in source:
            source = misspell(source, rng)
        if not source.strip() or bare(source) in forbidden:
            continue
        done += 1
        yield Pair(source, pair.target)


def _with_placeholders(text: str) -> str:
    pattern = re.escape(MARK).replace(r"\{\}", "([0-9]+)")
    return re.sub(pattern, r"< ID\1 >", text)


def prepared(language: str, seed: int, count: int) -> list[tuple[str, str]]:
    """Returns training pairs as the model sees them.

    Args:
        language: "en" or "gu".
        seed: see `pairs`.
        count: see `pairs`.

    Returns:
        Source lines with language tags, and targets, both as IndicProcessor prepares them.
    """
    target = TARGETS[language]
    processor = Processor()
    chosen = list(pairs(language, seed, count))
    sources = processor.preprocess([pair.source for pair in chosen], SOURCE, target)
    prefix = f"{target} {target} "
    targets = [line.removeprefix(prefix) for line in processor.preprocess([p.target for p in chosen], target, target)]
    return [
        (_with_placeholders(ours), _with_placeholders(theirs)) for ours, theirs in zip(sources, targets, strict=True)
    ]
