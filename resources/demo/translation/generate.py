"""Beam search over the PyTorch model, by the rules of `transformers`' `generate(early_stopping=True)`."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from translation.model import EOS, IndicTrans2


@dataclass
class Finished:
    """The best finished hypotheses of one sentence, at most `beams` of them."""

    beams: int
    kept: list[tuple[float, list[int]]] = field(default_factory=list)

    def add(self, total: float, ids: list[int], length: int) -> None:
        """Add a hypothesis with its summed log-probability; `length` counts the end token (length penalty 1)."""
        self.kept.append((total / length, ids))
        self.kept.sort(key=lambda pair: -pair[0])
        del self.kept[self.beams :]

    @property
    def full(self) -> bool:
        """Whether the search for this sentence is over."""
        return len(self.kept) >= self.beams


@torch.no_grad()
def beam_search(network: IndicTrans2, source: Tensor, beams: int = 5, max_new_tokens: int = 255) -> list[list[int]]:
    """Translate a batch.

    Args:
        network: a model in evaluation mode.
        source: (batch, time) source ids, padded with 1, each ending in the end token.
        beams: beam width; 1 is greedy search.
        max_new_tokens: longest translation in tokens, the end token included.

    Returns:
        Per sentence the target ids of the best hypothesis, without the end token.
    """
    batch = source.shape[0]
    memory, mask = network.encode(source)
    memory = [(keys.repeat_interleave(beams, 0), values.repeat_interleave(beams, 0)) for keys, values in memory]
    mask = mask.repeat_interleave(beams, 0)
    sequences = torch.full((batch * beams, 1), EOS)
    scores = torch.full((batch, beams), -1e9)
    scores[:, 0] = 0.0
    finished = [Finished(beams) for _ in range(batch)]
    cache = None
    for length in range(1, max_new_tokens + 1):
        logits, cache = network.decode(sequences[:, -1:], memory, mask, cache)
        step = logits[:, -1].log_softmax(-1)
        vocabulary = step.shape[-1]
        totals, flat = (scores.view(-1, 1) + step).view(batch, -1).topk(2 * beams, dim=1)
        rows = torch.zeros(batch, beams, dtype=torch.long)
        tokens = torch.zeros(batch, beams, dtype=torch.long)
        for sentence in range(batch):
            going = 0
            for rank, (total, index) in enumerate(zip(totals[sentence].tolist(), flat[sentence].tolist(), strict=True)):
                beam, token = divmod(index, vocabulary)
                row = sentence * beams + beam
                if token == EOS:
                    if rank < beams and not finished[sentence].full:
                        finished[sentence].add(total, sequences[row, 1:].tolist(), length)
                    continue
                rows[sentence, going], tokens[sentence, going], scores[sentence, going] = row, token, total
                going += 1
                if going == beams:
                    break
        order = rows.view(-1)
        sequences = torch.cat([sequences[order], tokens.view(-1, 1)], dim=1)
        cache = [(keys[order], values[order]) for keys, values in cache]
        if all(sentence.full for sentence in finished):
            break
    for sentence, hypotheses in enumerate(finished):
        if not hypotheses.full:
            for beam in range(beams):
                row = sentence * beams + beam
                hypotheses.add(float(scores[sentence, beam]), sequences[row, 1:].tolist(), sequences.shape[1] - 1)
    return [hypotheses.kept[0][1] for hypotheses in finished]
