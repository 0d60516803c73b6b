"""The network in MLX with a beam search: for the GPU of Apple Silicon.

On Linux it computes on the CPU, for tests.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import mlx.core as mx

from moviesubs.errors import UserError
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.engines.base import Decoding, Origin, fingerprint
from moviesubs.translation.engines.beam_search import Beam, repeating
from moviesubs.translation.engines.mlx_network import Network
from moviesubs.translation.tokenizers.indictrans2 import Tokenizer

KINDS = {"default": mx.float32, "float32": mx.float32, "float16": mx.float16, "bfloat16": mx.bfloat16}
#: scores are looked through in blocks of so many
BLOCK = 128


def best(totals: mx.array, count: int) -> tuple[mx.array, mx.array]:
    """The highest values of each row of (rows, columns), without sorting it: they lie in the blocks with the highest maxima.

    Returns:
        Values and columns, both (rows, count), the highest first.
    """
    rows, columns = totals.shape
    padded = mx.pad(totals, ((0, 0), (0, -columns % BLOCK)), constant_values=-mx.inf).reshape(rows, -1, BLOCK)
    blocks = mx.argsort(-padded.max(axis=-1), axis=-1)[:, :count]
    inside = mx.take_along_axis(padded, blocks[:, :, None], axis=1).reshape(rows, -1)
    order = mx.argsort(-inside, axis=-1)[:, :count]
    indices = mx.take_along_axis(blocks, order // BLOCK, axis=1) * BLOCK + order % BLOCK
    return mx.take_along_axis(inside, order, axis=1), indices


class MlxEngine:
    """A checkpoint in the Hub's layout on one device."""

    backend = "mlx"
    workers = 1

    def __init__(
        self, folder: Path, name: str, revision: str | None, device: str = "auto", compute_type: str = "default"
    ) -> None:
        """Finds the model; it is loaded when it is first used.

        Args:
            folder: the checkpoint, as it is on the Hub.
            device: "cpu", or "auto" or "mlx" for Apple's GPU where there is one.
            compute_type: "default", "float32", "float16" or "bfloat16"; the default is float32, which gives the reference's text.

        Raises:
            UserError: the folder is not such a checkpoint, or the device or compute type is unknown to MLX.
        """
        if device not in ("auto", "mlx", "cpu"):
            raise UserError(f"MLX does not compute on {device!r}; use auto or cpu")
        if compute_type not in KINDS:
            raise UserError(f"MLX does not compute in {compute_type!r}; use {', '.join(KINDS)}")
        config = checkpoint.read_config(folder)
        self.origin = Origin(name, revision, config.max_source_positions, config.max_target_positions)
        self.folder, self.compute_type = folder, compute_type
        on_gpu = device != "cpu" and mx.metal.is_available()
        self.device = "gpu" if on_gpu else "cpu"
        mx.set_default_device(mx.gpu if on_gpu else mx.cpu)

    @cached_property
    def network(self) -> Network:
        """The model, loaded on first use."""
        return Network(self.folder, KINDS[self.compute_type])

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Ids of the model's tokens."""
        return Tokenizer(self.folder)

    def fingerprint(self) -> dict[str, str]:
        """See `Engine.fingerprint`."""
        return fingerprint(self, mx.__version__)

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[list[str]]:
        """See `Engine.translate`."""
        ids, real = self.tokenizer.pad([self.tokenizer.ids(tokens) for tokens in batch])
        hypotheses = self.search(mx.array(ids), mx.array(real), decoding)
        mx.clear_cache()
        return [[self.tokenizer.target_tokens.get(number, checkpoint.UNK) for number in row] for row in hypotheses]

    def search(self, ids: mx.array, real: mx.array, decoding: Decoding) -> list[list[int]]:
        """Beam search; sentences leave the batch when they are done.

        Args:
            ids: source ids (sentences, time).
            ids: source ids (sentences, time).
            real: of the same shape, 0 where `ids` is padding.

        Returns:
            Target ids per sentence, without the end token.
        """
        width, end = decoding.beam_size, self.tokenizer.target_ids[checkpoint.EOS]
        source, past = self.network.encode(ids, real), None
        beams = [Beam(width) for _ in range(ids.shape[0])]
        going = list(range(len(beams)))
        last = mx.full((len(going) * width,), self.network.start)
        for length in range(decoding.max_length):
            scores, past = self.network.decode(last, length, past, source)
            scores = self._forbidden(scores, [beams[index] for index in going], decoding, end)
            totals = scores + mx.array([total for index in going for total in beams[index].totals])[:, None]
            values, columns = best(totals.reshape(len(going), -1), 2 * width)
            vocabulary = scores.shape[-1]
            mx.eval(values, columns, *(part for layer in past for part in layer))
            rows, unfinished = [], []
            for place, (index, totals_row, columns_row) in enumerate(
                zip(going, values.tolist(), columns.tolist(), strict=True)
            ):
                candidates = [
                    (total, column // vocabulary, column % vocabulary)
                    for total, column in zip(totals_row, columns_row, strict=True)
                ]
                origins = beams[index].step(candidates, end, last=length + 1 == decoding.max_length)
                if not beams[index].done:
                    rows += [place * width + origin for origin in origins]
                    unfinished.append(place)
            if not unfinished:
                break
            if len(unfinished) < len(going):
                source = source.take(mx.array(unfinished))
                going = [going[place] for place in unfinished]
            order = mx.array(rows)
            past = [(keys[order], values[order]) for keys, values in past]
            last = mx.array([ids[-1] for index in going for ids in beams[index].running])
        return [beam.best() for beam in beams]

    def _forbidden(self, scores: mx.array, beams: Sequence[Beam], decoding: Decoding, end: int) -> mx.array:
        """Scores with minus infinity for what the decoding does not allow next."""
        hypotheses = [ids for beam in beams for ids in beam.running]
        banned = [
            (row, token)
            for row, ids in enumerate(hypotheses)
            for token in (
                repeating(ids, decoding.no_repeat)
                | ({end} if len(ids) < decoding.min_length else set())
                | ({self.tokenizer.target_ids[checkpoint.UNK]} if decoding.no_unknown else set())
            )
        ]
        if banned:
            rows, tokens = (mx.array(list(part)) for part in zip(*banned, strict=True))
            scores[rows, tokens] = -mx.inf
        return scores
