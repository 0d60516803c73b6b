"""In which script a text is written; for programs whose environments have Python's own Unicode data only."""

import unicodedata

#: ISO 15924 codes and what the Unicode names of their letters begin with; several for languages that mix scripts
NAMES: dict[str, tuple[str, ...]] = {
    "Arab": ("ARABIC",), "Armn": ("ARMENIAN",), "Beng": ("BENGALI",), "Cyrl": ("CYRILLIC",), "Deva": ("DEVANAGARI",),
    "Ethi": ("ETHIOPIC",), "Geor": ("GEORGIAN",), "Grek": ("GREEK",), "Gujr": ("GUJARATI",), "Guru": ("GURMUKHI",),
    "Hebr": ("HEBREW",), "Khmr": ("KHMER",), "Knda": ("KANNADA",), "Laoo": ("LAO",), "Latn": ("LATIN",),
    "Mlym": ("MALAYALAM",), "Mtei": ("MEETEI",), "Mymr": ("MYANMAR",), "Olck": ("OL",), "Orya": ("ORIYA",), "Sinh": ("SINHALA",),
    "Taml": ("TAMIL",), "Telu": ("TELUGU",), "Thai": ("THAI",), "Tibt": ("TIBETAN",),
    "Hans": ("CJK", "BOPOMOFO"), "Hant": ("CJK", "BOPOMOFO"), "Jpan": ("CJK", "HIRAGANA", "KATAKANA"), "Kore": ("HANGUL", "CJK"),
}  # fmt: skip


def _in(letter: str, script: str) -> bool:
    return unicodedata.name(letter, "").split(" ")[0] in NAMES[script]


def _of_a_script(letter: str) -> bool:
    """Whether this is a letter, or a vowel sign or another mark that one script has for itself."""
    kind = unicodedata.category(letter)[0]
    return kind == "L" or (kind == "M" and any(_in(letter, script) for script in NAMES))


def share_in_script(text: str, script: str) -> float:
    """How much of a text is written in a script.

    Args:
        text: any text.
        script: ISO 15924 code; one that is not known here counts as right.

    Returns:
        Share of the letters and vowel signs, 0 to 1; 1 for a text without letters.
    """
    letters = [letter for letter in text if unicodedata.category(letter)[0] in "LM"]
    if not letters or script not in NAMES:
        return 1.0
    return sum(_in(letter, script) for letter in letters) / len(letters)


def foreign(token: bytes, script: str) -> bool:
    """Whether a piece of UTF-8 (a token of Whisper's vocabulary) can only stand in text of another script.

    Args:
        token: its bytes; they may begin or end within a character.
        script: ISO 15924 code of the script that is wanted.

    Returns:
        True where it holds a letter of another script, or begins one that this script has not.
    """
    if script not in NAMES:
        return False
    whole = token.decode("utf-8", "ignore")
    if any(_of_a_script(letter) and not _in(letter, script) for letter in whole):
        return True
    tail = token[len(token.rstrip(bytes(range(0x80, 0xC0)))) - 1 :] if token else b""
    incomplete = bool(tail) and tail[0] >= 0xC0 and not tail.decode("utf-8", "ignore")
    return incomplete and tail[0] not in _first_bytes(script)


def _first_bytes(script: str) -> set[int]:
    """The first bytes of the UTF-8 of a script's letters, and of punctuation and signs (E2, E3)."""
    if script not in _FIRST_BYTES:
        letters = (chr(code) for code in range(0x80, 0xFFFF) if not 0xD800 <= code < 0xE000)
        _FIRST_BYTES[script] = {letter.encode()[0] for letter in letters if _in(letter, script)} | {0xC2, 0xE2, 0xE3}
    return _FIRST_BYTES[script]


_FIRST_BYTES: dict[str, set[int]] = {}
