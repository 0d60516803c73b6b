"""What Whisper learnt from the ends of internet videos (`boilerplate.tsv` beside this file: regular expressions)."""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(re.compile(_plain(row["pattern"], keep="")) for row in rows if row["kind"] == kind)


def _plain(text: str, keep: str) -> str:
    """Composed, without case; with `keep`, letters, marks, digits and these characters only."""
    text = unicodedata.normalize("NFC", text).casefold()
    if not keep:
        return text
    return " ".join("".join(c if unicodedata.category(c)[0] in "LMN" or c in keep else " " for c in text).split())


def boilerplate(text: str) -> str | None:
    """Whether a text is what Whisper learnt from the ends of internet videos.

    Args:
        text: one segment's text.

    Returns:
        "credit" for thanks to viewers, appeals to subscribe, names of subtitlers: no film's dialogue, as long as that is most of
        the text; "phrase" for a word of thanks, a yes, a "music", which people do say; None for anything else.
    """
    plain = _plain(text, keep="'.-")
    for pattern in _patterns("credit"):
        found = pattern.search(plain)
        if found and len(plain) <= 3 * len(found[0]) + 40:
            return "credit"
    words = plain.replace(".", " ").strip()
    return "phrase" if any(pattern.fullmatch(words) for pattern in _patterns("phrase")) else None
