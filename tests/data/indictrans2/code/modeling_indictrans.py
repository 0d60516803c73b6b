"""Stands in for the authors' modelling code, which is not part of this project: the network of resources/demo for transformers."""

from dataclasses import fields
from typing import Any

import torch
from torch import nn
from transformers import GenerationMixin, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput, Seq2SeqLMOutput

from translation.model import PAD, Config, IndicTrans2

from .configuration_indictrans import IndicTransConfig


class Encoder(nn.Module):
    """What transformers calls once a batch."""

    main_input_name = "input_ids"

    def forward(self, input_ids: torch.Tensor, **_: Any) -> BaseModelOutput:
        """Hands the ids on: the network encodes and decodes in one call."""
        return BaseModelOutput(last_hidden_state=input_ids[..., None])


class IndicTransForConditionalGeneration(PreTrainedModel, GenerationMixin):
    """The network under the names of the authors' checkpoints."""

    config_class = IndicTransConfig
    main_input_name = "input_ids"
    _tied_weights_keys = None

    def __init__(self, config: IndicTransConfig) -> None:
        """Makes the network that `config.json` describes."""
        super().__init__(config)
        names = [field.name for field in fields(Config)]
        network = IndicTrans2(Config(**{name: getattr(config, name) for name in names}))
        self.model, self.lm_head = network.model, network.lm_head

    def tie_weights(self) -> None:
        """Leaves a head alone that is not stored, as the authors' code does."""

    def _init_weights(self, module: nn.Module) -> None:
        """Every weight is in the checkpoint."""

    def get_encoder(self) -> nn.Module:
        """See `Encoder`."""
        return Encoder()

    def get_decoder(self) -> nn.Module:
        """The decoder."""
        return self.model.decoder

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        decoder_input_ids: torch.Tensor | None = None,
        encoder_outputs: BaseModelOutput | None = None,
        **_: Any,
    ) -> Seq2SeqLMOutput:
        """Logits of every target position."""
        source = input_ids if encoder_outputs is None else encoder_outputs.last_hidden_state[..., 0]
        if attention_mask is not None:
            source = source.masked_fill(attention_mask == 0, PAD)
        return Seq2SeqLMOutput(logits=IndicTrans2.forward(self, source, decoder_input_ids))

    encode, decode = IndicTrans2.encode, IndicTrans2.decode
