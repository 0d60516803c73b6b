"""Where a stage computes: its device, its threads, and no network while it does."""

import argparse
import math
import os
import sys
from collections.abc import Callable
from typing import TypeVar

from moviesubs.errors import UserError

N = TypeVar("N", int, float)

DEVICES = ("auto", "cpu", "cuda", "mps")

#: read by the libraries when they are imported
_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "PYANNOTE_METRICS_ENABLED": "0",
    "TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTORCH_ENABLE_MPS_FALLBACK": "1",
    "MPLBACKEND": "agg",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds `--device` and `--threads`."""
    parser.add_argument(
        "--device", choices=DEVICES, default="auto", help="auto: CUDA, else Apple's GPU where the library can, else CPU"
    )
    parser.add_argument(
        "--threads", type=positive, default=os.cpu_count() or 1, help="CPU threads (default: all cores)"
    )


def add_limits(parser: argparse.ArgumentParser, seconds: float, share: float, silence: float = 600.0) -> None:
    """Adds `--time-limit`, `--time-limit-share` and `--silence-limit`, for stages that watch a child process.

    Args:
        seconds: the default limit.
        share: what each second of audio adds to it by default.
        silence: the default limit of the time without progress, in seconds.
    """
    about = "seconds after which the work counts as failed (default: %(default)s)"
    parser.add_argument("--time-limit", type=positive_number, default=seconds, help=about)
    about = "seconds that each second of audio adds to the time limit (default: %(default)s)"
    parser.add_argument("--time-limit-share", type=float, default=share, help=about)
    about = "seconds without any progress after which it counts as failed (default: %(default)s)"
    parser.add_argument("--silence-limit", type=positive_number, default=silence, help=about)


def number(kind: type[N], above: float, below: float = math.inf) -> Callable[[str], N]:
    """An argparse type: a number between two others, neither of them included.

    Returns:
        What turns the typed text into the number, or raises argparse.ArgumentTypeError.
    """

    def parse(text: str) -> N:
        try:
            found = kind(text)
        except ValueError:
            found = kind(above)
        if not above < found < below:
            what = "a whole number" if kind is int else "a number"
            limits = f"above {above:g}" + ("" if below == math.inf else f" and below {below:g}")
            raise argparse.ArgumentTypeError(f"{text!r} is not {what} {limits}")
        return found

    return parse


positive = number(int, 0)
positive_number = number(float, 0)


def configure(threads: int) -> None:
    """Prepares the environment of the libraries; call it before any of them is imported.

    Nothing is fetched, no usage is reported (pyannote.audio 4 reports by default), pickled weights are refused, and
    operations that Apple's GPU lacks are computed on the CPU.
    """
    os.environ.update(_ENVIRONMENT)
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)


def torch_device(choice: str, threads: int) -> str:
    """The device for PyTorch; sets its threads too.

    Apple's GPU gives the same turns as the CPU in pyannote.audio, twelve times faster (whisperX pull request 1476).

    Returns:
        "cuda", "mps" or "cpu".

    Raises:
        UserError: CUDA or MPS was asked for and is not there.
    """
    import torch

    torch.set_num_threads(threads)
    has_cuda, has_mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if choice == "cuda" and not has_cuda:
        raise UserError("no CUDA device is usable here (PyTorch sees none); use --device auto or cpu")
    if choice == "mps" and not has_mps:
        raise UserError("no Apple GPU is usable here (PyTorch sees none); use --device auto or cpu")
    if choice != "auto":
        return choice
    return "cuda" if has_cuda else "mps" if has_mps else "cpu"


def ctranslate2_device(choice: str) -> str:
    """The device for CTranslate2, which knows CUDA and CPU only.

    Returns:
        "cuda" or "cpu".

    Raises:
        UserError: CUDA was asked for and is not there.
    """
    import ctranslate2

    has_cuda = ctranslate2.get_cuda_device_count() > 0
    if choice == "cuda" and not has_cuda:
        raise UserError("no CUDA device is usable here (CTranslate2 sees none); use --device auto or cpu")
    if choice == "mps":
        print("CTranslate2 does not know Apple's GPU: computing on the CPU", file=sys.stderr, flush=True)
    return "cuda" if has_cuda and choice in ("auto", "cuda") else "cpu"
