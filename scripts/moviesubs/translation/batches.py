"""Batches of equally long sentences."""

from collections.abc import Iterator, Sequence


def batches(lengths: Sequence[float], limit: int) -> Iterator[list[int]]:
    """Groups sentences of similar length, the longest first, so that little of a batch is padding and memory runs out early or never.

    Args:
        lengths: tokens of each sentence.
        limit: most tokens of a batch, padding included; a longer sentence is a batch of its own.

    Yields:
        Indices into `lengths`, every one exactly once.
    """
    order = sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))
    while order:
        size = max(1, int(limit // max(1, lengths[order[0]])))
        yield order[:size]
        del order[:size]
