"""Hindi in Latin letters as people type it: "nahin", not "nahīṃ"; "samajhna", not "samajhanā".

Letters get their Hunterian values (the Survey of India's system) without its marks, and the habits of everyday spelling: long
vowels doubled where a syllable would otherwise read short (baat, theek, phool), w before a, y between vowels, e for a before h
(kehna). An inherent vowel that nobody speaks is left out by Ohala's rule: ə falls silent at the end of a word, and in VC_CV,
from right to left (Manjari Ohala, Aspects of Hindi Phonology, 1983; for text: Narasimhan, Sproat and Kiraz, Schwa-Deletion in
Hindi Text-to-Speech Synthesis, 2004, whose exceptions for final clusters and -iya are used too). Words whose usual spelling
follows no rule stand in `romanise.tsv` beside this file; English words are spelled as in English (`loanwords`). All functions are pure.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from moviesubs.language.loanwords import english_word, read_pairs

#: letters that are a consonant with its inherent vowel
CONSONANTS = read_pairs(
    "क=k ख=kh ग=g घ=gh ङ=n च=ch छ=chh ज=j झ=jh ञ=n ट=t ठ=th ड=d ढ=dh ण=n त=t थ=th द=d ध=dh न=n"
    " प=p फ=ph ब=b भ=bh म=m य=y र=r ल=l ळ=l व=v श=sh ष=sh स=s ह=h"
)
#: the same with a dot below
DOTTED = read_pairs("क=q ख=kh ग=gh ज=z झ=zh ड=d ढ=dh फ=f य=y")
VOWELS = read_pairs("अ=a आ=A इ=i ई=I उ=u ऊ=U ऋ=ri ए=e ऐ=ai ओ=o औ=au ऍ=e ऑ=o ऎ=e ऒ=o")
SIGNS = read_pairs("ा=A ि=i ी=I ु=u ू=U ृ=ri े=e ै=ai ो=o ौ=au ॅ=e ॉ=o ॆ=e ॊ=o")
NUKTA, VIRAMA, ANUSVARA, CANDRABINDU, VISARGA = "़", "्", "ं", "ँ", "ः"
#: other characters of the block; what is in no table disappears (the avagraha, joiners)
OTHERS = {"।": ".", "॥": ".", "॰": ".", "ॐ": "Om", **{chr(0x966 + digit): str(digit) for digit in range(10)}}
LABIALS = frozenset({"p", "ph", "b", "bh", "m", "f"})
#: what a final cluster may end in and still need its vowel: mitra, satya, mahatva
SONORANTS = frozenset({"y", "r", "v"})
_WORD = re.compile("[\u0900-\u094f\u0951-\u0963\u0971-\u097f\u200c\u200d]+")
_OTHER = re.compile("[\u0950\u0964\u0965\u0970\u0966-\u096f]")
#: a colon that stands for a visarga: within a word, and after words that have one at their end
_COLON = re.compile(
    "(?<=[\u0904-\u094d]):(?=[\u0904-\u0939])"
    "|(?<![\u0900-\u097f])(?:अत|पुन|पुनश्च|प्राय|क्रमश|स्वत|छ|नम|प्रात|संभवत|सम्भवत|विशेषत|मुख्यत|सामान्यत|साधारणत|अंतत|अन्तत|वस्तुत|मूलत|पूर्णत"
    "|अंशत|स्पष्टत|निश्चयत|यथार्थत|कदाचित|शत|ॐ शांति|शांति|शान्ति|दु|नि):(?=[\\s,.।!?]|$)"
)
#: a zero that stands for the sign of an abbreviation: डॉ०, पं०
_ABBREVIATION = re.compile("(?<=[\u0901-\u094d])[०0](?![\u0966-\u096f0-9])")
_SENTENCE_START = re.compile(r"(^|[.?!…]['\"”’)\]]*\s+)([-–—'\"“‘(\[¿¡♪ ]*)([a-z])")


@dataclass
class Syllable:
    """A run of consonants, the vowel after it ("" for none), and what nasal follows it: "n", "m", "~" (of the vowel) or "".

    `inherent`: the vowel is not written, and may be silent. A, I and U are the long vowels until they are spelled.
    """

    onset: list[str]
    vowel: str
    nasal: str = ""
    inherent: bool = False


@cache
def usual_spellings() -> dict[str, str]:
    """Words that are spelled as people are used to, not by rule: Devanagari (NFD) to Latin; not to be changed."""
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {unicodedata.normalize("NFD", word): latin for word, latin in rows}


def syllables(word: str) -> list[Syllable]:
    """The syllables of a Devanagari word (in NFD, so that dots below stand by themselves) as written; the last one may lack a vowel."""
    result: list[Syllable] = []
    onset: list[str] = []
    for index, letter in enumerate(word):
        following = word[index + 1 : index + 2]
        if letter in CONSONANTS:
            dotted = following == NUKTA
            onset.append(DOTTED.get(letter, CONSONANTS[letter]) if dotted else CONSONANTS[letter])
            following = word[index + 2 : index + 3] if dotted else following
            if following not in SIGNS and following != VIRAMA:
                result.append(Syllable(onset, "a", inherent=True))
                onset = []
        elif letter in SIGNS or letter in VOWELS:
            result.append(Syllable(onset, SIGNS.get(letter) or VOWELS[letter]))
            onset = []
        elif letter in (ANUSVARA, CANDRABINDU) and result:
            result[-1].nasal = "~" if letter == CANDRABINDU or index == len(word) - 1 else "n"
            result[-1].inherent = False
        elif letter == VISARGA and result and index == len(word) - 1:
            result[-1].inherent = False
            onset = ["h"]
    if onset:
        result.append(Syllable(onset, ""))
    for here, after in zip(result, result[1:], strict=False):
        if here.nasal == "n" and after.onset and after.onset[0] in LABIALS:
            here.nasal = "m"
    return result


def _keeps_last(word: list[Syllable]) -> bool:
    """Whether the inherent vowel at a word's end is spoken."""
    last = word[-1]
    if len(word) == 1:
        return True
    if len(last.onset) > 1:
        return last.onset[-1] in SONORANTS or last.onset == ["j", "n"]
    return last.onset == ["y"] and word[-2].vowel in ("i", "I", "u")


def without_schwas(word: list[Syllable]) -> list[Syllable]:
    """New syllables, with "" for the inherent vowels that are not spoken."""
    result = [Syllable(list(syllable.onset), syllable.vowel, syllable.nasal, syllable.inherent) for syllable in word]
    if result and result[-1].inherent and not _keeps_last(result):
        result[-1].vowel = ""
    for index in range(len(result) - 2, 0, -1):
        before, here, after = result[index - 1], result[index], result[index + 1]
        open_before = before.vowel and before.nasal in ("", "~")
        if here.inherent and open_before and len(here.onset) == 1 and len(after.onset) == 1 and after.vowel:
            here.vowel = ""
    return result


#: what follows the stem of a verb
_ENDINGS = frozenset(
    "ा ी े ीं ना नी ने ता ती ते तीं कर के ो ूँ ूं ें ेगा ेगी ेंगे ेंगी ूँगा ूंगा ूँगी ूंगी ोगे ोगी िए िये िएगा नेवाला नेवाली नेवाले".split()  # noqa: SIM905
) | {""}


@cache
def _long_vowels() -> tuple[dict[str, int], dict[str, int]]:
    """Words, and stems of verbs, in which the long a of a syllable is spelled aa, though rules would not; the number of the syllable."""
    words: dict[str, int] = {}
    stems: dict[str, int] = {}
    for line in Path(__file__).with_name("long_vowels.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        before, _, after = unicodedata.normalize("NFD", line).partition("*")
        place = len(syllables(before)) - 1
        if after.endswith("-"):
            stems[before + after.removesuffix("-")] = place
        else:
            words[before + after] = place
    return words, stems


def _long_vowel(plain: str) -> int | None:
    """The number of the syllable of a word whose long a is spelled aa, whatever the rules say."""
    words, stems = _long_vowels()
    if plain in words:
        return words[plain]
    return next(
        (stems[plain[:end]] for end in range(len(plain), 1, -1) if plain[:end] in stems and plain[end:] in _ENDINGS),
        None,
    )


def _doubled(index: int, word: list[Syllable]) -> bool:
    """Whether a consonant ends the syllable: it is the word's last vowel and something follows it."""
    rest = word[index + 1 :]
    return bool(rest) and not any(syllable.vowel for syllable in rest)


def _vowel(index: int, word: list[Syllable], written: list[Syllable]) -> str:
    """How a vowel is spelled where it stands."""
    here = word[index]
    last = index == len(word) - 1
    alone = sum(bool(syllable.vowel) for syllable in word) == 1
    following = word[index + 1] if not last else Syllable([], "")
    if here.vowel == "A":
        pair = len(following.onset) == 2 and following.onset[-1] not in SONORANTS
        closed = not last and (not following.vowel or pair)
        first = index == 0 and (not here.onset or closed)
        return "aa" if first or (alone and (_doubled(index, word) or here.nasal)) else "a"
    if here.vowel == "I":
        return "i" if last or not following.onset or following.onset == ["y"] else "ee"
    if here.vowel == "U":
        return "u" if last or not following.onset or (index and not here.onset) else "oo"
    if here.vowel == "e" and last and here.nasal and index:
        return "ei"
    if (
        here.vowel == "a"
        and not last
        and following.onset == ["h"]
        and written[index + 1].inherent
        and index + 2 < len(word)
    ):
        return "e"  # ə before h and a consonant: kehna, shehar
    return here.vowel


def _onset(index: int, word: list[Syllable]) -> str:
    onset = list(word[index].onset)
    vowel = word[index].vowel
    if onset == ["j", "n"] or onset[-2:] == ["j", "n"]:
        onset = [*onset[:-2], "g", "y"]  # ज्ञ
    if onset[-1:] == ["v"] and (vowel == "A" or len(onset) > 1 or (vowel == "a" and index == 0)) and onset[:1] != ["r"]:
        onset[-1] = "w"
    if onset[:2] == ["ch", "chh"]:
        onset = onset[1:]  # अच्छा
    if not onset and index:
        before = word[index - 1].vowel
        if (vowel == "e" and before in ("i", "I", "a", "A")) or (vowel == "I" and before == "a"):
            return "y"  # chahiye, gaye, nayi
    return "".join(onset)


@lru_cache(maxsize=50_000)
def romanised_word(devanagari: str) -> str:
    """A Hindi word of Devanagari letters only, in Latin letters; small ones, but for names and abbreviations of English."""
    plain = unicodedata.normalize("NFD", devanagari).replace("\u200c", "").replace("\u200d", "")
    if plain in usual_spellings():
        return usual_spellings()[plain]
    if english := english_word(plain) or _in_plural(plain):
        return english
    written = syllables(plain)
    spoken = without_schwas(written)
    long = _long_vowel(plain)
    letters = []
    for index, syllable in enumerate(spoken):
        letters.append(_onset(index, spoken))
        if syllable.vowel:
            letters.append(
                ("aa" if index == long else _vowel(index, spoken, written))
                + ("n" if syllable.nasal == "~" else syllable.nasal)
            )
    return "".join(letters).replace("chchh", "chh")


def _in_plural(plain: str) -> str | None:
    """An English word with an ending of Hindi: स्कूलों, कारें."""
    for ending, latin in (("ों", "on"), ("ें", "ein")):
        if plain.endswith(ending) and (english := english_word(plain.removesuffix(ending))):
            return english + latin
    return None


def romanised(text: str) -> str:
    """Hindi text in Latin letters: the same words between the same white space; what is not Devanagari stays; sentences get capitals."""
    text = unicodedata.normalize("NFC", text).replace("ॐकार", "Omkar")
    text = _COLON.sub(lambda match: match[0].replace(":", VISARGA), text)
    text = _ABBREVIATION.sub(".", text)
    text = _WORD.sub(lambda match: romanised_word(match[0]), text)
    text = _OTHER.sub(lambda match: OTHERS[match[0]], text)
    return with_capitals(text)


def with_capitals(text: str) -> str:
    """Text in Latin letters whose sentences begin with capitals."""
    return _SENTENCE_START.sub(lambda match: match[1] + match[2] + match[3].upper(), text)
