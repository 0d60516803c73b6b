"""English words in Devanagari: लाइफ is life, टेंशन tension, for Hindi in Latin letters.

Words that Hindi texts are known to use stand in `english_words.tsv` beside this file, with words of Hindi that only sound like English
(their English is empty); others are sounded out: each phone of the CMU Pronouncing Dictionary (`english_sounds.tsv`, BSD-2-Clause) may be
written in some ways in Devanagari, at a cost, and the cheapest of the frequent words of English is taken if it is cheap enough. How both
files are made: resources/english_words. All functions are pure.
"""

import csv
import math
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

NUKTA, VIRAMA = "\u093c", "\u094d"


def read_pairs(pairs: str) -> dict[str, str]:
    """Reads "क=K ख=K"."""
    return dict(pair.split("=") for pair in pairs.split())


CONSONANTS = read_pairs(
    "क=K ख=K ग=G घ=G ङ=N च=CH छ=CH ज=JH झ=ZH ञ=N ट=T ठ=T ड=D ढ=D ण=N त=t थ=TH द=DH ध=DH न=N प=P फ=F ब=B भ=B म=M य=Y र=R ल=L ळ=L"
    " व=V श=SH ष=SH स=S ह=HH"
)
VOWELS = read_pairs("अ=a आ=aa इ=i ई=ii उ=u ऊ=uu ऋ=ri ए=e ऐ=ai ओ=o औ=au ऍ=E ऑ=O ऎ=e ऒ=o ॲ=E")
SIGNS = read_pairs("ा=aa ि=i ी=ii ु=u ू=uu ृ=ri े=e ै=ai ो=o ौ=au ॅ=E ॉ=O ॆ=e ॊ=o")
SCHWA = "a=0 -=.3 aa=.4 i=.4 e=.4 o=.5 u=.5 ii=.7 ai=.5 O=.5 uu=.8"
#: how a phone may be written, and what that costs; "-": not at all
WAYS_TO_WRITE = {
    "AA": "O=0 aa=.2 o=.5 a=.6 au=.8", "AE": "ai=0 E=0 e=.4 aa=.6 a=.8", "AH": "a=0 aa=.4 O=1.2 o=1.2 e=1.2 u=.9",
    "AO": "O=0 o=.1 aa=.3 au=.4 a=.8", "AW": "aa+u=0 au=.1 aa+uu=.2 aa+V=.3 aa=1", "AY": "aa+i=0 aa+ii=.1 aa+Y=0 aa+e=.3 i=.9 ii=.9",
    "EH": "e=0 ai=.3 E=.2 a=.9 aa=1 i=.9", "ER": "a+R=0 R=.1 aa+R=.3 i+R=.4 o+R=.5 e+R=.5 u+R=.5 ii+R=.6 Y+a+R=.4 R+a=.6",
    "EY": "e=0 ai=.3 e+Y=.3 a=1 aa=.9", "IH": "i=0 ii=.2 e=.3 a=.5 -=.8 ai=.9", "IY": "ii=0 i=.2 e=.6 Y=.7 aa+ii=1 i+Y=.4",
    "OW": "o=0 O=.3 au=.6 a=1 aa=1", "OY": "O+Y=0 O+i=0 O+ii=.1 o+i=.2 o+Y=.2 aa+i=.5 aa+Y=.5", "UH": "u=0 uu=.1 a=.9",
    "UW": "uu=0 u=.2 Y+uu=.1 Y+u=.3 o=.8 i+u=.4 i+uu=.4", "B": "B=0", "CH": "CH=0 T+CH=.1 K=1.5", "D": "D=0 DH=.5", "DH": "DH=0 D=.6",
    "F": "F=0", "G": "G=0 JH=1.2", "HH": "HH=0 -=.8", "JH": "JH=0 D+JH=.2 Z=.3",
    "K": "K=0 CH=1.2", "L": "L=0 a+L=.2", "M": "M=0 N'=0 a+M=.3",
    "N": "N=0 N'=0 a+N=.3", "NG": "N'+G=0 N+G=0 N'=.3 N=.5", "P": "P=0", "R": "R=0 R+a=.2 a+R=.2 -=1 Y+a+R=.2",
    "S": "S=0 SH=.7 Z=.9 JH=1",
    "SH": "SH=0 S=.7 CH=.8", "T": "T=0 t=.5 TH=.9 -=1.3", "TH": "TH=0 t=.4 T=.7", "V": "V=0 B=.9", "W": "V=0 o=.9 HH+V=.1",
    "Y": "Y=0 -=.5 i=.5",
    "Z": "Z=0 JH=.1 S=.2", "ZH": "ZH=.1 JH=.1 Z=.1 SH=.2 S=.6",
}  # fmt: skip
#: consonants by which candidates are looked up
CLASSES = read_pairs(
    "K=K G=G CH=S JH=S ZH=S Z=S S=S SH=S T=T t=T D=D DH=D TH=T N=N N'=N M=N NG=N P=P F=F B=B V=V W=V R=R ER=R L=L"
)
#: a first phone is hardly left out
MOST_DROPPED_FIRST = 1.5
#: what a spelling may cost in all, to be looked at: so much a phone, and this
LIMIT, LIMIT_BASE = 0.28, 0.35
#: what loanwords are written with and without: the dot below, and one sign or a letter for a nasal before a consonant
_NASAL = re.compile("(?<!^)[\u0928\u092e\u0919\u091e\u0923]\u094d(?=[\u0915-\u0939])")
_DROPPED = dict.fromkeys((0x093C, 0x200C, 0x200D))
#: letters that Hindi has for English only
_ENGLISH_LETTERS = re.compile("[\u0911\u0949\u090d\u0945]")
_RETROFLEX = re.compile("[टड](?!\u093c)")


def ways(phone: str) -> dict[tuple[str, ...], float]:
    """How a phone of the CMU Pronouncing Dictionary ("AH0") may be written, and what each way costs."""
    base, stress = phone.rstrip("012"), phone[-1]
    pairs = read_pairs(WAYS_TO_WRITE[base])
    if stress == "0" and base in ("AA", "AE", "AH", "EH", "IH", "AO", "OW", "EY", "IY", "UH"):
        schwa = read_pairs(SCHWA)
        pairs = schwa if base == "AH" else {way: str(min(float(cost), 0.6)) for way, cost in schwa.items()} | pairs
    return {tuple(way.split("+")) if way != "-" else (): float(cost) for way, cost in pairs.items()}


WAYS = {phone: ways(phone) for base in WAYS_TO_WRITE for phone in (base, *(f"{base}{stress}" for stress in "012"))}


def phones(word: str) -> tuple[str, ...]:
    """The sounds written in a word of Devanagari; () for one that no English word is written as."""
    sounds: list[str] = []
    letters = unicodedata.normalize("NFD", word).replace("\u200d", "").replace("\u200c", "")
    at = 0
    while at < len(letters):
        letter = letters[at]
        at += 1
        if letter in CONSONANTS:
            dotted = letters[at : at + 1] == NUKTA
            at += dotted
            if dotted and letter not in "जफ":
                return ()
            sounds.append("Z" if dotted and letter == "ज" else CONSONANTS[letter])
            following = letters[at : at + 1]
            if following == VIRAMA:
                at += 1
            elif following in SIGNS:
                sounds.append(SIGNS[following])
                at += 1
            elif following:
                sounds.append("a")
        elif letter in VOWELS:
            sounds.append(VOWELS[letter])
        elif letter in "ंँ":
            sounds.append("N'")
        else:
            return ()
    after_each = [*sounds[1:], ""][: len(sounds)]
    return tuple(
        "N'" if sound == "N" and after in CONSONANTS.values() else sound
        for sound, after in zip(sounds, after_each, strict=True)
    )


def cost(english: Sequence[str], written: tuple[str, ...], limit: float) -> float | None:
    """The least cost of writing English phones like this; None above the limit."""
    best = {0: 0.0}
    for number, phone in enumerate(english):
        after: dict[int, float] = {}
        for at, so_far in best.items():
            for way, price in WAYS[phone].items():
                total = so_far + price + (MOST_DROPPED_FIRST if not way and number == 0 else 0)
                end = at + len(way)
                if written[at:end] == way and total <= min(limit, after.get(end, limit)):
                    after[end] = total
        for end in [end for end in after if written[end : end + 1] == ("a",)]:  # an inherent vowel that nobody speaks
            after[end + 1] = min(after[end] + 0.15, after.get(end + 1, limit))
        best = after
    return best.get(len(written))


def consonants(word: Sequence[str]) -> str:
    """The classes of the consonants among phones, of English or as written, equal ones in a row once."""
    classes = "".join(CLASSES.get(phone.rstrip("012"), "") for phone in word).replace("NG", "N")
    return re.sub(r"(.)\1+", r"\1", classes)


def edits(word: str, other: str) -> int:
    """The Levenshtein distance between two words."""
    row = list(range(len(other) + 1))
    for i, x in enumerate(word, 1):
        new = [i]
        for j, y in enumerate(other, 1):
            new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (x != y)))
        row = new
    return row[-1]


@cache
def _sounds() -> tuple[dict[str, list[tuple[str, tuple[str, ...]]]], dict[str, int]]:
    """Words and phones by their consonants, and the rank of each word."""
    index: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    rank: dict[str, int] = {}
    with Path(__file__).with_name("english_sounds.tsv").open(encoding="utf-8", newline="") as lines:
        for word, pronunciation in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            rank.setdefault(word, len(rank))
            index.setdefault(consonants(pronunciation.split()), []).append((word, tuple(pronunciation.split())))
    return index, rank


def sounded_out(word: str) -> tuple[str, float, int] | None:
    """The English word that a word of Devanagari most likely spells, if any: the word, its cost per phone, and its number of phones."""
    written = phones(word)
    index, rank = _sounds()
    best: tuple[float, str, float, int] | None = None
    spelled = re.sub(r"([aiu])\1|'", r"\1", "".join(written).lower())
    for english, pronunciation in index.get(consonants(written), ()) if len(written) > 1 else ():
        price = cost(pronunciation, written, LIMIT * len(pronunciation) + LIMIT_BASE)
        if price is not None:
            candidate = (
                price + 0.06 * math.log10(10 + rank[english]) + 0.12 * edits(english.lower(), spelled),
                english,
                price / len(pronunciation),
                len(pronunciation),
            )
            best = min(best, candidate) if best else candidate
    return best[1:] if best else None


def is_sure(word: str, price: float, length: int) -> bool:
    """Whether a word is English by its cost per phone: it has letters that Hindi keeps for English, or is too long for an accident."""
    if _ENGLISH_LETTERS.search(word):
        return price <= 0.14
    if _RETROFLEX.search(word) and price <= 0.11:
        return length >= 5
    return price <= (0.075 if length >= 6 else 0.04) and length >= 5


def loan_key(word: str) -> str:
    """A word in the spelling by which English words are looked up: फ़ as फ, न् and म् before a consonant as ं."""
    return _NASAL.sub("ं", unicodedata.normalize("NFD", word).translate(_DROPPED).replace("ँ", "ं"))


@cache
def known_words() -> dict[str, str]:
    """English words by their spelling in Devanagari (`loan_key`), "" for words of Hindi that only sound so; not to be changed."""
    with Path(__file__).with_name("english_words.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        return {word: english for word, english in rows}


@lru_cache(maxsize=50_000)
def english_word(word: str) -> str | None:
    """The English word that a word of Hindi is, as one writes it in English; None for a word that is Hindi."""
    key = loan_key(word)
    if key in known_words():
        return known_words()[key] or None
    if word.endswith(("ों", "ें", "ियाँ", "ियां")):
        return None
    best = sounded_out(key)
    if best is None or not is_sure(key, *best[1:]):
        return None
    name = best[0][:1].isupper() and not _ENGLISH_LETTERS.search(key)  # far-off places sound like many a word
    return None if name else best[0]
