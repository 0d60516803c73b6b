r"""Cues as ASS in which each word lights up when it is spoken: `{\k25}` before a word is its duration in hundredths of a second."""

from collections.abc import Sequence

from msgspec.structs import replace

from moviesubs.contracts import Cue, Sentence, Word
from moviesubs.formats.write import to_ass, without_commands
from moviesubs.language import text
from moviesubs.transcript.word_matching import match

#: seconds by which a word of a cue may begin before it appears or after it goes
STRAY = 0.5


def to_ass_words(cues: Sequence[Cue], sentences: Sequence[Sentence], lead: float = 0.0) -> str:
    """The text of an ASS file with the time of each word.

    Args:
        cues: in order.
        sentences: those of the cues; where they have no words (a translation), cues stay plain.
        lead: seconds that are added to every time, where players count from an earlier moment.
    """
    words = {sentence.id: sentence.words or [] for sentence in sentences}
    shift = round(lead * 1000)
    marked = {
        cue.start + shift: _timed(cue, [word for number in cue.sentences for word in words.get(number, [])])
        for cue in cues
    }
    moved = [replace(cue, start=cue.start + shift, end=cue.end + shift) for cue in cues]
    return to_ass(moved, lambda cue: marked[cue.start])


def _timed(cue: Cue, words: Sequence[Word]) -> list[str]:
    """The lines of a cue with the duration before each word: until the next word begins."""
    start, end = cue.start / 1000, cue.end / 1000
    near = [word for word in words if start - STRAY <= word.start <= end + STRAY]
    if not near:
        return [without_commands(line) for line in cue.lines]
    lines = [text.pieces(line) for line in cue.lines]
    timed = match([piece for line in lines for piece in line], near, start, end)
    marks = [round(min(max(word.start, start), end) * 100) for word in timed]
    marks = [max(marks[: index + 1]) for index in range(len(marks))] + [round(end * 100)]
    marked_lines, at = [], 0
    lead = marks[0] - round(start * 100) if marks else 0
    for line in lines:
        marked = ""
        for piece in line:
            marked += (
                (" " if piece.spaced and marked else "")
                + rf"{{\k{marks[at + 1] - marks[at]}}}"
                + without_commands(piece.text)
            )
            at += 1
        marked_lines.append(marked)
    return [rf"{{\k{lead}}}{marked_lines[0]}", *marked_lines[1:]] if marked_lines and lead > 0 else marked_lines
