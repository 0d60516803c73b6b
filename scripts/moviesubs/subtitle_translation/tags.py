"""Tags within a text, put where they belong in its translation. All functions are pure.

Nobody says which words of a translation stand for which: words that come out as they went in (names, numbers) keep their tags, and
others are marked where they stand in proportion. So a tag may be a word off, but none is lost, and what is opened is closed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from moviesubs.language import text
from moviesubs.subtitle_translation.sentences import Part, Tag


class Run(NamedTuple):
    """A sentence, or its piece, within a part: how many words it had there, and its translation."""

    words: int
    text: str


def placed(part: Part, runs: Sequence[Run]) -> list[Tag]:
    """The tags of a part among the words of its translation, in the order that they have.

    Args:
        runs: the sentences that stand in the part.
    """
    source = [text.bare(piece.text) for piece in text.pieces(part.said)]
    target = [text.bare(piece.text) for run in runs for piece in text.pieces(run.text)]
    tags = [replace(tag, word=_in_proportion(tag.word, runs)) for tag in part.tags]
    for first, last in _pairs(part.tags):
        words = source[part.tags[first].word : part.tags[last].word]
        start, end = tags[first].word, tags[last].word
        if (same := _where(words, target, start)) is not None:
            start, end = same, same + len(words)
        elif words and start >= end and target:  # something was marked, so something is
            start = min(start, len(target) - 1)
            end = start + 1
        tags[first], tags[last] = replace(tags[first], word=start), replace(tags[last], word=end)
    latest = 0
    for index, tag in enumerate(tags):  # tags never overtake each other, or what is opened first would be closed first
        latest = max(latest, tag.word)
        tags[index] = replace(tag, word=latest)
    return tags


def _in_proportion(word: int, runs: Sequence[Run]) -> int:
    """Before which word of the translation stands what stood before a word of the source."""
    ahead = there = 0
    for run in runs:
        count = len(text.pieces(run.text))
        if word <= ahead + run.words and run.words:
            return there + round((word - ahead) * count / run.words)
        ahead, there = ahead + run.words, there + count
    return there


def _pairs(tags: Sequence[Tag]) -> list[tuple[int, int]]:
    """Indices of the tags that open something, with those that close it."""
    pairs, waiting = [], list[int]()
    for index, tag in enumerate(tags):
        if not tag.name:
            continue
        if not tag.text.startswith("</"):
            waiting.append(index)
        elif waiting and tags[waiting[-1]].name == tag.name:
            pairs.append((waiting.pop(), index))
    return pairs


def _where(words: Sequence[str], among: Sequence[str], near: int) -> int | None:
    """Where words stand among others, nearest to a place; None where they do not, or say nothing."""
    if not words or not all(words):
        return None
    places = [at for at in range(len(among) - len(words) + 1) if list(among[at : at + len(words)]) == list(words)]
    return min(places, key=lambda at: abs(at - near), default=None)


def marked(lines: Sequence[str], tags: Sequence[Tag]) -> list[str]:
    """Lines with tags at their words.

    Args:
        lines: of clean text.
        tags: in order; their words are counted over all lines.
    """
    result, at = list[str](), 0
    waiting = list(tags)
    total = sum(len(text.pieces(line)) for line in lines)
    for line in lines:
        written = ""
        for piece in text.pieces(line):
            space = " " if piece.spaced and written else ""
            before = ""
            while waiting and waiting[0].word <= at and not (waiting[0].after and at == waiting[0].word and at):
                before += waiting.pop(0).text
            written += space + before + piece.text
            at += 1
            while waiting and waiting[0].word == at and (waiting[0].after or at == total):
                written += waiting.pop(0).text
        result.append(written)
    if waiting:
        rest = "".join(tag.text for tag in waiting)
        result = [*result[:-1], result[-1] + rest] if result else [rest]
    return result
