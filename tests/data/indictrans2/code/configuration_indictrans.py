"""Stands in for the authors' configuration file, which is not part of this project."""

from typing import Any

from transformers import PretrainedConfig


class IndicTransConfig(PretrainedConfig):
    """Keeps every key of `config.json` as an attribute."""

    model_type = "IndicTrans"

    def __init__(self, **values: Any) -> None:
        """Takes the keys; nothing is cached, so that beams need no reordering here."""
        super().__init__(**{**values, "use_cache": False})
