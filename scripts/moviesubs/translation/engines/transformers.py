"""The models' own code in transformers: what the other engines are compared with. It runs Python code that comes with the model."""

import os
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from moviesubs.errors import UserError
from moviesubs.stage import device as devices
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.conversion.weights import TIED
from moviesubs.translation.engines.base import Decoding, Origin, fingerprint
from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

KINDS = ("default", "float32", "float16", "bfloat16")
#: the file whose classes `config.json` names
CODE = "modeling_indictrans.py"


class TransformersEngine:
    """A checkpoint with the authors' code on one device."""

    backend = "transformers"
    workers = 1

    def __init__(
        self,
        folder: Path,
        name: str,
        revision: str | None,
        device: str = "auto",
        threads: int = 1,
        compute_type: str = "default",
        *,
        remote_code: bool = False,
    ) -> None:
        """Finds the model; its code is run when it is first used.

        Args:
            folder: the checkpoint with its Python files, as they are on the Hub.
            device: "auto", "cpu", "cuda" or "mps".
            threads: CPU threads.
            compute_type: "default", "float32", "float16" or "bfloat16"; the default is float32.
            remote_code: the user's permission to run the folder's code.

        Raises:
            UserError: there is no permission, the code or a file is missing, or the device or compute type cannot be had.
        """
        if not remote_code:
            raise UserError(
                f"{folder}: the transformers backend runs the model's own code; allow it with --remote-code"
            )
        if compute_type not in KINDS:
            raise UserError(f"the transformers backend does not compute in {compute_type!r}; use {', '.join(KINDS)}")
        config = checkpoint.read_config(folder)
        if not (folder / CODE).is_file():
            raise UserError(f"{folder}: {CODE} is missing; fetch the model again, with its Python files")
        self.origin = Origin(name, revision, config.max_source_positions, config.max_target_positions)
        self.folder, self.compute_type = folder, compute_type
        devices.configure(threads)
        self.device = devices.torch_device(device, threads)

    @cached_property
    def network(self) -> Any:
        """The loaded model, in evaluation mode.

        Raises:
            UserError: a tensor is missing.
        """
        with tempfile.TemporaryDirectory(prefix="moviesubs-code-") as modules:
            os.environ["HF_MODULES_CACHE"] = modules  # transformers copies the code before it imports it
            import torch
            from transformers import AutoModelForSeq2SeqLM, logging

            logging.set_verbosity_error()
            kind = torch.float32 if self.compute_type == "default" else getattr(torch, self.compute_type)
            network, loading = AutoModelForSeq2SeqLM.from_pretrained(
                self.folder,
                trust_remote_code=True,
                local_files_only=True,
                use_safetensors=True,
                torch_dtype=kind,
                output_loading_info=True,
            )
        missing = set(loading["missing_keys"])
        embedding = network.get_decoder().embed_tokens
        if missing == {TIED[0]}:
            network.lm_head.weight = embedding.weight  # the authors' code leaves a head alone that is not stored
        elif missing == {TIED[1]}:
            embedding.weight = network.lm_head.weight
        elif missing:
            raise UserError(f"{self.folder}: tensor {min(missing)} is missing; fetch the model again")
        if not hasattr(network.config, "vocab_size"):  # what beam search counts by
            network.config.vocab_size = network.config.decoder_vocab_size
        return network.to(self.device).eval()

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Ids of the model's tokens."""
        return Tokenizer(self.folder)

    def fingerprint(self) -> dict[str, str]:
        """See `Engine.fingerprint`."""
        from importlib.metadata import version

        return fingerprint(self, version("transformers"))

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[list[str]]:
        """See `Engine.translate`."""
        import torch

        ids, mask = self.tokenizer.pad([self.tokenizer.ids(tokens) for tokens in batch])
        with torch.inference_mode():
            output = self.network.generate(
                input_ids=torch.tensor(ids, device=self.device),
                attention_mask=torch.tensor(mask, device=self.device),
                num_beams=decoding.beam_size,
                do_sample=False,
                early_stopping=decoding.beam_size > 1,
                length_penalty=1.0,
                max_new_tokens=decoding.max_length,
                min_new_tokens=decoding.min_length or None,
                no_repeat_ngram_size=decoding.no_repeat,
                suppress_tokens=[self.tokenizer.target_ids[checkpoint.UNK]] if decoding.no_unknown else None,
            ).tolist()
        end = self.tokenizer.target_ids[checkpoint.EOS]
        padding = self.tokenizer.target_ids[checkpoint.PAD]
        rows = [row[1:] for row in output]  # without the start token, which is the end token too
        rows = [row[: row.index(end)] if end in row else row for row in rows]
        known = self.tokenizer.target_tokens
        return [[known.get(number, checkpoint.UNK) for number in row if number != padding] for row in rows]
