"""Letters of one script carried over into another, by indic-transliteration: rough, but a reader of that script can use it."""

from moviesubs.language.scripts import share_in_script

#: ISO 15924 codes and the library's names of the scripts
SCHEMES = {
    "Beng": "bengali", "Deva": "devanagari", "Gujr": "gujarati", "Guru": "gurmukhi", "Knda": "kannada", "Latn": "itrans",
    "Mlym": "malayalam", "Orya": "oriya", "Sinh": "sinhala", "Taml": "tamil", "Telu": "telugu",
}  # fmt: skip
#: text with less than this share of its letters in a script is not of that script, nor is a result
WHOLE = 0.95


def transliterated(text: str, script: str) -> str | None:
    """Text in the letters of another script.

    Args:
        text: in one script; Latin letters are read as in ITRANS, which is close to how people type Indian languages.
        script: ISO 15924 code of the script that is wanted.

    Returns:
        The text; None where the letters cannot be carried over: Arabic ones leave out vowels, and no library here puts them in.
    """
    source = next((code for code in SCHEMES if share_in_script(text, code) >= WHOLE), None)
    if source is None or source == script or script not in SCHEMES or script == "Latn":
        return None
    from indic_transliteration import sanscript

    plain = text.lower() if source == "Latn" else text
    written: str = sanscript.transliterate(plain, SCHEMES[source], SCHEMES[script])
    return written if share_in_script(written, script) >= WHOLE else None
