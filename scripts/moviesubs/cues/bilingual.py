"""Two languages on the screen: a line each, both of the same sentence at the same time. All functions are pure.

The solver is given of each sentence the text that needs more room, on one line; the other text is parted like it, so that it fits too.
"""

from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from moviesubs.contracts import Cue, Cues, Transcript, Word
from moviesubs.cues.build import cues
from moviesubs.cues.limits import Limits, broken
from moviesubs.flags import Flag
from moviesubs.language import text
from moviesubs.subtitle_translation.spread import cut

#: these are about one line, so they are found for each; the rest is about the cue
_OF_A_LINE = (Flag.TOO_FAST, Flag.TOO_LONG_LINE)


def bilingual_cues(
    upper: Transcript,
    lower: Transcript,
    source: Transcript,
    limits: tuple[Limits, Limits],
    *,
    until: float | None = None,
    shots: Sequence[float] = (),
) -> Cues:
    """Cues with a line in each of two languages.

    Args:
        upper: transcript whose text stands on the upper line; ids as in `lower`.
        lower: the same in the other language.
        source: the transcript in the spoken language, for word times and pauses.
        limits: of a line, for the upper and the lower language; each is read by other people, so each has its reading speed to itself.
        until: where the movie ends, in seconds.
        shots: when shots begin, in seconds and in order.

    Returns:
        The cues; a sentence without text in a language has no line in it.
    """
    above = {one.id: text.clean(one.text) for one in upper.sentences}
    below = {one.id: text.clean(one.text) for one in lower.sentences}
    room = [replace(one, lines=1) for one in limits]
    sentences = []
    for one in source.sentences:
        sides = (upper, above, room[0]), (lower, below, room[1])
        longest = max(sides, key=lambda side: text.length(side[1].get(one.id, "")) / side[2].line_length)
        said = one.text if longest[0].language == source.language else longest[1].get(one.id, "")
        words = one.words if longest[0].language == source.language else None
        # as if everybody said one sentence: a cue of one line then never holds parts of two
        sentences.append(structs.replace(one, text=said, words=_said_by(words, str(one.id)), speaker=str(one.id)))
    mixed = structs.replace(source, sentences=sentences)
    made = cues(mixed, min(room, key=lambda one: one.line_length), until=until, shots=shots, source=source)
    parted = _parts(mixed, made.cues)
    lines = [_spread(parted, texts, len(made.cues)) for texts in (above, below)]
    for index, cue in enumerate(made.cues):
        both = [lines[0][index], lines[1][index]]
        flags = [flag for flag in cue.flags if flag not in _OF_A_LINE]
        reasons = {flag: why for flag, why in cue.reasons.items() if flag in flags}
        for line, limit in zip(both, room, strict=True):
            line_reasons = broken(cue.start, cue.end, [line], limit)
            reasons |= {flag: line_reasons[flag] for flag in _OF_A_LINE if flag in line_reasons}
        cue.lines = [line for line in both if line]
        cue.flags = list(dict.fromkeys([*(flag for flag in _OF_A_LINE if flag in reasons), *flags]))
        cue.reasons = reasons
    made.language = f"{upper.language}+{lower.language}"
    return made


def _said_by(words: Sequence[Word] | None, speaker: str) -> list[Word] | None:
    return [structs.replace(word, speaker=speaker) for word in words] if words else None


def _parts(transcript: Transcript, made: Sequence[Cue]) -> dict[int, list[tuple[int, int]]]:
    """For each sentence the cues that it stands in, with how many characters of it; cues have all words of the transcript in order."""
    words = [
        (one.id, text.length(piece.text) + 1)
        for one in transcript.sentences
        for piece in text.pieces(text.clean(one.text))
    ]
    parts: dict[int, list[tuple[int, int]]] = {}
    at = 0
    for index, cue in enumerate(made):
        count = sum(len(text.pieces(line)) for line in cue.lines)
        sizes: dict[int, int] = {}
        for number, size in words[at : at + count]:
            sizes[number] = sizes.get(number, 0) + size
        for number, size in sizes.items():
            parts.setdefault(number, []).append((index, size))
        at += count
    return parts


def _spread(parted: dict[int, list[tuple[int, int]]], texts: dict[int, str], count: int) -> list[str]:
    """The line of each cue in one language."""
    lines: list[list[str]] = [[] for _ in range(count)]
    for number, spans in parted.items():
        for (index, _), piece in zip(spans, cut(texts.get(number, ""), [size for _, size in spans]), strict=True):
            if piece:
                lines[index].append(piece)
    return [" ".join(line) for line in lines]
