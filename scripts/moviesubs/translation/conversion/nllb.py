"""An NLLB-200 checkpoint as a CTranslate2 model, by CTranslate2's own converter."""

import os
import shutil
from pathlib import Path
from typing import Any

from ctranslate2.converters import TransformersConverter

from moviesubs.errors import UserError
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.tokenizers import nllb

#: tokens of the longest inputs in training, by the model card of facebook/nllb-200-distilled-600M
LONGEST = 512


class Conversion(TransformersConverter):  # type: ignore[misc]
    """CTranslate2's conversion, offline, which writes name and limits of the model into the result."""

    def __init__(self, folder: Path, name: str, revision: str | None) -> None:
        """Takes the checkpoint."""
        super().__init__(str(folder), low_cpu_mem_usage=True)
        self.name, self.revision = name, revision

    def load_model(self, model_class: Any, model_name_or_path: str, **options: Any) -> Any:
        """Loads the weights; transformers before 4.56 calls `dtype` otherwise."""
        options["torch_dtype"] = options.pop("dtype")
        return super().load_model(model_class, model_name_or_path, local_files_only=True, weights_only=True, **options)

    def load_tokenizer(self, tokenizer_class: Any, model_name_or_path: str, **options: Any) -> Any:
        """The tokenizer that reads the SentencePiece model itself; the other one would need protobuf."""
        from transformers import NllbTokenizer

        return NllbTokenizer.from_pretrained(model_name_or_path, local_files_only=True, **options)

    def _load(self) -> Any:
        spec = super()._load()
        spec.config.add_attribute("family", "nllb")
        spec.config.add_attribute("source_model", self.name)
        spec.config.add_attribute("source_revision", self.revision)
        longest = min(LONGEST, spec.decoder.position_encodings.encodings.shape[0] // 2)
        spec.config.add_attribute("max_source_positions", longest)
        spec.config.add_attribute("max_target_positions", longest)
        return spec


def convert(folder: Path, output: Path, quantization: str, name: str, revision: str | None = None) -> None:
    """Converts a checkpoint.

    Args:
        output: a folder that exists; gets the CTranslate2 model and the tokenizer's files.
        quantization: how weights are stored: "float32", "float16", "int8", ...

    Raises:
        UserError: a file is missing or broken.
    """
    checkpoint.require(folder, (checkpoint.CONFIG, nllb.PIECES))
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        Conversion(folder, name, revision).convert(str(output), quantization=quantization, force=True)
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(f"{folder}: cannot be converted ({reason}); fetch the model again") from None
    shutil.copyfile(folder / nllb.PIECES, output / nllb.PIECES)
