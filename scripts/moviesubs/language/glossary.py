"""A glossary: terms and names that recognition expects, and their translations; one column per language."""

import csv
import io
import unicodedata
from pathlib import Path

from moviesubs.errors import UserError
from moviesubs.language.languages import code_meant, languages


def read_table(path: Path, setting: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Reads the names of the columns, and of each further line its number and its cells by column.

    Args:
        path: a tab-separated UTF-8 file; the first line names a language per column.
        setting: the config key that names it ("asr.glossary"), for messages.

    Raises:
        UserError: the file is missing, cannot be read, is not UTF-8, or holds what only a terminal understands.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: no such glossary; correct {setting}") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read as a glossary: {error.strerror}; correct {setting}") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not UTF-8; save the glossary as UTF-8 text") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if odd := next((letter for letter in line if unicodedata.category(letter) == "Cc" and letter != "\t"), None):
            raise UserError(f"{path}: line {number}: holds the control character {odd!r}; delete it")
    rows = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = [name.strip() for name in next(rows, [])]
    if repeated := [name for name in header if header.count(name) > 1]:
        raise UserError(f"{path}: line 1: the column {repeated[0]!r} is there twice; delete one")
    try:
        return header, [
            (rows.line_num, dict(zip(header, (cell.strip() for cell in row), strict=False))) for row in rows
        ]
    except csv.Error as error:  # a cell of more than 131,072 characters, say
        raise UserError(f"{path}: line {rows.line_num + 1}: {error}") from None


def read_glossary(path: Path, source: str, target: str) -> dict[str, str]:
    """Reads the translation of each term from one language to another; nothing if the file lacks a column for one of them.

    Args:
        path: a tab-separated UTF-8 file; the first line names a language per column by its short code ("hi", "en", ...), each
            further line has a term in those languages. A term without an entry in one of the two languages is left out.

    Raises:
        UserError: the file is missing, is not such a table, or gives a term two translations.
    """
    header, rows = read_table(path, "translate.glossary")
    unknown = [name for name in header if name not in languages()]
    if unknown or not header:
        hints = [f"{meant} for {name!r}" for name in unknown if (meant := code_meant(name))]
        hint = f"; did you mean {', '.join(hints)}?" if hints else ""
        raise UserError(
            f"{path}: line 1 must name a language code per column, not {', '.join(map(repr, unknown)) or 'nothing'}{hint}"
        )
    if source not in header or target not in header:
        return {}
    terms: dict[str, str] = {}
    for line, cells in rows:
        term, translation = (unicodedata.normalize("NFC", cells.get(code, "")) for code in (source, target))
        if not term or not translation:
            continue
        if terms.setdefault(term, translation) != translation:
            raise UserError(f"{path}: line {line}: {term!r} already has another translation, {terms[term]!r}")
    return terms
