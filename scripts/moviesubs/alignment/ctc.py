"""Forced alignment with wav2vec2 and CTC, as WhisperX does it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from moviesubs.alignment.forced import Span, best_path
from moviesubs.alignment.second_ear import character_error_rate
from moviesubs.alignment.unaligned_words import WITHOUT_SPACES, Aligned, Aligner, spoken
from moviesubs.contracts import Word
from moviesubs.media.wav import SAMPLE_RATE
from moviesubs.recognition import ctc_text
from moviesubs.recognition.wav2vec2 import FEWEST_SAMPLES, Network

if TYPE_CHECKING:
    import numpy as np


def ctc_aligner(network: Network, language: str) -> Aligner:
    """Forced alignment with a loaded model.

    Args:
        network: says which letters are heard in each frame.
        language: the spoken language; some write no spaces between words.

    Returns:
        The aligner.
    """
    alphabet = network.alphabet
    tokens_of = {letter.lower(): token for token, letter in enumerate(alphabet.tokens) if letter}
    known = frozenset(letter for letter in tokens_of if len(letter) == 1)
    between = alphabet.space if language not in WITHOUT_SPACES else None

    def align(samples: "np.ndarray", words: list[str]) -> Aligned:
        said = [spoken(word, known) for word in words]
        tokens: list[int | None] = []
        owners: list[int | None] = []
        for number, word in enumerate(said):
            if word and tokens and between is not None:
                tokens.append(between)
                owners.append(None)
            tokens += [tokens_of.get(letter.lower()) for letter in word]
            owners += [number] * len(word)
        if not tokens:
            return Aligned([None] * len(words))
        logprobs = network.logprobs([samples])[0]
        spans = best_path(logprobs, tokens, alphabet.blank)
        if spans is None:
            raise ValueError("no path from the text to the audio")
        frame = max(len(samples), FEWEST_SAMPLES) / SAMPLE_RATE / len(logprobs)
        placed = [
            _word(written, [span for span, owner in zip(spans, owners, strict=True) if owner == number], frame)
            for number, written in enumerate(words)
        ]
        emissions = ctc_text.best_path(logprobs, alphabet.blank)
        heard = " ".join(word.word for word in ctc_text.words_of(emissions, alphabet, 0.0, frame))
        return Aligned(placed, character_error_rate(" ".join(filter(None, said)), heard))

    return align


def _word(written: str, spans: Sequence[Span], frame: float) -> Word | None:
    """A word with the times of its letters; a frame lasts `frame` seconds."""
    if not spans:
        return None
    score = sum(span.score for span in spans) / len(spans)
    start, end = (round(at * frame, 3) for at in (spans[0].start, spans[-1].end))
    return Word(word=written, start=start, end=end, score=round(score, 3))
