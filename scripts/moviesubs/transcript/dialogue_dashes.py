"""Two speakers in one segment, as subtitles write them: "- Where were you? - At home." Whisper learnt it from them."""

from collections.abc import Sequence

import regex

from moviesubs.language import text

#: a dash before a word; a minus before a digit is none
_LEADING = regex.compile(r"^[-–—‐‑](?=[^\p{Nd}\p{Pd}])")  # noqa: RUF001
_ALONE = regex.compile(r"^[-–—‐‑]$")  # noqa: RUF001


def split_dashes(pieces: Sequence[text.Piece]) -> tuple[list[text.Piece], set[int]]:
    """Removes the dashes that say that another person begins to speak.

    Such a dash stands at the beginning of the text or after the end of a sentence; in a text that begins with one and has no punctuation,
    anywhere. Returns the pieces without these dashes, and the indices of those that had one.
    """
    remaining: list[text.Piece] = []
    turns: set[int] = set()
    after_dash = False
    punctuated = any(text.ends_sentence(piece.text) for piece in pieces)
    for place, piece in enumerate(pieces):
        begins = not remaining or text.ends_sentence(remaining[-1].text) or (0 in turns and not punctuated)
        if begins and _ALONE.match(piece.text) and place + 1 < len(pieces):
            after_dash = True
            continue
        if begins and _LEADING.match(piece.text):
            piece, after_dash = piece._replace(text=piece.text[1:]), True
        if after_dash:
            turns.add(len(remaining))
            after_dash = False
        remaining.append(piece)
    return remaining, turns
