"""The network in MLX: fairseq's pre-norm transformer, with every decoder layer's keys and values kept from step to step.

A decoder row is one hypothesis. The hypotheses of a sentence attend to the same source, whose keys and values are therefore
kept once a sentence.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx.nn as nn

from moviesubs.errors import UserError
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.conversion.weights import POSITIONS, TIED, Weights, sinusoids

#: of 1 - 1 / (1 + c1 z + ... + c6 z^6)^16, which is erf(z) to 3e-7: Abramowitz and Stegun 1964, 7.1.28
ERF = (0.0705230784, 0.0422820123, 0.0092705272, 0.0001520143, 0.0002765672, 0.0000430638)


def gelu(x: mx.array) -> mx.array:
    """The exact GELU; on a processor without MLX's error function, which takes one number at a time there (a quarter of all decoding)."""
    if mx.default_device() != mx.Device(mx.cpu):
        return nn.gelu(x)
    size = mx.abs(x)
    z = size * math.sqrt(0.5)
    series = mx.zeros_like(z)
    for factor in reversed(ERF):
        series = (series + factor) * z
    series = series + 1
    for _ in range(4):
        series = mx.square(series)
    return mx.maximum(x, 0) - size * 0.5 / series


ACTIVATIONS = {"gelu": gelu, "gelu_new": nn.gelu_approx, "relu": nn.relu, "silu": nn.silu, "swish": nn.silu}
#: of the layer norms, PyTorch's default
EPSILON = 1e-5
#: what a masked score gets added; below the lowest score by far, and a number in float16 too
MASKED = -1e4

KeysValues = tuple[mx.array, mx.array]


@dataclass
class Source:
    """What the decoder attends to: per layer keys and values (sentences, heads, time, width), and the mask (sentences, 1, 1, time)."""

    layers: list[KeysValues]
    mask: mx.array

    def take(self, sentences: mx.array) -> "Source":
        """Some of the sentences, in the order of their indices."""
        return Source([(keys[sentences], values[sentences]) for keys, values in self.layers], self.mask[sentences])


class Linear:
    """A matrix and a bias."""

    def __init__(self, reader: "Reader", name: str) -> None:
        """Reads `name`.weight and `name`.bias."""
        self.weight, self.bias = reader(f"{name}.weight").T, reader(f"{name}.bias")

    def __call__(self, x: mx.array) -> mx.array:
        """(..., in) to (..., out)."""
        return mx.addmm(self.bias, x, self.weight)


class Norm:
    """Layer normalisation."""

    def __init__(self, reader: "Reader", name: str) -> None:
        """Reads `name`.weight and `name`.bias."""
        self.weight, self.bias = reader(f"{name}.weight"), reader(f"{name}.bias")

    def __call__(self, x: mx.array) -> mx.array:
        """Normalises the last axis."""
        return mx.fast.layer_norm(x, self.weight, self.bias, EPSILON)


class Attention:
    """Multi-head attention."""

    def __init__(self, reader: "Reader", name: str, heads: int) -> None:
        """Reads the four projections."""
        self.heads = heads
        self.query, self.key, self.value, self.out = (
            Linear(reader, f"{name}.{part}") for part in ("q_proj", "k_proj", "v_proj", "out_proj")
        )

    def split(self, x: mx.array) -> mx.array:
        """(rows, time, width) to (rows, heads, time, width / heads)."""
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(0, 2, 1, 3)

    def keys_values(self, x: mx.array) -> KeysValues:
        """What can be attended to."""
        return self.split(self.key(x)), self.split(self.value(x))

    def __call__(self, x: mx.array, attended: KeysValues, mask: mx.array | None) -> mx.array:
        """Attends from (rows, time, width); `mask` is added to the scores."""
        query = self.split(self.query(x))
        mixed = mx.fast.scaled_dot_product_attention(query, *attended, scale=query.shape[-1] ** -0.5, mask=mask)
        return self.out(mixed.transpose(0, 2, 1, 3).reshape(x.shape))


class Layer:
    """What encoder and decoder layers have in common."""

    def __init__(self, reader: "Reader", name: str, heads: int) -> None:
        """Reads the layer `name`."""
        self.self_attention = Attention(reader, f"{name}.self_attn", heads)
        self.self_norm = Norm(reader, f"{name}.self_attn_layer_norm")
        self.inner, self.outer = Linear(reader, f"{name}.fc1"), Linear(reader, f"{name}.fc2")
        self.final_norm = Norm(reader, f"{name}.final_layer_norm")
        self.activation = ACTIVATIONS[reader.config.activation_function]

    def feed_forward(self, x: mx.array) -> mx.array:
        """The second half of the layer."""
        return x + self.outer(self.activation(self.inner(self.final_norm(x))))


class EncoderLayer(Layer):
    """A layer of the encoder."""

    def __call__(self, x: mx.array, mask: mx.array) -> mx.array:
        """Runs the layer over (sentences, time, width)."""
        normed = self.self_norm(x)
        return self.feed_forward(x + self.self_attention(normed, self.self_attention.keys_values(normed), mask))


class DecoderLayer(Layer):
    """A layer of the decoder, which attends to the source too."""

    def __init__(self, reader: "Reader", name: str, heads: int) -> None:
        """Reads the layer `name`."""
        super().__init__(reader, name, heads)
        self.source_attention = Attention(reader, f"{name}.encoder_attn", heads)
        self.source_norm = Norm(reader, f"{name}.encoder_attn_layer_norm")

    def __call__(
        self, x: mx.array, past: KeysValues | None, source: KeysValues, mask: mx.array
    ) -> tuple[mx.array, KeysValues]:
        """Runs the layer over one new position of every hypothesis.

        Args:
            x: (rows, 1, width), the hypotheses of a sentence next to each other.
            past: keys and values of the positions before, None at the first.

        Returns:
            The new `x`, and keys and values with the new position.
        """
        normed = self.self_norm(x)
        present = self.self_attention.keys_values(normed)
        if past is not None:
            present = mx.concatenate([past[0], present[0]], axis=2), mx.concatenate([past[1], present[1]], axis=2)
        x = x + self.self_attention(normed, present, None)
        together = self.source_norm(x).reshape(
            mask.shape[0], -1, x.shape[-1]
        )  # a sentence's hypotheses as its time axis
        x = x + self.source_attention(together, source, mask).reshape(x.shape)
        return self.feed_forward(x), present


class Reader:
    """Reads tensors of a checkpoint in one number format."""

    def __init__(self, weights: Weights, config: checkpoint.Config, kind: mx.Dtype) -> None:
        """Takes the checkpoint that is read."""
        self.weights, self.config, self.kind = weights, config, kind

    def __call__(self, name: str) -> mx.array:
        """One tensor."""
        return mx.array(self.weights.get(name)).astype(self.kind)


class Stack:
    """Embedding, layers and final norm of the encoder or the decoder."""

    def __init__(self, reader: Reader, side: str, layer: Any) -> None:
        """Reads one side of the network.

        Args:
            side: "encoder" or "decoder".
            layer: the class of its layers.
        """
        config, prefix = reader.config, f"model.{side}"
        count, heads = (getattr(config, f"{side}_{what}") for what in ("layers", "attention_heads"))
        stored = f"{prefix}.embed_tokens.weight"
        self.embedding = reader(stored if stored in reader.weights or side == "encoder" else TIED[0])
        width = self.embedding.shape[1]
        self.scale = math.sqrt(width) if config.scale_embedding else 1.0
        rows = max(POSITIONS, config.max_source_positions, config.max_target_positions)
        self.positions = mx.array(sinusoids(rows, width)).astype(reader.kind)
        self.embedding_norm = Norm(reader, f"{prefix}.layernorm_embedding") if config.layernorm_embedding else None
        self.layers = [layer(reader, f"{prefix}.layers.{number}", heads) for number in range(count)]
        self.norm = Norm(reader, f"{prefix}.layer_norm")

    def embed(self, ids: mx.array, positions: mx.array) -> mx.array:
        """Embeds ids at positions counted from 0."""
        x = self.embedding[ids] * self.scale + self.positions[positions]
        return self.embedding_norm(x) if self.embedding_norm else x


class Network:
    """A whole model."""

    def __init__(self, folder: Path, kind: mx.Dtype = mx.float32) -> None:
        """Reads a checkpoint in the Hub's layout.

        Raises:
            UserError: a file or tensor is missing, broken or unexpected, or the architecture is another one.
        """
        config = checkpoint.read_config(folder)
        if not (config.encoder_normalize_before and config.decoder_normalize_before):
            raise UserError(f"{folder}: the MLX backend computes models that normalise before each layer only")
        if config.activation_function not in ACTIVATIONS:
            raise UserError(f"{folder}: the MLX backend lacks the activation function {config.activation_function!r}")
        reader = Reader(Weights(folder), config, kind)
        self.encoder = Stack(reader, "encoder", EncoderLayer)
        self.decoder = Stack(reader, "decoder", DecoderLayer)
        tied = config.share_decoder_input_output_embed or TIED[0] not in reader.weights
        self.head = (self.decoder.embedding if tied else reader(TIED[0])).T
        self.start = config.decoder_start_token_id
        reader.weights.check_all_used()

    def encode(self, ids: mx.array, real: mx.array) -> Source:
        """Runs the encoder.

        Args:
            ids: source ids (sentences, time).
            ids: source ids (sentences, time).
            real: of the same shape, 0 where `ids` is padding.
        """
        mask = mx.where(real == 0, MASKED, 0.0)[:, None, None, :].astype(self.head.dtype)
        x = self.encoder.embed(ids, mx.maximum(mx.cumsum(real, axis=1) - 1, 0))
        for layer in self.encoder.layers:
            x = layer(x, mask)
        x = self.encoder.norm(x)
        return Source([layer.source_attention.keys_values(x) for layer in self.decoder.layers], mask)

    def decode(
        self, ids: mx.array, position: int, past: list[KeysValues] | None, source: Source
    ) -> tuple[mx.array, list[KeysValues]]:
        """Runs the decoder over one position.

        Args:
            ids: (rows,) the last token of every hypothesis.
            position: of these tokens, counted from 0.
            past: what the call for the position before returned.

        Returns:
            Log-probabilities (rows, vocabulary) of the next token, in float32, and keys and values for the next call.
        """
        x = self.decoder.embed(ids[:, None], mx.array([[position]]))
        present = []
        for number, layer in enumerate(self.decoder.layers):
            x, layer_present = layer(x, past[number] if past else None, source.layers[number], source.mask)
            present.append(layer_present)
        logits = (self.decoder.norm(x[:, 0]) @ self.head).astype(mx.float32)
        return logits - mx.logsumexp(logits, axis=-1, keepdims=True), present
