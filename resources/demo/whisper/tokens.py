"""The standard multilingual Whisper token table, and the sequences that the demo model learns."""

import functools
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tokenizers import Tokenizer

END, START, TRANSLATE, TRANSCRIBE, START_OF_LM, PREVIOUS = 50257, 50258, 50358, 50359, 50360, 50361
NO_SPEECH, NO_TIMESTAMPS, FIRST_TIMESTAMP = 50362, 50363, 50364
VOCABULARY = 51865
TIMESTAMPS = 1501
"""Timestamp tokens: 0.00 to 30.00 s in steps of 0.02 s."""
SPLIT = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
"""How Whisper (and GPT-2) cuts text before merging bytes."""


def languages() -> list[str]:
    """Return Whisper's 99 language codes in the order of their tokens."""
    from transformers.models.whisper.tokenization_whisper import LANGUAGES

    return list(LANGUAGES)[:99]


def table() -> Path:
    """Return the path of the standard token table, which the package mlx-whisper carries."""
    spec = importlib.util.find_spec("mlx_whisper")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("mlx-whisper is not installed: it carries Whisper's token table")
    return Path(spec.submodule_search_locations[0]) / "assets" / "multilingual.tiktoken"


@functools.cache
def tokenizer() -> Tokenizer:
    """Build the standard tokenizer with its special tokens."""
    from transformers.convert_slow_tokenizer import TikTokenConverter

    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in languages())]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    special += ["<|notimestamps|>", *(f"<|{i * 0.02:.2f}|>" for i in range(TIMESTAMPS))]
    return TikTokenConverter(str(table()), pattern=SPLIT, additional_special_tokens=special).converted()


@functools.cache
def hindi() -> int:
    """Return the token of the Hindi language."""
    return START + 1 + languages().index("hi")


class Encoded(NamedTuple):
    """Tokens of a text and, for each, the position of its word in the text."""

    ids: tuple[int, ...]
    word: tuple[int, ...]


@functools.lru_cache(maxsize=200_000)
def encode(text: str) -> Encoded:
    """Encode `text` as Whisper writes it: with a leading space."""
    text = f" {text}"
    encoding = tokenizer().encode(text, add_special_tokens=False)
    word = tuple(text[: start + 1].count(" ") - 1 for start, _ in encoding.offsets)
    return Encoded(tuple(encoding.ids), word)


def timestamp(seconds: float) -> int:
    """Return the timestamp token nearest to a time in the window."""
    return FIRST_TIMESTAMP + min(TIMESTAMPS - 1, max(0, round(seconds / 0.02)))


def used(texts: Sequence[str]) -> list[int]:
    """Return every token that the texts and the model's own sequences need, sorted."""
    special = {END, START, hindi(), TRANSCRIBE, PREVIOUS, NO_SPEECH, NO_TIMESTAMPS}
    times = range(FIRST_TIMESTAMP, FIRST_TIMESTAMP + TIMESTAMPS)
    return sorted(special.union(times, *(encode(text).ids for text in texts)))
