"""Models in ONNX's format."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moviesubs.errors import UserError

PROCESSOR = "CPUExecutionProvider"


def load_session(path: Path, threads: int, advice: str, providers: Sequence[str] = (PROCESSOR,)) -> Any:
    """Loads a model.

    Args:
        path: the ONNX file.
        threads: CPU threads.
        advice: what to do where it is damaged, for the message.
        providers: ONNX Runtime's, best first.

    Returns:
        ONNX Runtime's session.

    Raises:
        UserError: it cannot be loaded, though there is memory.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # threads that wait for work sleep: beside other processes, spinning costs the time of both
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=list(providers))
    except Exception as error:
        if "memory" in str(error).lower():
            raise
        raise UserError(f"{path}: this model cannot be loaded: {' '.join(str(error).split())}; {advice}") from error
