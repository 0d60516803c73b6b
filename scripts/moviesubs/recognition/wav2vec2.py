"""wav2vec2 and MMS with a CTC head: they align, and they recognise by themselves.

In Hugging Face's format with PyTorch; or in ONNX (`convert_wav2vec2.py`) on a processor, where they need half of PyTorch's time and
none of the 12 s in which transformers' models are imported.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any, Protocol

from moviesubs.errors import UserError
from moviesubs.media.wav import SAMPLE_RATE
from moviesubs.recognition.ctc_text import Alphabet
from moviesubs.stage import device
from moviesubs.stage.onnx import load_session

if TYPE_CHECKING:
    import numpy as np

#: what a model folder must hold
FILES = (("config.json",), ("model.safetensors", "pytorch_model.bin"), ("vocab.json",))
#: files of a model in ONNX
ONNX, ALPHABET = "model.onnx", "alphabet.json"
#: samples that the convolutions need at least; shorter sound gets silence behind it
FEWEST_SAMPLES = SAMPLE_RATE // 10


class Network(Protocol):
    """What says which tokens are heard in each frame."""

    alphabet: Alphabet

    def logprobs(self, sounds: Sequence["np.ndarray"]) -> list["np.ndarray"]:
        """Log probabilities of the tokens, (frames, tokens) for each sound at 16 kHz."""
        ...


def load_wav2vec2(folder: Path, on: str) -> tuple[Any, Any]:
    """Loads a model.

    Args:
        folder: wav2vec2 with CTC in Hugging Face's format; or MMS, which speaks the language of the one adapter
            (`adapter.<ISO 639-3>.safetensors`) that lies in it: Pratap et al. 2023, https://arxiv.org/abs/2305.13516.
        on: PyTorch's device.

    Returns:
        The model, and its tokeniser.

    Raises:
        UserError: there are adapters of several languages, or the model cannot be loaded.
    """
    from transformers import Wav2Vec2CTCTokenizer, Wav2Vec2ForCTC

    adapters = [path.name.split(".")[1] for path in sorted(folder.glob("adapter.*.safetensors"))]
    if len(adapters) > 1:
        raise UserError(
            f"{folder}: adapters of {', '.join(adapters)}; name one of them in `files` of the table of models"
        )
    adapted: dict[str, Any] = {"target_lang": adapters[0]} if adapters else {}
    more: dict[str, Any] = {"ignore_mismatched_sizes": True} if adapters else {}
    try:
        tokenizer = Wav2Vec2CTCTokenizer.from_pretrained(folder, local_files_only=True, **adapted)
        model = Wav2Vec2ForCTC.from_pretrained(folder, local_files_only=True, **adapted, **more)
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        if "out of memory" in str(error).lower():
            raise
        if _was_refused(error):
            raise UserError(
                f"{folder}: a checkpoint holds more than weights and is refused; take one with model.safetensors"
            ) from error
        raise UserError(f"{folder}: this wav2vec2 model cannot be loaded: {' '.join(str(error).split())}") from error
    return model.to(on).eval(), tokenizer


def _was_refused(error: BaseException | None) -> bool:
    """Whether PyTorch found something else than weights in a pickle; Transformers then speaks of TensorFlow instead."""
    while error is not None:
        if isinstance(error, UnpicklingError):
            return True
        error = error.__cause__ or error.__context__
    return False


def normalises(folder: Path) -> bool:
    """Whether a model wants each sound at mean 0 and variance 1, as its feature extractor would bring it there."""
    settings = folder / "preprocessor_config.json"
    return settings.exists() and bool(json.loads(settings.read_text(encoding="utf-8")).get("do_normalize", False))


def normalised(samples: "np.ndarray") -> "np.ndarray":
    """Samples at mean 0 and variance 1, as `Wav2Vec2FeatureExtractor` computes it."""
    result: np.ndarray = (samples - samples.mean()) / (samples.std() + 1e-7)
    return result


def alphabet_of(tokenizer: Any, blank: int) -> Alphabet:
    """What the tokens of a tokeniser mean; letters that the model knows as capitals only become small ones.

    Args:
        tokenizer: a `Wav2Vec2CTCTokenizer`.
        blank: the model's `pad_token_id`, which some tokenisers call otherwise.
    """
    numbers: dict[str, int] = tokenizer.get_vocab()
    special = {*tokenizer.all_special_tokens, "[PAD]", "[UNK]", "<pad>", "<s>", "</s>", "<unk>"}
    space = tokenizer.word_delimiter_token
    letters = [letter for letter in numbers if letter not in special and letter != space]
    capitals_only = any(letter.isupper() for letter in letters) and not any(letter.islower() for letter in letters)
    tokens = [""] * (max([*numbers.values(), blank]) + 1)
    for letter in letters:
        if numbers[letter] != blank:
            tokens[numbers[letter]] = letter.lower() if capitals_only else letter
    return Alphabet(tuple(tokens), blank, numbers.get(space))


class Wav2Vec2:
    """A loaded model that says which letters are heard in each frame."""

    def __init__(self, folder: Path, on: str) -> None:
        """Loads it; see `load_wav2vec2`."""
        self.model, tokenizer = load_wav2vec2(folder, on)
        self.on, self.normalise = on, normalises(folder)
        self.alphabet = alphabet_of(tokenizer, self.model.config.pad_token_id)
        #: models that normalise over a whole sound hear silence behind it; the others can be told where it ends
        self.masks = self.model.config.feat_extract_norm == "layer"

    def logprobs(self, sounds: Sequence["np.ndarray"]) -> list["np.ndarray"]:
        """Log probabilities of the tokens, (frames, tokens) for each sound; the same whatever else is in the batch.

        Args:
            sounds: samples at 16 kHz.
        """
        if not self.masks:
            return [self._batch([sound])[0] for sound in sounds]
        return self._batch(sounds)

    def _batch(self, sounds: Sequence["np.ndarray"]) -> list["np.ndarray"]:
        import numpy as np
        import torch

        lengths = [max(len(sound), FEWEST_SAMPLES) for sound in sounds]
        rows = np.zeros((len(sounds), max(lengths)), np.float32)
        for row, sound in zip(rows, sounds, strict=True):
            row[: len(sound)] = normalised(sound) if self.normalise and len(sound) else sound
        mask = torch.zeros(rows.shape, dtype=torch.long)
        for index, length in enumerate(lengths):
            mask[index, :length] = 1
        with torch.inference_mode():
            masked = {"attention_mask": mask.to(self.on)} if self.masks else {}
            logits = (
                self.model(torch.from_numpy(rows).to(self.on), **masked).logits.float().log_softmax(-1).cpu().numpy()
            )
        frames = [int(self.model._get_feat_extract_output_lengths(length)) for length in lengths]  # noqa: SLF001
        return [logprobs[:count] for logprobs, count in zip(logits, frames, strict=True)]


class Wav2Vec2Onnx:
    """The same on a processor, from what `convert_wav2vec2.py` wrote."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Loads it.

        Raises:
            UserError: it cannot be loaded.
        """
        advice = "delete it to have it made again"
        self.session = load_session(folder / ONNX, threads, advice)
        try:
            written = json.loads((folder / ALPHABET).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(f"{folder / ALPHABET}: cannot be read: {error}; {advice}") from error
        self.normalise: bool = written.pop("normalise")
        self.alphabet = Alphabet(**{**written, "tokens": tuple(written["tokens"])})

    def logprobs(self, sounds: Sequence["np.ndarray"]) -> list["np.ndarray"]:
        """See `Network`; one sound after the other: on a processor, batches are slower."""
        return [self._one(sound) for sound in sounds]

    def _one(self, sound: "np.ndarray") -> "np.ndarray":
        import numpy as np

        sound = normalised(sound) if self.normalise and len(sound) else sound
        row = np.pad(sound, (0, max(0, FEWEST_SAMPLES - len(sound)))).astype(np.float32)
        logprobs: np.ndarray = self.session.run(None, {"samples": row[None]})[0][0]
        return logprobs


def load_network(folder: Path, onnx: Path | None, choice: str, threads: int) -> tuple[Network, str]:
    """Loads a model as the device wants it.

    Args:
        folder: see `load_wav2vec2`.
        onnx: the same model in ONNX, for a processor; a folder without one counts as none.
        choice: the device that is asked for.
        threads: CPU threads.

    Returns:
        It, and what it computes on.

    Raises:
        UserError: the device is not there, or the model cannot be loaded.
    """
    if choice == "cpu" and onnx and (onnx / ALPHABET).exists():
        return Wav2Vec2Onnx(onnx, threads), "cpu"
    on = device.torch_device(choice, threads)
    return Wav2Vec2(folder, on), on
