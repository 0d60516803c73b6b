"""Forced alignment with wav2vec2 and CTC, by WhisperX."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs.alignment.second_ear import character_error_rate, greedy_text
from moviesubs.alignment.unaligned_words import Aligned, Aligner, spoken
from moviesubs.contracts import Word
from moviesubs.media.wav import SAMPLE_RATE
from moviesubs.recognition.wav2vec2 import load_wav2vec2, normalised, normalises

if TYPE_CHECKING:
    import numpy as np


class _WholeText:
    """Stands in for NLTK's sentence splitter, whose data WhisperX would download.

    Each segment is one span: sentences are told apart by a later stage, which knows the danda.
    """

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        """One span, from the first character to the last."""
        return [(0, len(text))]


def load_ctc(folder: Path, language: str, on: str) -> tuple[Any, dict[str, Any]]:
    """Loads a model for forced alignment.

    Args:
        folder: as `load_wav2vec2` takes it.
        language: the spoken language.
        on: PyTorch's device.

    Returns:
        The model, and what `whisperx.align` wants to know of it.

    Raises:
        UserError: the model cannot be loaded.
    """
    model, tokenizer = load_wav2vec2(folder, on)
    letters = {letter.lower(): number for letter, number in tokenizer.get_vocab().items()}
    # HF's CTC blank is the model's pad token; whisperx takes what the tokeniser calls <pad>, another one in some models
    letters["<pad>"] = model.config.pad_token_id
    letters.pop("[pad]", None)
    return model, {"language": language, "dictionary": letters, "type": "huggingface"}


def whisperx_aligner(folder: Path, language: str, on: str) -> Aligner:
    """Forced alignment with a wav2vec2 model, by WhisperX.

    Args:
        folder: the model in Hugging Face's format.
        language: the spoken language.
        on: PyTorch's device.

    Returns:
        The aligner.
    """
    import torch
    from whisperx import alignment

    alignment.nltk_load = lambda _: _WholeText()
    alignment.logger.setLevel(logging.ERROR)  # it repeats whole texts; what went wrong is reported by `align_segment`
    model, metadata = load_ctc(folder, language, on)
    known = frozenset(character.lower() for character in metadata["dictionary"] if len(character) == 1) - {"|"}
    normalise = normalises(folder)

    letters = {number: letter for letter, number in metadata["dictionary"].items()}
    blank = metadata["dictionary"]["<pad>"]
    paths: list[list[int]] = []

    def listen(_: object, __: object, output: Any) -> None:
        """Keeps the most probable letters of what the model has just heard."""
        logits = output.logits if hasattr(output, "logits") else output[0]
        paths.append(logits[0].argmax(dim=-1).tolist())

    model.register_forward_hook(listen)

    def align(samples: "np.ndarray", words: list[str]) -> Aligned:
        said = [spoken(word, known) for word in words]
        text = " ".join(word for word in said if word)
        if not text:
            return Aligned([None] * len(words))
        if normalise:  # WhisperX leaves it out
            samples = normalised(samples)
        segment = {"start": 0.0, "end": len(samples) / SAMPLE_RATE, "text": text}
        paths.clear()
        found = alignment.align([segment], model, metadata, torch.from_numpy(samples), on)["word_segments"]
        if len(found) != sum(1 for word in said if word):
            raise ValueError("no path from the text to the audio")
        times = iter(found)
        heard = " ".join(greedy_text(path, letters, blank) for path in paths)
        placed = [_word(written, next(times)) if word else None for written, word in zip(words, said, strict=True)]
        return Aligned(placed, character_error_rate(text, heard) if paths else None)

    return align


def _word(written: str, found: dict[str, float]) -> Word | None:
    if "start" not in found or "end" not in found:
        return None
    score = found.get("score")
    return Word(
        word=written,
        start=float(found["start"]),
        end=float(found["end"]),
        score=None if score is None else float(score),
    )
