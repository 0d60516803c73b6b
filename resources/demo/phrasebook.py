"""The demo's phrasebook: Hindi sentences with their English and Gujarati translations.

They come from a small grammar, phrasebook.yaml. A sentence is for evaluation only, in every model of the demo,
when the SHA-1 of its Hindi text (UTF-8) ends in hex 0 or 1.
"""

import argparse
import functools
import hashlib
import itertools
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

GRAMMAR = Path(__file__).with_name("phrasebook.yaml")
LANGUAGES = ("hi", "en", "gu")
SPLITS = ("train", "held-out", "any")
PUNCTUATION = ".,?!।"
PLACEHOLDER = re.compile(r"\{([a-z]+)(\d*)(?:\.([a-z]+)|@([a-z]+\d*)|:([^{}]+))?\}")

Row = dict[str, Any]
Rows = dict[str, Row]  # placeholder name -> the row chosen for it


class Sentence(NamedTuple):
    """One sentence in three languages."""

    hindi: str
    english: str
    gujarati: str


@functools.cache
def grammar() -> tuple[dict[str, list[Row]], list[Row]]:
    """Read the grammar: slots (with included slots expanded) and templates."""
    data = yaml.safe_load(GRAMMAR.read_text(encoding="utf-8"))
    slots: dict[str, list[Row]] = {}
    for slot, rows in data["slots"].items():
        slots[slot] = [r for row in rows for r in (slots[row] if isinstance(row, str) else [row])]
    return slots, data["templates"]


@functools.cache
def _names(hindi_template: str) -> tuple[tuple[str, str], ...]:
    """List a template's distinct placeholders as (name, slot) pairs, in order."""
    pairs = ((m[1] + m[2], m[1]) for m in PLACEHOLDER.finditer(hindi_template))
    return tuple(dict.fromkeys(pairs))


def _gender(row: Row, language: str) -> str:
    return str(row.get(f"{language}_g", row.get("g")))


def _render(text: str, language: str, rows: Rows) -> str:
    """Fill a template's text in one language; phrasebook.yaml describes the placeholders."""

    def fill(match: re.Match[str]) -> str:
        slot, number, form, agrees_with, choices = match.groups()
        row = rows[slot + number]
        if choices:
            return str(dict(c.split("=") for c in choices.split(","))[_gender(row, language)])
        suffix = _gender(rows[agrees_with], language) if agrees_with else form
        return str(row.get(f"{language}_{suffix}", row.get(language)))

    return PLACEHOLDER.sub(fill, text)


def _sentence(template: Row, rows: Rows) -> Sentence:
    hindi, english, gujarati = (_render(template[lang], lang, rows) for lang in LANGUAGES)
    return Sentence(hindi, english[0].upper() + english[1:], gujarati)


def is_held_out(hindi: str) -> bool:
    """Tell whether a Hindi sentence is for evaluation only: its SHA-1 (UTF-8) ends in hex 0 or 1."""
    return hashlib.sha1(hindi.encode("utf-8")).hexdigest()[-1] in "01"


def words(text: str) -> list[str]:
    """Split a sentence into words without punctuation."""
    return text.translate(str.maketrans("", "", PUNCTUATION)).split()


def sentences(seed: int, count: int, split: str = "train") -> Iterator[Sentence]:
    """Yield `count` random sentences, repetitions possible.

    Args:
        seed: the same seed and arguments always yield the same sentences.
        count: how many.
        split: "train", "held-out" (see `is_held_out`) or "any".

    Raises:
        ValueError: the split is unknown.
    """
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, not {split!r}")
    slots, templates = grammar()
    weights = [t.get("weight", 1) for t in templates]
    rng = random.Random(seed)
    done = 0
    while done < count:
        template = rng.choices(templates, weights)[0]
        rows: Rows = {}
        for name, slot in _names(template["hi"]):
            rows[name] = rng.choice([r for r in slots[slot] if not any(r is used for used in rows.values())])
        sentence = _sentence(template, rows)
        if split == "any" or is_held_out(sentence.hindi) == (split == "held-out"):
            done += 1
            yield sentence


def all_sentences_of(hindi_template: str) -> Iterator[Sentence]:
    """Yield every sentence of the template with this Hindi text."""
    slots, templates = grammar()
    template = next(t for t in templates if t["hi"] == hindi_template)
    names = _names(hindi_template)
    for choice in itertools.product(*(slots[slot] for _, slot in names)):
        if len({id(row) for row in choice}) == len(choice):
            yield _sentence(template, dict(zip((name for name, _ in names), choice, strict=True)))


def all_sentences() -> Iterator[Sentence]:
    """Yield every sentence of the grammar, template by template (more than half a million)."""
    for template in grammar()[1]:
        yield from all_sentences_of(template["hi"])


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """List the distinct Hindi words of the phrasebook, sorted."""
    slots, templates = grammar()
    hindi_words: set[str] = set()
    for template in templates:
        hindi_words.update(words(PLACEHOLDER.sub(" ", template["hi"])))
        for match in PLACEHOLDER.finditer(template["hi"]):
            slot, _, form, agrees_with, choices = match.groups()
            if choices:
                hindi_words.update(c.split("=")[1] for c in choices.split(","))
                continue
            keys = ("hi_m", "hi_f") if agrees_with else (f"hi_{form}",)
            for row in slots[slot]:
                for key in keys:
                    hindi_words.update(words(str(row.get(key, row.get("hi")))))
    return tuple(sorted(hindi_words))


def main() -> None:
    """Print sentences with their translations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--split", choices=SPLITS, default="any")
    parser.add_argument("--format", choices=("tsv", "json"), default="tsv", help="json: one object a line")
    args = parser.parse_args()
    for sentence in sentences(args.seed, args.count, args.split):
        if args.format == "json":
            print(json.dumps(sentence._asdict(), ensure_ascii=False))
        else:
            print("\t".join(sentence))


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # `| head` closed the pipe
        sys.exit(0)
