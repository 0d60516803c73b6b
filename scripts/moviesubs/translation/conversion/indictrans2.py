"""An IndicTrans2 checkpoint as a CTranslate2 model; neither torch nor the checkpoint's remote code is needed.

What is not in the checkpoint comes from the architecture, fairseq's transformer: sinusoidal positions that start at row 2, embeddings
multiplied by the square root of their width, the end token as the decoder's start.
"""

import math
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ctranslate2.converters import utils
from ctranslate2.specs import common_spec, transformer_spec

from moviesubs.errors import UserError
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.conversion.weights import POSITIONS, TIED, Weights, sinusoids

ACTIVATIONS = {
    "gelu": common_spec.Activation.GELU,
    "gelu_new": common_spec.Activation.GELUTanh,
    "relu": common_spec.Activation.RELU,
    "silu": common_spec.Activation.SWISH,
    "swish": common_spec.Activation.SWISH,
}


def tokens_by_row(vocabulary: dict[str, int], rows: int) -> list[str]:
    """Orders a vocabulary for CTranslate2, which needs a token for every row of the embedding.

    Args:
        rows: rows of the embedding.

    Returns:
        One token a row; rows without one get fairseq's "madeupword" tokens. Ids past the last row are left out, they cannot be used.
    """
    tokens = [f"madeupword{row:06d}" for row in range(rows)]
    for token, row in vocabulary.items():
        if 0 <= row < rows:
            tokens[row] = token
    return tokens


class Conversion:
    """Reads a checkpoint folder in the Hub's layout into CTranslate2's form."""

    def __init__(self, folder: Path, name: str, revision: str | None = None) -> None:
        """Opens the checkpoint.

        Args:
            name: what the model is called; written into the result, as is the next.

        Raises:
            UserError: a file is missing or broken.
        """
        self.folder, self.name, self.revision = folder, name, revision
        checkpoint.require(folder, (checkpoint.CONFIG, *checkpoint.TOKENIZER_FILES))
        self.config = checkpoint.read_config(folder)
        self.weights = Weights(folder)

    def _linear(self, spec: Any, name: str) -> Any:
        spec.weight = self.weights.get(f"{name}.weight")
        spec.bias = self.weights.get(f"{name}.bias")
        return spec

    def _norm(self, spec: Any, name: str) -> None:
        spec.gamma = self.weights.get(f"{name}.weight")
        spec.beta = self.weights.get(f"{name}.bias")

    def _attention(self, spec: Any, name: str, fused: Iterable[Iterable[str]]) -> None:
        for linear, projections in zip(spec.linear, fused, strict=False):
            utils.fuse_linear(
                linear, [self._linear(common_spec.LinearSpec(), f"{name}.{letter}_proj") for letter in projections]
            )
        self._linear(spec.linear[-1], f"{name}.out_proj")

    def _stack(self, spec: Any, side: str) -> None:
        config, prefix = self.config, f"model.{side}"
        width = config.encoder_embed_dim if side == "encoder" else config.decoder_embed_dim
        embedding = f"{prefix}.embed_tokens.weight"
        embeddings = spec.embeddings[0] if side == "encoder" else spec.embeddings
        stored = embedding in self.weights or side == "encoder"
        embeddings.weight = self.weights.get(embedding if stored else TIED[0])
        spec.scale_embeddings = math.sqrt(width) if config.scale_embedding else False
        rows = max(POSITIONS, config.max_source_positions, config.max_target_positions)
        spec.position_encodings.encodings = sinusoids(rows, width)
        if config.layernorm_embedding:
            self._norm(spec.layernorm_embedding, f"{prefix}.layernorm_embedding")
        if config.encoder_normalize_before:
            self._norm(spec.layer_norm, f"{prefix}.layer_norm")
        for number, layer in enumerate(spec.layer):
            name = f"{prefix}.layers.{number}"
            self._attention(layer.self_attention, f"{name}.self_attn", ["qkv"])
            self._norm(layer.self_attention.layer_norm, f"{name}.self_attn_layer_norm")
            if side == "decoder":
                self._attention(layer.attention, f"{name}.encoder_attn", ["q", "kv"])
                self._norm(layer.attention.layer_norm, f"{name}.encoder_attn_layer_norm")
            self._linear(layer.ffn.linear_0, f"{name}.fc1")
            self._linear(layer.ffn.linear_1, f"{name}.fc2")
            self._norm(layer.ffn.layer_norm, f"{name}.final_layer_norm")

    def spec(self) -> Any:
        """The whole model as CTranslate2 describes one.

        Raises:
            UserError: a tensor is missing or unexpected, or CTranslate2 cannot compute this variant of the architecture.
        """
        config = self.config
        if config.encoder_normalize_before != config.decoder_normalize_before:
            raise UserError(
                f"{self.folder}: encoder and decoder normalise at different places, which CTranslate2 cannot compute"
            )
        if config.activation_function not in ACTIVATIONS:
            raise UserError(f"{self.folder}: CTranslate2 lacks the activation function {config.activation_function!r}")
        common = {
            "pre_norm": config.encoder_normalize_before,
            "activation": ACTIVATIONS[config.activation_function],
            "layernorm_embedding": config.layernorm_embedding,
        }
        spec = transformer_spec.TransformerSpec(
            transformer_spec.TransformerEncoderSpec(config.encoder_layers, config.encoder_attention_heads, **common),
            transformer_spec.TransformerDecoderSpec(config.decoder_layers, config.decoder_attention_heads, **common),
        )
        self._stack(spec.encoder, "encoder")
        self._stack(spec.decoder, "decoder")
        if config.share_decoder_input_output_embed or TIED[0] not in self.weights:
            spec.decoder.projection.weight = spec.decoder.embeddings.weight  # the same array is stored once
        else:
            spec.decoder.projection.weight = self.weights.get(TIED[0])
        self.weights.check_all_used()

        source_rows, target_rows = spec.encoder.embeddings[0].weight.shape[0], spec.decoder.embeddings.weight.shape[0]
        source = tokens_by_row(checkpoint.read_vocabulary(self.folder / checkpoint.SOURCE_VOCABULARY), source_rows)
        target = tokens_by_row(checkpoint.read_vocabulary(self.folder / checkpoint.TARGET_VOCABULARY), target_rows)
        spec.register_source_vocabulary(source)
        spec.register_target_vocabulary(target)
        spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = (
            checkpoint.BOS,
            checkpoint.EOS,
            checkpoint.UNK,
        )
        spec.config.decoder_start_token = target[config.decoder_start_token_id]
        spec.config.add_source_bos, spec.config.add_source_eos = False, True
        # for the program that translates; CTranslate2 ignores them
        spec.config.add_attribute("source_model", self.name)
        spec.config.add_attribute("source_revision", self.revision)
        spec.config.add_attribute("max_source_positions", config.max_source_positions)
        spec.config.add_attribute("max_target_positions", config.max_target_positions)
        return spec


def convert(folder: Path, output: Path, quantization: str, name: str, revision: str | None = None) -> None:
    """Converts a checkpoint.

    Args:
        output: a folder that exists; gets the CTranslate2 model and the tokenizer's files.
        quantization: how weights are stored: "float32", "float16", "int8", ...

    Raises:
        UserError: a file or tensor is missing, broken or unexpected.
    """
    spec = Conversion(folder, name, revision).spec()
    spec.validate()
    spec.optimize(quantization=quantization)
    spec.save(str(output))
    for file in checkpoint.TOKENIZER_FILES:
        shutil.copyfile(folder / file, output / file)
