"""Languages: the short codes that people type, and what other programs call them (`languages.tsv` beside this file)."""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from moviesubs.errors import UserError

#: ISO 639-2 has two codes for some languages, and the short codes of three have changed: what containers may hold, and ours.
TERMINOLOGICAL = dict(
    pair.split("=")
    for pair in [
        "fra=fre",
        "deu=ger",
        "nld=dut",
        "zho=chi",
        "ces=cze",
        "ell=gre",
        "fas=per",
        "ron=rum",
        "slk=slo",
        "mya=bur",
        "msa=may",
        "isl=ice",
        "eus=baq",
        "hye=arm",
        "kat=geo",
        "mkd=mac",
        "cym=wel",
        "sqi=alb",
        "bod=tib",
        "mri=mao",
        "iw=heb",
        "jv=jav",
    ]
)


#: how Unicode names the letters of the scripts of languages that are written in several
_LETTERS = {"Arab": "ARABIC", "Beng": "BENGALI", "Deva": "DEVANAGARI", "Mtei": "MEETEI MAYEK"}
#: what ends the code of a language in Latin letters (BCP 47), and the languages that can be written so
ROMANISED, ROMANISABLE = "-Latn", ("hi",)


@dataclass(frozen=True)
class Language:
    """One language.

    Attributes:
        code: what people type and files are named by: ISO 639-1 where there is one, as Whisper writes it.
        iso639_2: the bibliographic three-letter code that Matroska and MP4 tag tracks with.
        name: English name.
        autonym: the name in the language itself, for track titles.
        script: ISO 15924 code of the script that it is normally written in.
        flores: codes of language and script in IndicTrans2 and NLLB ("hin_Deva"), separated by spaces, the usual script first;
            "" where IndicTrans2 lacks it.
        whisper: whether Whisper recognises it.
    """

    code: str
    iso639_2: str
    name: str
    autonym: str
    script: str
    flores: str
    whisper: bool


@cache
def languages() -> dict[str, Language]:
    """All languages by code.

    Returns:
        A mapping from code ("hi") to Language; do not change it.
    """
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["code"]: Language(**{**row, "whisper": row["whisper"] == "yes"}) for row in rows}  # type: ignore[arg-type]


def language(code: str) -> Language:
    """The language of a code.

    Args:
        code: "hi", "ta", ..., and "hi-Latn" for Hindi in Latin letters.

    Returns:
        The language.

    Raises:
        UserError: there is no such code.
    """
    if base := romanised_from(code):
        own = languages()[base]
        return replace(
            own,
            code=code,
            name=f"Romanised {own.name}",
            autonym=f"{own.name} (Roman)",
            script="Latn",
            flores="",
            whisper=False,
        )
    try:
        return languages()[code]
    except KeyError:
        known = ", ".join([*languages(), *(f"{base}{ROMANISED}" for base in ROMANISABLE)])
        raise UserError(f"unknown language {code!r}; use one of {known}") from None


def romanised_from(code: str) -> str | None:
    """The language that is written in Latin letters under a code.

    Args:
        code: "hi-Latn", "hi".

    Returns:
        "hi" for "hi-Latn"; None for a language in its own script, or one that cannot be romanised here.
    """
    base = code.removesuffix(ROMANISED)
    return base if base != code and base in ROMANISABLE else None


def flores_code(code: str, script: str | None = None) -> str:
    """What IndicTrans2 calls a language.

    Args:
        code: "hi", "en", ...
        script: ISO 15924 code, for a language that IndicTrans2 knows in several; None: the usual one.

    Returns:
        "hin_Deva", "eng_Latn", ...

    Raises:
        UserError: unknown code, a language that IndicTrans2 does not translate, or a script that it does not write it in.
    """
    found = language(code)
    possible = {one.split("_")[1]: one for one in found.flores.split()}
    if not possible:
        raise UserError(f"IndicTrans2 does not translate {found.name} ({code})")
    script = script or next(iter(possible))
    if script not in possible:
        raise UserError(f"IndicTrans2 does not write {found.name} ({code}) in {script!r}; use {' or '.join(possible)}")
    return possible[script]


def flores_code_of(code: str, texts: Iterable[str]) -> str:
    """What IndicTrans2 calls a language in the script that texts are written in.

    Args:
        code: "ks", "mni", ...
        texts: in that language.

    Returns:
        The code with the script that most letters are of; with the usual one where the texts tell nothing.

    Raises:
        UserError: unknown code, or a language that IndicTrans2 does not translate.
    """
    possible = [one.split("_")[1] for one in language(code).flores.split()]
    if len(possible) < 2:
        return flores_code(code)
    letters = [unicodedata.name(letter, "") for text in texts for letter in text if letter.isalpha()]
    counts = {script: sum(name.startswith(_LETTERS[script]) for name in letters) for script in possible}
    return flores_code(code, max(possible, key=lambda script: counts[script]))


def code_of_iso639(tag: str | None) -> str | None:
    """The short code of a container's language tag.

    Args:
        tag: what the container says: "hin", "hi", "hi-IN", "und" or None. "fra" counts like "fre".

    Returns:
        The short code, or None where the tag says nothing that is known here.
    """
    if not tag:
        return None
    short = tag.lower().split("-")[0].split("_")[0]
    if short in languages():
        return short
    alpha3 = TERMINOLOGICAL.get(short, short)
    return next((item.code for item in languages().values() if item.iso639_2 == alpha3), None)
