"""The same work on many items, on all cores, without holding many results."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_ITEMS_PER_THREAD = 8  # enough that threads seldom wait for the slowest of a chunk


def in_threads(function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Results in the order of the items; at most a chunk of them is in memory, or still to finish after a stop."""
    threads = os.cpu_count() or 1
    chunk = threads * _ITEMS_PER_THREAD
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(items), chunk):
            yield from pool.map(function, items[start : start + chunk])
