"""Threads that compute beside each other, and are not waited for when a run is broken off."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def workers(count: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads, which have ended with the block; after an error in it, Ctrl-C say, they are left to themselves.

    `ThreadPoolExecutor` would wait, minutes for a batch of a large model; `program.run` ends the process without them.
    """
    pool = ThreadPoolExecutor(count)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
