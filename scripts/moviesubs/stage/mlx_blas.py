"""A fast matrix product for MLX on Linux."""

import ctypes
import sys
from importlib.util import find_spec
from pathlib import Path


def take_blas_of_torch() -> None:
    """Lets MLX multiply with PyTorch's BLAS; call it before MLX is imported; no effect off Linux.

    MLX's wheel for Linux brings the reference BLAS, which multiplies some ten times slower. PyTorch, which `mlx-whisper` and
    IndicTransToolkit install in any case, exports the same functions (`sgemm_`): a library that is loaded globally comes first
    when MLX's own looks for them (`man dlopen`, RTLD_GLOBAL). Where PyTorch does not export them, all stays as it was.
    """
    spec = find_spec("torch") if sys.platform == "linux" else None
    if spec and spec.origin:
        library = Path(spec.origin).parent / "lib" / "libtorch_cpu.so"
        if library.exists():
            ctypes.CDLL(str(library), ctypes.RTLD_GLOBAL)
