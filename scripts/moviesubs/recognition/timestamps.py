"""The times that Whisper writes between its words, as tokens of 20 ms."""

from collections.abc import Sequence
from typing import NamedTuple

#: seconds between two neighbouring time tokens (Radford et al. 2022, https://arxiv.org/abs/2212.04356, 2.3)
STEP = 0.02


class Piece(NamedTuple):
    """Text tokens with the times around them, in seconds from the start of the window."""

    start: float
    end: float
    tokens: tuple[int, ...]


def pieces(tokens: Sequence[int], first_time: int, length: float) -> list[Piece]:
    """Cuts what Whisper wrote at its times.

    Args:
        tokens: text and time tokens, without the end-of-text token.
        first_time: the token of 0.00 s; greater tokens are later times.
        length: of the sound in the window, in seconds: the end of text that no time follows, and the latest time.

    Returns:
        Pieces in order, none before the end of the one before: some decoders let times go back.
    """
    result: list[Piece] = []
    text: list[int] = []
    start = 0.0
    for token in tokens:
        if token < first_time:
            text.append(token)
            continue
        time = min(max((token - first_time) * STEP, start), length)
        if text:
            result.append(Piece(start, time, tuple(text)))
            text = []
        start = time
    if text:
        result.append(Piece(start, length, tuple(text)))
    return result
