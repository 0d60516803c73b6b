"""Write the language model of the demo's recogniser: which word of the phrasebook follows which, in the training split alone.

`--out` is the model's folder; its `language_model/` gets what pyctcdecode and Hugging Face put there: `unigrams.txt`, `attrs.json` and the
n-grams in ARPA's format, here bigrams with absolute discounting (Ney et al. 1994).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import phrasebook  # noqa: E402

DISCOUNT = 0.5
#: weight of the language model, and what each word adds: found on sentences of the training split
WEIGHTS = {"alpha": 0.5, "beta": 1.5}


def bare(word: str) -> str:
    """Return a word without its punctuation."""
    return "".join(letter for letter in word if unicodedata.category(letter)[0] in "LMN")


def arpa(sentences: Iterable[str]) -> tuple[list[str], str]:
    """Return the words of the sentences, sorted, and their bigrams in ARPA's format."""
    pairs: Counter[tuple[str, str]] = Counter()
    for sentence in sentences:
        words = ["<s>", *filter(None, map(bare, sentence.split())), "</s>"]
        pairs.update(zip(words, words[1:], strict=False))
    ends = Counter(second for _, second in pairs)  # in how many contexts: the probability of a word in a new one
    before: Counter[str] = Counter()
    for (first, _), count in pairs.items():
        before[first] += count
    kinds = Counter(first for first, _ in pairs)
    singles = []
    for word in ["<unk>", "<s>", *sorted(ends)]:
        own = math.log10(ends[word] / len(pairs)) if ends[word] else -99.0
        backoff = math.log10(DISCOUNT * kinds[word] / before[word]) if kinds[word] else 0.0
        singles.append(f"{own:.4f}\t{word}\t{backoff:.4f}")
    doubles = []
    for (first, second), count in sorted(pairs.items()):
        share = (count - DISCOUNT) / before[first] + DISCOUNT * kinds[first] / before[first] * ends[second] / len(pairs)
        doubles.append(f"{math.log10(share):.4f}\t{first} {second}")
    lines = ["\\data\\", f"ngram 1={len(singles)}", f"ngram 2={len(doubles)}", "", "\\1-grams:", *singles, ""]
    return sorted(set(ends) - {"</s>"}), "\n".join([*lines, "\\2-grams:", *doubles, "", "\\end\\", ""])


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--count", type=int, default=20_000, help="sentences to count in")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    words, grams = arpa(one.hindi for one in phrasebook.sentences(args.seed, args.count, "train"))
    folder = args.out / "language_model"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "unigrams.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    (folder / "2gram.arpa").write_text(grams, encoding="utf-8")
    (folder / "attrs.json").write_text(json.dumps(WEIGHTS) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
