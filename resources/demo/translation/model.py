"""IndicTrans2's architecture in plain PyTorch, under the tensor names of the published checkpoints.

It trains the demo models and is the reference that other implementations are compared with.
The architecture is fairseq's transformer with pre-norm and a layer norm after the embedding
(Gala et al. 2023, "IndicTrans2", https://openreview.net/forum?id=vfT4YuzAYA).
"""

import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

BOS, PAD, EOS, UNK = 0, 1, 2, 3
POSITION_OFFSET = 2  # fairseq counts positions from padding_idx + 1

Cache = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Config:
    """The part of `config.json` that shapes the network; names as in the file."""

    encoder_vocab_size: int
    decoder_vocab_size: int
    encoder_embed_dim: int
    decoder_embed_dim: int
    encoder_ffn_dim: int
    decoder_ffn_dim: int
    encoder_layers: int
    decoder_layers: int
    encoder_attention_heads: int
    decoder_attention_heads: int
    max_source_positions: int = 256
    max_target_positions: int = 256
    dropout: float = 0.1
    scale_embedding: bool = True
    share_decoder_input_output_embed: bool = True

    @classmethod
    def read(cls, path: Path) -> "Config":
        """Read `config.json`.

        Raises:
            ValueError: the checkpoint is of a variant that this implementation does not cover.
        """
        values = json.loads(path.read_text(encoding="utf-8"))
        expected = {
            "activation_function": "gelu",
            "encoder_normalize_before": True,
            "decoder_normalize_before": True,
            "layernorm_embedding": True,
        }
        for key, value in expected.items():
            if values[key] != value:
                raise ValueError(f"{path}: {key} is {values[key]!r}, only {value!r} is implemented")
        return cls(**{field.name: values[field.name] for field in fields(cls) if field.name in values})

    def as_hub_json(self) -> dict[str, object]:
        """Return everything that the published models have in `config.json`, apart from remote code."""
        return {
            "architectures": ["IndicTransForConditionalGeneration"],
            "model_type": "IndicTrans",
            **asdict(self),
            "activation_dropout": 0.0,
            "activation_function": "gelu",
            "attention_dropout": 0.0,
            "bos_token_id": BOS,
            "decoder_layerdrop": 0.0,
            "decoder_normalize_before": True,
            "decoder_start_token_id": EOS,
            "encoder_layerdrop": 0.0,
            "encoder_normalize_before": True,
            "eos_token_id": EOS,
            "init_std": 0.02,
            "is_encoder_decoder": True,
            "layernorm_embedding": True,
            "num_hidden_layers": self.encoder_layers,
            "pad_token_id": PAD,
            "torch_dtype": "float16",
            "use_cache": True,
        }


def sinusoids(positions: Tensor, width: int) -> Tensor:
    """Return the position vectors of tensor2tensor: all sines, then all cosines.

    Args:
        positions: any shape, counted from 0 for the first real token.
        width: size of a vector.

    Returns:
        `positions.shape + (width,)`, float32.
    """
    half = width // 2
    rates = torch.exp(torch.arange(half, dtype=torch.float32) * -(math.log(10000) / (half - 1)))
    angles = (positions + POSITION_OFFSET).float()[..., None] * rates.to(positions.device)
    table = torch.cat([angles.sin(), angles.cos()], dim=-1)
    return functional.pad(table, (0, width % 2))


class Attention(nn.Module):
    """Multi-head attention with four separate projections."""

    def __init__(self, width: int, heads: int) -> None:
        """Make the projections; `width` must be a multiple of `heads`."""
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def split(self, x: Tensor) -> Tensor:
        """(batch, time, width) to (batch, heads, time, width / heads)."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def keys_values(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Project what is attended to."""
        return self.split(self.k_proj(x)), self.split(self.v_proj(x))

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """Attend from `x` to `keys` and `values`; `mask` is True where attention is allowed."""
        mixed = functional.scaled_dot_product_attention(self.split(self.q_proj(x)), keys, values, attn_mask=mask)
        return self.out_proj(mixed.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    """One pre-norm transformer layer; a decoder layer also attends to the encoder."""

    def __init__(self, width: int, ffn: int, heads: int, dropout: float, *, decoder: bool) -> None:
        """Make one layer of the given sizes."""
        super().__init__()
        self.self_attn = Attention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        if decoder:
            self.encoder_attn = Attention(width, heads)
            self.encoder_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, ffn)
        self.fc2 = nn.Linear(ffn, width)
        self.final_layer_norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None,
        past: tuple[Tensor, Tensor] | None = None,
        memory: tuple[Tensor, Tensor] | None = None,
        memory_mask: Tensor | None = None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Run the layer.

        Args:
            x: (batch, time, width).
            mask: self-attention mask, True where allowed.
            past: keys and values of earlier target positions.
            memory: keys and values of the encoder's output (decoder layers only).
            memory_mask: which source positions are real.

        Returns:
            The new `x` and the keys and values of all target positions so far.
        """
        normed = self.self_attn_layer_norm(x)
        keys, values = self.self_attn.keys_values(normed)
        if past is not None:
            keys, values = torch.cat([past[0], keys], dim=2), torch.cat([past[1], values], dim=2)
        x = x + self.dropout(self.self_attn(normed, keys, values, mask))
        if memory is not None:
            normed = self.encoder_attn_layer_norm(x)
            x = x + self.dropout(self.encoder_attn(normed, *memory, memory_mask))
        x = x + self.dropout(self.fc2(functional.gelu(self.fc1(self.final_layer_norm(x)))))
        return x, (keys, values)


class Stack(nn.Module):
    """The encoder or the decoder: embedding, layers, final norm."""

    def __init__(self, config: Config, side: str) -> None:
        """Make the stack called `side` ("encoder" or "decoder")."""
        super().__init__()
        sizes = asdict(config)
        width = sizes[f"{side}_embed_dim"]
        self.scale = math.sqrt(width) if config.scale_embedding else 1.0
        self.embed_tokens = nn.Embedding(sizes[f"{side}_vocab_size"], width, padding_idx=PAD)
        self.layernorm_embedding = nn.LayerNorm(width)
        self.layers = nn.ModuleList(
            Layer(
                width,
                sizes[f"{side}_ffn_dim"],
                sizes[f"{side}_attention_heads"],
                config.dropout,
                decoder=side == "decoder",
            )
            for _ in range(sizes[f"{side}_layers"])
        )
        self.layer_norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(config.dropout)

    def embed(self, ids: Tensor, positions: Tensor) -> Tensor:
        """Embed token ids at positions counted from 0."""
        x = self.embed_tokens(ids) * self.scale
        x = x + sinusoids(positions, x.shape[-1]).to(x.dtype)
        return self.dropout(self.layernorm_embedding(x))


class Body(nn.Module):
    """Encoder and decoder, under the name `model` in the checkpoint."""

    def __init__(self, config: Config) -> None:
        """Make both stacks."""
        super().__init__()
        self.encoder = Stack(config, "encoder")
        self.decoder = Stack(config, "decoder")


class IndicTrans2(nn.Module):
    """The whole translation model."""

    def __init__(self, config: Config) -> None:
        """Make a model with fresh weights."""
        super().__init__()
        self.config = config
        self.model = Body(config)
        self.lm_head = nn.Linear(config.decoder_embed_dim, config.decoder_vocab_size, bias=False)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
        for stack in (self.model.encoder, self.model.decoder):
            # with the embedding scaled by sqrt(width), unit variance at the input (fairseq's initialisation)
            nn.init.normal_(stack.embed_tokens.weight, std=stack.embed_tokens.embedding_dim**-0.5)
            with torch.no_grad():
                stack.embed_tokens.weight[PAD].zero_()
        if config.share_decoder_input_output_embed:
            self.lm_head.weight = self.model.decoder.embed_tokens.weight

    def encode(self, ids: Tensor) -> tuple[Cache, Tensor]:
        """Run the encoder.

        Args:
            ids: (batch, time) source ids, padded on either side with `PAD`.

        Returns:
            Per decoder layer the keys and values of the encoder's output, and the mask of real positions.
        """
        real = ids != PAD
        positions = (real.cumsum(1) - 1).clamp(min=0)
        mask = real[:, None, None, :]
        x = self.model.encoder.embed(ids, positions)
        for layer in self.model.encoder.layers:
            x, _ = layer(x, mask)
        x = self.model.encoder.layer_norm(x)
        return [layer.encoder_attn.keys_values(x) for layer in self.model.decoder.layers], mask

    def decode(
        self, ids: Tensor, memory: Cache, memory_mask: Tensor, past: Cache | None = None
    ) -> tuple[Tensor, Cache]:
        """Run the decoder over new target ids.

        Args:
            ids: (batch, time) target ids, the first of all being `EOS` (the decoder's start).
            memory: from `encode`.
            memory_mask: from `encode`.
            past: the cache that the previous call returned, if `ids` continue it.

        Returns:
            Logits (batch, time, vocabulary), and the cache for the next call.
        """
        start = 0 if past is None else past[0][0].shape[2]
        length = ids.shape[1]
        positions = torch.arange(start, start + length, device=ids.device).expand_as(ids)
        mask = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril() if length > 1 else None
        x = self.model.decoder.embed(ids, positions)
        cache: Cache = []
        for index, layer in enumerate(self.model.decoder.layers):
            x, kept = layer(x, mask, past[index] if past else None, memory[index], memory_mask)
            cache.append(kept)
        return self.lm_head(self.model.decoder.layer_norm(x)), cache

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Return the logits of every target position, given the positions before it."""
        memory, mask = self.encode(source)
        return self.decode(target, memory, mask)[0]


def load(folder: Path) -> IndicTrans2:
    """Load a checkpoint folder in the Hub's layout, in float32 and ready to translate."""
    network = IndicTrans2(Config.read(folder / "config.json"))
    tensors = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
    # a tied pair may be stored under one of its names only
    tied = ("lm_head.weight", "model.decoder.embed_tokens.weight")
    for name, twin in (tied, tied[::-1]):
        if name not in tensors and twin in tensors:
            tensors[name] = tensors[twin]
    network.load_state_dict(tensors, strict=True)
    return network.eval()


def save(network: IndicTrans2, folder: Path) -> None:
    """Write `config.json` and `model.safetensors` (float16, a tied weight once) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(network.config.as_hub_json(), indent=2, sort_keys=True)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")
    tensors = {name: tensor.detach().half().contiguous() for name, tensor in network.state_dict().items()}
    if network.config.share_decoder_input_output_embed:
        del tensors["lm_head.weight"]
    weights = folder / "model.safetensors"
    save_file(tensors, weights, metadata={"format": "pt"})
    weights.chmod(0o644)
