"""The same work on many items, on all cores, without holding many results."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_ITEMS_PER_THREAD = 8  # enough that threads seldom wait for the slowest, or for the reader


def in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Results in the order of the items; few of them are in memory, or still to finish after a stop."""
    threads = os.cpu_count() or 1
    remaining = iter(items)
    with ThreadPoolExecutor(threads) as pool:
        begun = deque(pool.submit(function, item) for item in islice(remaining, threads * _ITEMS_PER_THREAD))
        try:
            while begun:
                yield begun.popleft().result()
                begun.extend(pool.submit(function, item) for item in islice(remaining, 1))
        finally:
            pool.shutdown(cancel_futures=True)
