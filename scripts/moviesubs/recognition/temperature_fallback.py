"""Whisper's temperature fallback: text that is a loop or improbable is decoded again, less and less greedily."""

from collections.abc import Callable
from typing import NamedTuple

from moviesubs.contracts import AsrSegment
from moviesubs.recognition.loops import compression_ratio

#: what `whisper.transcribe` and `mlx_whisper.transcribe` do by default: temperatures tried in turn until a text passes the checks
TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
MOST_COMPRESSED, LEAST_LOGPROB, MOST_SILENT = 2.4, -1.0, 0.6


class Decoded(NamedTuple):
    """What a model wrote for one chunk: its text, and its tokens with those of times. `no_speech_prob` is None where it is not known."""

    text: str
    tokens: tuple[int, ...]
    avg_logprob: float
    no_speech_prob: float | None = None

    @property
    def silent(self) -> bool:
        """Whether the model takes the chunk for silence, and is not sure of its text either."""
        return (self.no_speech_prob or 0.0) > MOST_SILENT and self.avg_logprob < LEAST_LOGPROB

    @property
    def doubtful(self) -> bool:
        """Whether another temperature may give a better text: not for silence."""
        bad = compression_ratio(self.text) > MOST_COMPRESSED or self.avg_logprob < LEAST_LOGPROB
        return bad and (self.no_speech_prob or 0.0) <= MOST_SILENT


def decode_with_fallback(first: Decoded, decode: Callable[[float], Decoded]) -> Decoded:
    """Decodes again while the text is doubtful; the rule of `mlx_whisper.transcribe`, with a measure of loops that is fair to
    Indian scripts (`loops.compression_ratio`).

    Args:
        first: the text at the first temperature.
        decode: decodes at a temperature.

    Returns:
        The first result that passes the checks, else the last.
    """
    best = first
    for temperature in TEMPERATURES[1:]:
        if not best.doubtful:
            break
        best = decode(temperature)
    return best


def is_believed(segment: AsrSegment) -> bool:
    """Whether the text of a look at speech that had none before is taken: the model was sure enough of it, and heard no silence."""
    probable = segment.avg_logprob is None or segment.avg_logprob >= LEAST_LOGPROB
    return probable and (segment.no_speech_prob is None or segment.no_speech_prob <= MOST_SILENT)
