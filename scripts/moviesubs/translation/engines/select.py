"""The engines by name."""

from pathlib import Path

from moviesubs.stage.mlx_blas import take_blas_of_torch
from moviesubs.translation.engines.base import Engine

BACKENDS = ("ctranslate2", "mlx", "transformers")


def open_engine(
    backend: str,
    folder: Path,
    *,
    name: str | None = None,
    revision: str | None = None,
    device: str = "auto",
    threads: int = 1,
    compute_type: str = "default",
    remote_code: bool = False,
) -> Engine:
    """Makes an engine, with the libraries of its backend.

    Args:
        folder: the model: converted for "ctranslate2", as on the Hub for the others.
        name: what the model is called; a converted model knows that itself, others are called like their folder.
        revision: which version of it this is; likewise.
        device: where to compute.
        threads: CPU threads; MLX takes its own.
        compute_type: number format of the computation.
        remote_code: the user's permission to run code of the model ("transformers").

    Raises:
        UserError: the model is not there or not whole, or the backend cannot run it like this.
    """
    if backend == "ctranslate2":
        from moviesubs.translation.engines.ctranslate2 import CTranslate2Engine

        return CTranslate2Engine(folder, device, threads, compute_type)
    name = name or folder.resolve().name
    if backend == "mlx":
        take_blas_of_torch()
        from moviesubs.translation.engines.mlx import MlxEngine

        return MlxEngine(folder, name, revision, device, compute_type)
    from moviesubs.translation.engines.transformers import TransformersEngine

    return TransformersEngine(folder, name, revision, device, threads, compute_type, remote_code=remote_code)
