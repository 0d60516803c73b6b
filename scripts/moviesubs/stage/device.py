"""Sets up a stage's computation: device, threads, no network access."""

import os
import sys

from moviesubs.errors import UserError

#: what may be asked for; "auto" takes the best that the library can use
DEVICE_CHOICES = ("auto", "cpu", "cuda", "mps")

#: read by the libraries when they are imported
_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "PYANNOTE_METRICS_ENABLED": "0",
    "TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "ORT_DISABLE_TELEMETRY": "1",
    "PYTORCH_ENABLE_MPS_FALLBACK": "1",
    "MPLBACKEND": "agg",
    # threads that wait for others sleep: beside busy processes, spinning costs a stage a fifth more of the processor and more
    "OMP_WAIT_POLICY": "PASSIVE",
}


def configure(threads: int) -> None:
    """Prepares the environment of the libraries; call it before any of them is imported.

    Nothing is fetched, no usage is reported (pyannote.audio 4 and ONNX Runtime report by default), pickled weights are refused, and
    operations that Apple's GPU lacks are computed on the CPU.
    """
    os.environ.update(_ENVIRONMENT)
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)


def torch_device(choice: str, threads: int) -> str:
    """The device for PyTorch ("cuda", "mps" or "cpu"); sets its threads too.

    Apple's GPU gives the same turns as the CPU in pyannote.audio, twelve times faster (whisperX pull request 1476).

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
    """The device for CTranslate2, which knows "cuda" and "cpu" only.

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
