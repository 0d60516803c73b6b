"""The script that a text is written in, by Unicode's Script_Extensions: a mark or letter that several scripts share belongs to each."""

from functools import cache

import regex

#: ISO 15924 codes of languages' scripts, as Unicode calls them; several for languages that mix them
SCRIPTS = {
    **{code: (code,) for code in "Arab Armn Beng Cyrl Deva Ethi Geor Grek Gujr Guru Hebr Khmr Knda Laoo Latn Mlym Mtei".split()},  # noqa: SIM905
    **{code: (code,) for code in "Mymr Olck Orya Sinh Taml Telu Thai Tibt".split()},  # noqa: SIM905
    **dict.fromkeys(("Hans", "Hant"), ("Hani", "Bopo")), "Jpan": ("Hani", "Hira", "Kana"),
    **dict.fromkeys(("Kore", "Hang"), ("Hang", "Hani")),
}  # fmt: skip
#: scripts that put no spaces between words
UNSPACED = frozenset(("Hans", "Hant", "Jpan", "Khmr", "Laoo", "Mymr", "Thai", "Tibt"))

_LETTERS = regex.compile(r"[\p{L}\p{M}]")
#: letters and marks that belong to a script, not to all
_OF_A_SCRIPT = regex.compile(r"[[\p{L}\p{M}]--\p{scx=Zyyy}--\p{scx=Zinh}]", regex.V1)


@cache
def _of(script: str) -> regex.Pattern[str]:
    """The letters and marks of a script."""
    names = "".join(rf"\p{{scx={name}}}" for name in SCRIPTS[script])
    return regex.compile(rf"[[\p{{L}}\p{{M}}]&&[{names}]]", regex.V1)


def count_in_script(text: str, script: str) -> int:
    """How many letters and marks of a text belong to a script (ISO 15924 code); 0 for one that is not known here."""
    return len(_of(script).findall(text)) if script in SCRIPTS else 0


def share_in_script(text: str, script: str) -> float:
    """The share of a text's letters and vowel signs that belong to a script (ISO 15924 code), 0 to 1.

    It is 1 for a text without letters, and for a script that is not known here.
    """
    letters = len(_LETTERS.findall(text))
    return count_in_script(text, script) / letters if letters and script in SCRIPTS else 1.0


def main_script(text: str, scripts: list[str]) -> str:
    """The script of most letters of a text, among some; the first where it has letters of none."""
    return max(scripts, key=lambda script: count_in_script(text, script))


def foreign(token: bytes, script: str) -> bool:
    """Whether a piece of UTF-8 (a token of Whisper's vocabulary) can only stand in text of another script.

    It does where it holds a letter of another script, or begins one that is not in this script (ISO 15924 code). It may begin or end
    within a character.
    """
    if script not in SCRIPTS:
        return False
    whole = token.decode("utf-8", "ignore")
    if any(not _of(script).match(letter) for letter in _OF_A_SCRIPT.findall(whole)):
        return True
    tail = token[len(token.rstrip(bytes(range(0x80, 0xC0)))) - 1 :] if token else b""
    incomplete = bool(tail) and tail[0] >= 0xC0 and not tail.decode("utf-8", "ignore")
    return incomplete and tail[0] not in _first_bytes(script)


@cache
def _first_bytes(script: str) -> frozenset[int]:
    """The first bytes of the UTF-8 of a script's own letters, and of punctuation and signs (E2, E3).

    By Script alone: by Script_Extensions a Vedic accent is Latin too, and with its first byte all of Devanagari.
    """
    characters = "".join(chr(code) for code in range(0x80, 0xFFFF) if not 0xD800 <= code < 0xE000)
    own = regex.compile("[{}]".format("".join(rf"\p{{sc={name}}}" for name in SCRIPTS[script])))
    return frozenset(letter.encode()[0] for letter in own.findall(characters)) | {0xC2, 0xE2, 0xE3}
