"""The network in CTranslate2: fast on CPU and CUDA, and the same text as the reference in float32."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import ctranslate2
import msgspec

from moviesubs.errors import UserError
from moviesubs.stage import device as devices
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.engines.base import Decoding, Origin, fingerprint
from moviesubs.translation.tokenizers import nllb

WEIGHTS = "model.bin"


class ModelConfig(msgspec.Struct, kw_only=True):
    """What the conversion adds to CTranslate2's own `config.json`."""

    family: str = "indictrans2"

    source_model: str
    source_revision: str | None = None
    max_source_positions: int
    max_target_positions: int


def read_origin(folder: Path) -> Origin:
    """Reads which model a converted folder holds.

    Args:
        folder: made by `convert_ctranslate2`.

    Raises:
        UserError: the folder is not such a model.
    """
    if (folder / checkpoint.WEIGHTS).exists() and not (folder / WEIGHTS).exists():
        raise UserError(
            f"{folder}: a model as on the Hub, not converted yet; run scripts/convert_indictrans2.py on it first"
        )
    checkpoint.require(folder, (WEIGHTS, checkpoint.CONFIG))
    try:
        config = msgspec.json.decode((folder / checkpoint.CONFIG).read_bytes(), type=ModelConfig)
    except msgspec.DecodeError as error:
        raise UserError(
            f"{folder}: not converted by scripts/convert_indictrans2.py ({error}); convert the model again"
        ) from None
    checkpoint.require(folder, nllb.TOKENIZER_FILES if config.family == "nllb" else checkpoint.TOKENIZER_FILES)
    limits = config.max_source_positions, config.max_target_positions
    return Origin(config.source_model, config.source_revision, *limits, config.family)


class CTranslate2Engine:
    """A CTranslate2 translator on one device."""

    backend = "ctranslate2"

    def __init__(self, folder: Path, device: str = "auto", threads: int = 1, compute_type: str = "default") -> None:
        """Finds the model; it is loaded when it is first used.

        Args:
            folder: made by `convert_ctranslate2`.
            device: "cpu", "cuda" or "auto" (CUDA if there is one); Apple's GPU ("mps") becomes the CPU.
            threads: CPU threads, each of which translates a batch of its own.
            compute_type: number format of the computation; "default" keeps that of the file where the device can compute in it.

        Raises:
            UserError: the folder is not a converted model, or there is no such device.
        """
        self.origin = read_origin(folder)
        self.folder, self.compute_type = folder, compute_type
        if device not in devices.DEVICE_CHOICES:
            raise UserError(f"CTranslate2 does not compute on {device!r}; use auto, cpu or cuda")
        self.device = devices.ctranslate2_device(device)
        # matrices of a beam search are small: two threads on one batch gain a tenth, on two batches they double
        self.workers = threads if self.device == "cpu" else 1
        self._loaded: ctranslate2.Translator | None = None
        self._loading = Lock()

    @property
    def translator(self) -> ctranslate2.Translator:
        """The loaded model, the same for all threads.

        Raises:
            UserError: it cannot be loaded on this device.
        """
        with self._loading:
            self._loaded = self._loaded or self._load()
        return self._loaded

    def _load(self) -> ctranslate2.Translator:
        try:
            return ctranslate2.Translator(
                str(self.folder),
                device=self.device,
                inter_threads=self.workers,
                intra_threads=1,
                compute_type=self.compute_type,
            )
        except (RuntimeError, ValueError) as error:
            where = f"on {self.device} with compute type {self.compute_type}"
            raise UserError(f"{self.folder}: cannot be loaded {where}: {error}") from None

    def fingerprint(self) -> dict[str, str]:
        """See `Engine.fingerprint`."""
        return fingerprint(self, ctranslate2.__version__)

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[list[str]]:
        """See `Engine.translate`."""
        sources, prefixes = list(batch), None
        if self.origin.family == "nllb":  # the tag of the target language begins the target, and comes back with it
            sources = [[source, *pieces, checkpoint.EOS] for source, _, *pieces in batch]
            prefixes = [[target] for _, target, *_ in batch]
        results = self.translator.translate_batch(
            sources,
            target_prefix=prefixes,
            beam_size=decoding.beam_size,
            max_input_length=0,  # never cut off; the pipeline splits what is too long
            max_decoding_length=decoding.max_length,
            min_decoding_length=decoding.min_length,  # CTranslate2's default of 1 would change the scores
            no_repeat_ngram_size=decoding.no_repeat,
            disable_unk=decoding.no_unknown,
            length_penalty=1,
        )
        return [result.hypotheses[0][1:] if prefixes else result.hypotheses[0] for result in results]
