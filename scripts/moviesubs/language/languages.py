"""Languages: the short codes that people type, and what other programs call them (`languages.tsv` beside this file)."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from moviesubs.errors import UserError

#: what people write where the language is to be detected
AUTO = "auto"
#: codes of ISO 639 that name one of our languages too, and that no column of the table holds
_ALSO = {
    "fas": "fa", "msa": "ms", "sqi": "sq", "iw": "he", "jv": "jw", "in": "id", "ji": "yi", "nb": "no", "mo": "ro", "cmn": "zh", "fil": "tl",
    "hbs": "sr", "odi": "or", "knn": "gom", "hinglish": "hi-Latn", "tanglish": "ta-Latn", "manglish": "ml-Latn",
    "oriya": "or", "bangla": "bn", "farsi": "fa", "mandarin": "zh", "meiteilon": "mni",
}  # fmt: skip
#: what ends the code of a language in Latin letters (BCP 47), and the languages that can be written so
ROMANISED, ROMANISABLE = "-Latn", ("hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa")


@dataclass(frozen=True)
class Language:
    """One language."""

    code: str  # what people type and files are named by: ISO 639-1 where there is one, as Whisper writes it
    iso639_2: str  # the bibliographic three-letter code, for tags of tracks in Matroska and MP4
    name: str  # English name
    autonym: str  # the name in the language itself, for track titles
    script: str  # ISO 15924 code of the script that it is normally written in
    flores: str  # codes in IndicTrans2 ("hin_Deva"), separated by spaces, the usual script first; "" where it lacks it
    nllb: str  # the same for NLLB-200, "" where that lacks it
    whisper: bool  # whether Whisper recognises it


@cache
def languages() -> dict[str, Language]:
    """All languages by code ("hi"); not to be changed."""
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["code"]: Language(**{**row, "whisper": row["whisper"] == "yes"}) for row in rows}  # type: ignore[arg-type]


@cache
def _other_codes() -> dict[str, str]:
    """Our codes by those of ISO 639-2 and 639-3 ("hin", "ory", "fra", "fre")."""
    codes = dict(_ALSO)
    for code, entry in languages().items():
        for other in (entry.iso639_2, *(tag.split("_")[0] for tag in f"{entry.nllb} {entry.flores}".split())):
            codes.setdefault(other, code)
    return codes


def language(code: str) -> Language:
    """The language of a code: "hi", "ta", ..., and "hi-Latn" for Hindi in Latin letters, or another of the languages in `ROMANISABLE`.

    Raises:
        UserError: there is no such code; the message names the one that was probably meant.
    """
    if "+" in code:  # two languages on the screen; ISO 639-2 calls that "mul"
        parts = [language(part) for part in code.split("+")]
        name, autonym = (" + ".join(words) for words in zip(*((one.name, one.autonym) for one in parts), strict=True))
        return Language(code, "mul", name, autonym, parts[0].script, "", "", False)
    if base := romanised_from(code):
        own = languages()[base]
        return replace(
            own,
            code=code,
            name=f"Romanised {own.name}",
            autonym=f"{own.name} (Roman)",
            script="Latn",
            flores="",
            nllb="",
            whisper=False,
        )
    if code in languages():
        return languages()[code]
    if meant := code_meant(code):
        raise UserError(f"unknown language {code!r}; did you mean {meant} ({language(meant).name})?")
    known = ", ".join([*languages(), *(f"{base}{ROMANISED}" for base in ROMANISABLE)])
    raise UserError(f"unknown language {code!r}; use one of {known}")


def language_code(text: str) -> str:
    """A code from a command line, as it is; a UserError where there is no such language."""
    return language(text).code


def code_meant(text: str) -> str | None:
    """The code that somebody means who types "hin", "HI", "hi_IN", "Hindi", "हिन्दी" or "tamill"; None where it cannot be told."""
    typed = text.strip().casefold()
    main, _, rest = typed.replace("_", "-").partition("-")
    names = {name.casefold(): code for code, entry in languages().items() for name in (entry.name, entry.autonym)}
    code = code_of_iso639(main) or _ALSO.get(typed) or names.get(typed) or names.get(main)
    if code is None and len(typed) > 3:
        names |= {
            part: names[name]
            for name in list(names)
            for part in name.replace("(", " ").replace(")", " ").split()
            if len(part) > 3
        }
        code = next((names[name] for name in get_close_matches(typed, names, 1, 0.8)), None)
    if code in ROMANISABLE and rest == ROMANISED.casefold().strip("-"):
        return f"{code}{ROMANISED}"
    return code


def romanised_from(code: str) -> str | None:
    """The language of a romanised code: "hi" for "hi-Latn"; None for a language in its own script, or one that is not romanised here."""
    base = code.removesuffix(ROMANISED)
    return base if base != code and base in ROMANISABLE else None


#: the models, as people know them
FAMILIES = {"indictrans2": "IndicTrans2", "nllb": "NLLB-200"}


def _codes(code: str, family: str) -> dict[str, str]:
    entry = language(code)
    codes = (entry.nllb if family == "nllb" else entry.flores).split()
    if not codes:
        raise UserError(f"{FAMILIES[family]} does not translate {entry.name} ({code})")
    return {tag.split("_")[1]: tag for tag in codes}


def flores_code(code: str, script: str | None = None, family: str = "indictrans2") -> str:
    """What a translation model calls a language: "hin_Deva" for "hi".

    Args:
        script: ISO 15924 code, for a language that the model knows in several; None: the usual one.
        family: which model, a key of FAMILIES.

    Raises:
        UserError: unknown code, a language that the model does not translate, or a script that it does not write it in.
    """
    possible = _codes(code, family)
    script = script or next(iter(possible))
    if script not in possible:
        name = language(code).name
        raise UserError(f"{FAMILIES[family]} does not write {name} ({code}) in {script!r}; use {' or '.join(possible)}")
    return possible[script]


def flores_code_of(code: str, texts: Iterable[str], family: str = "indictrans2") -> str:
    """What a translation model calls a language in the script of most letters of its texts; in its usual one where they have none.

    Args:
        family: which model, a key of FAMILIES.

    Raises:
        UserError: unknown code, or a language that the model does not translate.
    """
    possible = list(_codes(code, family))
    if len(possible) < 2:
        return flores_code(code, None, family)
    from moviesubs.language.scripts import main_script  # the Snakefile's Python lacks what it needs

    return flores_code(code, main_script(" ".join(texts), possible), family)


def code_of_iso639(tag: str | None) -> str | None:
    """The short code of a container's language tag ("hin", "hi", "hi-IN"; "fra" as "fre"); None for None, "und" and unknown tags."""
    short = (tag or "").lower().split("-")[0].split("_")[0]
    return short if short in languages() else _other_codes().get(short)
