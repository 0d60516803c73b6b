"""Whisper models in MLX."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs.stage.mlx_blas import take_blas_of_torch

if TYPE_CHECKING:
    from mlx_whisper.whisper import Whisper


def load(folder: Path) -> tuple["Whisper", Any]:
    """Loads a model; where MLX was not imported before, it multiplies faster on Linux (`mlx_blas`).

    Args:
        folder: a Whisper model in MLX's format.

    Returns:
        The model, and the type of number that it computes with: half precision on Apple's GPU, single precision on
        CPUs, which are faster with it.
    """
    take_blas_of_torch()
    import mlx.core as mx
    from mlx_whisper.load_models import load_model

    kind = mx.float16 if mx.default_device() == mx.Device(mx.gpu) else mx.float32
    model = load_model(str(folder), dtype=kind)
    model.set_dtype(kind)
    return model, kind
