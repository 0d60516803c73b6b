"""From what a CTC model says of every frame to words with times. Pure functions; times are seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from moviesubs.alignment.unaligned_words import SLOWEST_LETTER
from moviesubs.contracts import AsrSegment, Word

if TYPE_CHECKING:
    import numpy as np

#: begins a word in SentencePiece's tokens
WORD_BEGINS = "▁"
#: seconds between words that belong to two segments; the transcript finds sentences by pauses longer than this
PAUSE = 0.5


@dataclass(frozen=True)
class Alphabet:
    """What a model's tokens mean.

    Attributes:
        tokens: the text of each token by its number: letters, or pieces that begin with `WORD_BEGINS`; "" for what is no text.
        blank: the token of no letter.
        space: the token between words; None where pieces begin words.
    """

    tokens: tuple[str, ...]
    blank: int
    space: int | None = None


class Emission(NamedTuple):
    """A token that is heard: its number, its frames (the first, and the last + 1), the mean log probability in them."""

    token: int
    first: int
    end: int
    logprob: float


def best_path(logprobs: "np.ndarray", blank: int) -> list[Emission]:
    """The most probable token of each frame, without repeats and blanks (Graves et al. 2006, "best path decoding").

    Args:
        logprobs: (frames, tokens).
        blank: the token of no letter.
    """
    best = logprobs.argmax(axis=1)
    result: list[Emission] = []
    first = 0
    for frame in range(1, len(best) + 1):
        if frame == len(best) or best[frame] != best[first]:
            token = int(best[first])
            if token != blank:
                result.append(Emission(token, first, frame, float(logprobs[first:frame, token].mean())))
            first = frame
    return result


def words_of(emissions: Sequence[Emission], alphabet: Alphabet, start: float, frame: float) -> list[Word]:
    """Words with times.

    A letter takes one frame and blanks follow it, so a word ends where the token after it begins, but no later than a slow letter
    takes.

    Args:
        emissions: in order.
        alphabet: what they mean.
        start: of the first frame, in seconds.
        frame: how long a frame is, in seconds.
    """
    groups: list[list[Emission]] = [[]]
    following: list[int | None] = []
    for one in emissions:
        text = alphabet.tokens[one.token]
        between = one.token == alphabet.space
        if (between or text.startswith(WORD_BEGINS)) and groups[-1]:
            following.append(one.first)
            groups.append([])
        if text.removeprefix(WORD_BEGINS) and not between:
            groups[-1].append(one)
    following.append(None)
    result: list[Word] = []
    for group, after in zip(groups, following, strict=False):
        if not group:
            continue
        slowest = max(group[-1].end, group[-1].first + SLOWEST_LETTER / frame)
        end = slowest if after is None else max(group[-1].end, min(after, slowest))
        written = "".join(alphabet.tokens[one.token].removeprefix(WORD_BEGINS) for one in group)
        score = exp(sum(one.logprob for one in group) / len(group))
        result.append(Word(word=written, start=start + group[0].first * frame, end=start + end * frame, score=score))
    return result


def segments_of(words: Sequence[Word], end: float) -> list[AsrSegment]:
    """Segments of words, cut at pauses.

    Args:
        words: of one chunk, in order.
        end: of the chunk: no word is longer.
    """
    groups: list[list[Word]] = []
    for word in words:
        bounded = Word(word=word.word, start=word.start, end=max(word.start, min(word.end, end)), score=word.score)
        if groups and bounded.start - groups[-1][-1].end < PAUSE:
            groups[-1].append(bounded)
        else:
            groups.append([bounded])
    return [_segment(group) for group in groups]


def _segment(words: list[Word]) -> AsrSegment:
    scores = [log(max(word.score, 1e-9)) for word in words if word.score is not None]
    return AsrSegment(
        start=words[0].start,
        end=words[-1].end,
        text=" ".join(word.word for word in words),
        avg_logprob=sum(scores) / len(scores) if scores else None,
        words=words,
    )
