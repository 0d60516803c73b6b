"""Forced alignment with wav2vec2 and CTC, by WhisperX."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs.alignment.second_ear import character_error_rate, greedy_text
from moviesubs.alignment.unaligned_words import Aligned, Aligner, spoken
from moviesubs.contracts import Word
from moviesubs.errors import UserError
from moviesubs.media.wav import SAMPLE_RATE

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
        folder: wav2vec2 with CTC in Hugging Face's format; or MMS, which speaks the language of the one adapter
            (`adapter.<ISO 639-3>.safetensors`) that lies in it: Pratap et al. 2023, https://arxiv.org/abs/2305.13516.
        language: the spoken language.
        on: PyTorch's device.

    Returns:
        The model, and what `whisperx.align` wants to know of it.

    Raises:
        UserError: there are adapters of several languages, or the model cannot be loaded.
    """
    from whisperx import alignment

    adapters = [path.name.split(".")[1] for path in sorted(folder.glob("adapter.*.safetensors"))]
    if not adapters:
        try:
            model, metadata = alignment.load_align_model(language, on, model_name=str(folder), model_cache_only=True)
        except ValueError as error:  # WhisperX says of whatever went wrong that the model was not found
            reason = " ".join(str(error.__context__ or error).split())
            raise UserError(f"{folder}: this alignment model cannot be loaded: {reason}") from error
    elif len(adapters) > 1:
        raise UserError(
            f"{folder}: adapters of {', '.join(adapters)}; name one of them in `files` of the table of models"
        )
    else:
        from transformers import Wav2Vec2CTCTokenizer, Wav2Vec2ForCTC

        tokenizer = Wav2Vec2CTCTokenizer.from_pretrained(folder, target_lang=adapters[0], local_files_only=True)
        model = Wav2Vec2ForCTC.from_pretrained(
            folder, target_lang=adapters[0], ignore_mismatched_sizes=True, local_files_only=True
        ).to(on)
        letters = {letter.lower(): number for letter, number in tokenizer.get_vocab().items()}
        metadata = {"language": language, "dictionary": letters, "type": "huggingface"}
    model.eval()
    # HF's CTC blank is the model's pad token; whisperx takes what the tokeniser calls <pad>, another one in some models
    metadata["dictionary"]["<pad>"] = model.config.pad_token_id
    metadata["dictionary"].pop("[pad]", None)
    return model, metadata


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
    settings = folder / "preprocessor_config.json"
    normalise = settings.exists() and json.loads(settings.read_text(encoding="utf-8")).get("do_normalize", False)

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
        if normalise:  # as Wav2Vec2FeatureExtractor would; WhisperX leaves it out
            samples = (samples - samples.mean()) / (samples.std() + 1e-7)
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
