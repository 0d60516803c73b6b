"""A Whisper of width 128 and the forward pass that training uses.

The layers are those of Hugging Face's `WhisperForConditionalGeneration`, so that its `save_pretrained` writes them.
The forward pass is our own because of three things that the library's does not do:

- Whisper pads every window to 30 s. Here only the frames up to the batch's longest content are computed, plus a few
  random frames of the padding, which stand for all of it: their attention scores get log(padding frames / frames drawn)
  added, so that they weigh as much as the whole padding would. (Importance sampling; exact when `stop` is 1500.)
- Only the used rows of the vocabulary exist. The others stay zero, so each adds exp(0) to the softmax's sum.
- The cross-attention of two heads a layer is returned, to teach it where each word is spoken.
"""

import math
from typing import Any, NamedTuple

import tokens
import torch
import torch.nn.functional as F
from torch import Tensor, nn

FRAMES = 1500
"""Encoder frames in a window: 30 s of 20 ms."""
GUIDED_HEADS = 2


class Memory(NamedTuple):
    """Encoder output (batch, frames, width) and what is added to the attention scores of its frames."""

    states: Tensor
    bias: Tensor


class Output(NamedTuple):
    """Logits (batch, tokens, used vocabulary) and guided cross-attention (batch, layers * heads, tokens, frames)."""

    logits: Tensor
    attention: Tensor


def configuration(width: int = 128, encoder_layers: int = 4, decoder_layers: int = 2, heads: int = 4) -> Any:
    """Return the Hugging Face configuration."""
    from transformers import WhisperConfig

    return WhisperConfig(
        vocab_size=tokens.VOCABULARY,
        d_model=width,
        encoder_layers=encoder_layers,
        decoder_layers=decoder_layers,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        num_mel_bins=80,
        max_source_positions=FRAMES,
        max_target_positions=448,
        dropout=0.0,
        pad_token_id=tokens.END,
        bos_token_id=tokens.END,
        eos_token_id=tokens.END,
        decoder_start_token_id=tokens.START,
        suppress_tokens=None,
        begin_suppress_tokens=None,
    )


def _sinusoids(length: int, width: int) -> Tensor:
    scale = torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * scale[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class DemoWhisper(nn.Module):
    """The trainable model: Hugging Face's layers, the used vocabulary rows, and a CTC head that training alone uses."""

    def __init__(self, used: list[int], characters: int) -> None:
        """Build it; `used` are the token ids with a row, `characters` the CTC alphabet without the blank."""
        from transformers import WhisperForConditionalGeneration

        super().__init__()
        config = configuration()
        self.heads, width = config.encoder_attention_heads, config.d_model
        self.whisper = WhisperForConditionalGeneration(config)
        self.whisper.proj_out = nn.Identity()
        self.whisper.model.decoder.embed_tokens = nn.Embedding(len(used), width)
        nn.init.normal_(self.whisper.model.decoder.embed_tokens.weight, std=0.05)
        self.whisper.model.decoder.embed_positions.weight.data.copy_(0.1 * _sinusoids(448, width))
        self.ctc = nn.Linear(width, characters + 1)
        self.register_buffer("used", torch.tensor(used), persistent=False)
        self.unused = math.log(tokens.VOCABULARY - len(used))

    def _attend(self, layer: Any, queries: Tensor, source: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        def split(x: Tensor) -> Tensor:
            return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        q, k, v = split(layer.q_proj(queries) * layer.scaling), split(layer.k_proj(source)), split(layer.v_proj(source))
        scores = q @ k.transpose(-1, -2)
        if mask is not None:
            scores = scores + mask.to(scores.dtype)
        weights = scores.softmax(-1)
        return layer.out_proj((weights @ v).transpose(1, 2).flatten(2)), weights

    def encode(self, mel: Tensor, padding: Tensor, drawn: int = 48) -> Memory:
        """Run the encoder.

        Args:
            mel: log-mel frames (batch, 80, 2 * stop + 2), padded with `padding`.
            padding: the log-mel value of each window's padding (batch).
            drawn: how many frames of the padding beyond `stop` to compute.
        """
        encoder = self.whisper.model.encoder
        stop = mel.shape[2] // 2 - 1
        x = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).transpose(1, 2)[:, :stop]
        positions = torch.arange(stop)
        bias = torch.zeros(stop)
        if stop < FRAMES:
            drawn = min(drawn, FRAMES - stop)
            flat = padding[:, None, None].expand(-1, 80, 8)
            still = F.gelu(encoder.conv2(F.gelu(encoder.conv1(flat)))).transpose(1, 2)[:, 1:2]
            x = torch.cat([x, still.expand(-1, drawn, -1)], dim=1)
            positions = torch.cat([positions, stop + torch.randperm(FRAMES - stop)[:drawn]])
            bias = torch.cat([bias, torch.full((drawn,), math.log((FRAMES - stop) / drawn))])
        x = x + encoder.embed_positions.weight[positions]
        for layer in encoder.layers:
            h = layer.self_attn_layer_norm(x)
            x = x + self._attend(layer.self_attn, h, h, bias if stop < FRAMES else None)[0]
            x = x + layer.fc2(F.gelu(layer.fc1(layer.final_layer_norm(x))))
        return Memory(encoder.layer_norm(x), bias)

    def decode(self, ids: Tensor, memory: Memory) -> Output:
        """Run the decoder over token ids (batch, tokens), given as rows of the used vocabulary."""
        decoder = self.whisper.model.decoder
        length = ids.shape[1]
        x = decoder.embed_tokens(ids) + decoder.embed_positions.weight[:length]
        causal = torch.full((length, length), float("-inf")).triu(1)
        guided = []
        for layer in decoder.layers:
            h = layer.self_attn_layer_norm(x)
            x = x + self._attend(layer.self_attn, h, h, causal)[0]
            h = layer.encoder_attn_layer_norm(x)
            h, weights = self._attend(layer.encoder_attn, h, memory.states, memory.bias)
            guided.append(weights[:, :GUIDED_HEADS])
            x = x + h
            x = x + layer.fc2(F.gelu(layer.fc1(layer.final_layer_norm(x))))
        states = decoder.layer_norm(x)
        return Output(states @ decoder.embed_tokens.weight.T, torch.cat(guided, dim=1))

    def token_loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return each target's negative log-likelihood over the whole vocabulary; targets are rows of the used one."""
        logits = logits.float()
        total = torch.logaddexp(torch.logsumexp(logits, -1), torch.tensor(self.unused))
        return total - logits.gather(-1, targets[..., None])[..., 0]

    def complete(self) -> Any:
        """Return a plain `WhisperForConditionalGeneration` with the full vocabulary, unused rows zero."""
        from transformers import WhisperForConditionalGeneration

        model = WhisperForConditionalGeneration(self.whisper.config)
        state = {k: v for k, v in self.whisper.state_dict().items() if not k.startswith("proj_out")}
        rows = torch.zeros(tokens.VOCABULARY, self.whisper.config.d_model)
        rows[self.used] = state["model.decoder.embed_tokens.weight"].float()
        state["model.decoder.embed_tokens.weight"] = rows
        state["proj_out.weight"] = rows
        model.load_state_dict(state)
        return model
