"""The numbers of an IndicTrans2 checkpoint: its tensors, and the positions that are not among them."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from moviesubs.errors import UserError
from moviesubs.translation.conversion import checkpoint

#: fairseq's first real position is padding_idx + 1
POSITION_OFFSET = 2
#: rows of the position table, unless the model allows longer texts; sinusoids need no training
POSITIONS = 1024
#: tensors that some checkpoints store although they can be computed
COMPUTED = (".version", "_float_tensor", "embed_positions.weights")
TIED = ("lm_head.weight", "model.decoder.embed_tokens.weight")


def sinusoids(rows: int, width: int) -> NDArray[np.float32]:
    """Position vectors of tensor2tensor: all sines, then all cosines; float32 throughout, as in the reference.

    Returns:
        (rows, width), the first row being fairseq's position 2.
    """
    half = width // 2
    rates = np.exp(np.arange(half, dtype=np.float32) * np.float32(-math.log(10000) / (half - 1)))
    angles = np.arange(POSITION_OFFSET, rows + POSITION_OFFSET, dtype=np.float32)[:, None] * rates[None]
    table = np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)
    return np.pad(table, ((0, 0), (0, width % 2)))


class Weights:
    """The tensors of a checkpoint, in one file or several; remembers which have been used."""

    def __init__(self, folder: Path) -> None:
        """Opens the files.

        Raises:
            UserError: there are no weights in safetensors format, or a file is broken.
        """
        self.folder = folder
        index = folder / checkpoint.SHARD_INDEX
        names = {checkpoint.WEIGHTS}
        if index.is_file():
            names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        elif not (folder / checkpoint.WEIGHTS).is_file() and (folder / "pytorch_model.bin").is_file():
            raise UserError(
                f"{folder}: has pytorch_model.bin only, which can hide code; fetch a revision with {checkpoint.WEIGHTS}"
            )
        checkpoint.require(folder, tuple(sorted(names)))
        self.files: dict[str, Any] = {}
        for name in sorted(names):
            try:
                tensors: Any = safe_open(folder / name, "np")
            except SafetensorError as error:
                raise UserError(
                    f"{folder / name}: not a whole safetensors file ({error}); fetch the model again"
                ) from None
            self.files |= dict.fromkeys(tensors.keys(), tensors)
        self.unused = set(self.files)

    def __contains__(self, name: str) -> bool:
        """Whether the checkpoint has a tensor."""
        return name in self.files

    def get(self, name: str) -> NDArray[np.float32]:
        """One tensor.

        Raises:
            UserError: the checkpoint has no such tensor.
        """
        if name not in self.files:
            raise UserError(
                f"{self.folder}: tensor {name} is missing; this is not an IndicTrans2 checkpoint, or not a whole one"
            )
        self.unused.discard(name)
        try:
            tensor: NDArray[np.float32] = self.files[name].get_tensor(name).astype(np.float32)
        except TypeError as error:
            raise UserError(
                f"{self.folder}: tensor {name} has a number format that NumPy lacks ({error}); convert it to float16"
            ) from None
        return tensor

    def check_all_used(self) -> None:
        """Makes sure that nothing the model needs was left out.

        Raises:
            UserError: tensors remain that nothing has asked for.
        """
        left = sorted(name for name in self.unused if not name.endswith(COMPUTED) and name not in TIED)
        if left:
            shown = ", ".join(left[:3]) + (f" and {len(left) - 3} more" if len(left) > 3 else "")
            raise UserError(
                f"{self.folder}: unexpected tensors ({shown}); the model is not of the IndicTrans2 architecture"
            )
