"""The course of a training: its options, its learning rate, its log, and checkpoints to go on from."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

LOG_EVERY, SAVE_EVERY = 25, 100


def parser(about: str | None, steps: int) -> argparse.ArgumentParser:
    """Return the command line: `corpus`, `out`, `checkpoint` and `log` (paths), `steps` and `seed`."""
    made = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--corpus", type=Path, required=True, help="made by corpus.py, path without a suffix")
    made.add_argument("--out", type=Path, required=True, help="folder for the model")
    made.add_argument("--checkpoint", type=Path, required=True, help="file to go on from, if it exists")
    made.add_argument("--log", type=Path, required=True, help="TSV")
    made.add_argument("--steps", type=int, default=steps)
    made.add_argument("--seed", type=int, default=1)
    return made


def options(about: str | None, steps: int) -> argparse.Namespace:
    """Read this command line."""
    return parser(about, steps).parse_args()


class Course:
    """The steps of a training.

    Attributes:
        figures: of the steps since the last line of the log; a step appends one sequence, in the order of the columns.
    """

    def __init__(
        self, chosen: argparse.Namespace, parts: Mapping[str, Any], columns: Sequence[str], peak: float, warmup: int
    ) -> None:
        """Go on from the checkpoint, or begin the log.

        Args:
            chosen: as `options` returns them.
            parts: what a checkpoint holds: things with a state_dict, the "optimizer" among them.
            columns: names of the logged figures.
            peak: learning rate after `warmup` steps; it falls to 0 along a cosine.
            warmup: steps in which it rises.
        """
        import torch

        self.chosen, self.parts, self.peak, self.warmup = chosen, parts, peak, warmup
        self.figures: list[Sequence[float]] = []
        self.first, self.started = 0, time.monotonic()
        if chosen.checkpoint.exists():
            state = torch.load(chosen.checkpoint, weights_only=True)
            for name, part in parts.items():
                part.load_state_dict(state[name])
            self.first = state["step"]
        else:
            chosen.checkpoint.parent.mkdir(parents=True, exist_ok=True)
            chosen.log.parent.mkdir(parents=True, exist_ok=True)
            chosen.log.write_text("\t".join(["step", *columns, "seconds"]) + "\n", encoding="utf-8")

    def steps(self, export: Callable[[], None]) -> Iterator[int]:
        """Yield the number of each step that is to be done; log, save and call `export` from time to time."""
        total = self.chosen.steps
        for step in range(self.first, total):
            for group in self.parts["optimizer"].param_groups:
                group["lr"] = (
                    self.peak * min(1, (step + 1) / self.warmup) * 0.5 * (1 + math.cos(math.pi * step / total))
                )
            yield step
            if (step + 1) % LOG_EVERY == 0:
                self._log(step + 1)
            if (step + 1) % SAVE_EVERY == 0 or step + 1 == total:
                self._save(step + 1)
                export()

    def _log(self, done: int) -> None:
        means = [sum(column) / len(column) for column in zip(*self.figures, strict=True)]
        line = "\t".join([str(done), *(f"{mean:.4f}" for mean in means), f"{time.monotonic() - self.started:.0f}"])
        print(line, flush=True)
        with self.chosen.log.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
        self.figures = []

    def _save(self, done: int) -> None:
        import torch

        partial = self.chosen.checkpoint.with_suffix(".partial")
        torch.save({name: part.state_dict() for name, part in self.parts.items()} | {"step": done}, partial)
        partial.replace(self.chosen.checkpoint)
