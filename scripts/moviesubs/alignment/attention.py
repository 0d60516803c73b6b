"""Word times from the attention of Whisper's decoder to the sound: for every language that Whisper knows, without a model of its own.

The times of tokens follow from dynamic time warping over the attention of a few heads, by CTranslate2's `align` and by mlx-whisper
(the method of `whisper.timing`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from moviesubs.alignment.unaligned_words import Aligned, Aligner
from moviesubs.contracts import Word
from moviesubs.recognition.whisper import load_ctranslate2

if TYPE_CHECKING:
    import numpy as np


def whisper_aligner(folder: Path, language: str, on: str, threads: int) -> Aligner:
    """Alignment by the attention of a Whisper model in CTranslate2.

    Args:
        folder: the model in CTranslate2's format.
        language: the spoken language.
        on: "cuda" or "cpu".
        threads: CPU threads.

    Returns:
        The aligner.
    """
    import numpy as np
    from faster_whisper.tokenizer import Tokenizer

    model = load_ctranslate2(folder, on, threads)
    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)
    window = model.feature_extractor.n_samples

    def align(samples: "np.ndarray", words: list[str]) -> Aligned:
        samples = samples[:window]
        mel = model.feature_extractor(np.pad(samples, (0, window - len(samples))), padding=0)
        tokens = tokenizer.encode(" " + " ".join(words))
        frames = max(2, len(samples) // model.feature_extractor.hop_length)
        pieces = model.find_alignment(tokenizer, [tokens], model.encode(mel), frames)[0]
        timed = [(one["word"], one["start"], one["end"], one["probability"]) for one in pieces]
        return Aligned(times_of(words, timed))

    return align


def mlx_aligner(folder: Path, language: str) -> Aligner:
    """Alignment from the attention of Whisper's decoder to the audio, by mlx-whisper. Experimental.

    Args:
        folder: a Whisper model in MLX's format.
        language: the spoken language.

    Returns:
        The aligner.
    """
    from moviesubs.recognition.mlx_models import load

    model, kind = load(folder)
    import mlx.core as mx
    from mlx_whisper.audio import HOP_LENGTH, N_SAMPLES, log_mel_spectrogram, pad_or_trim
    from mlx_whisper.timing import find_alignment
    from mlx_whisper.tokenizer import get_tokenizer

    tokenizer = get_tokenizer(
        model.is_multilingual, num_languages=model.num_languages, language=language, task="transcribe"
    )

    def align(samples: "np.ndarray", words: list[str]) -> Aligned:
        mel = log_mel_spectrogram(pad_or_trim(mx.array(samples), N_SAMPLES), n_mels=model.dims.n_mels).astype(kind)
        tokens = tokenizer.encode(" " + " ".join(words))
        pieces = find_alignment(model, tokenizer, tokens, mel, min(len(samples), N_SAMPLES) // HOP_LENGTH)
        timed = [(piece.word, piece.start, piece.end, piece.probability) for piece in pieces]
        return Aligned(times_of(words, timed))

    return align


def times_of(words: Sequence[str], pieces: Sequence[tuple[str, float, float, float]]) -> list[Word | None]:
    """The times of words from the times of pieces of the same text, which may be cut elsewhere.

    Args:
        words: the words.
        pieces: (text, start, end, score) in order; together they have the same characters as the words, spaces aside.

    Returns:
        For each word the stretch of the pieces that it shares characters with; None where the pieces do not reach.
    """
    owners = [piece for piece in pieces for character in piece[0] if not character.isspace()]
    result: list[Word | None] = []
    at = 0
    for word in words:
        mine = owners[at : at + len(word)]
        at += len(word)
        mean = sum(piece[3] for piece in mine) / len(mine) if mine else 0.0
        time = Word(word=word, start=float(mine[0][1]), end=float(mine[-1][2]), score=float(mean)) if mine else None
        result.append(time)
    return result
