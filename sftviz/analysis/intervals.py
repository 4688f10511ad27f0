"""How sure a number from few examples is: 95 % intervals, and the least difference that can be told from luck.

Shape legend: N examples, R resamples.
"""

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sftviz.results import IntArray

NUM_RESAMPLES = 1000

_CONFIDENCE = 0.95
LEAST_FLIPS = 6
_MOST_DRAWN_AT_ONCE = 2**21


def wilson(successes: ArrayLike, trials: ArrayLike) -> NDArray[np.float64]:
    """Intervals of proportions: the shape of the counts, and a last axis of lower and upper end.

    Without a trial the proportion may be anything: the interval is [0, 1].

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    right, count = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    z = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2)
    share = right / np.maximum(count, 1)
    middle = right + z * z / 2
    reach = z * np.sqrt(count * share * (1 - share) + z * z / 4)
    ends = np.stack([middle - reach, middle + reach], axis=-1) / (count + z * z)[..., None]
    # An end that is exactly 0 or 1 comes out a rounding error beside it.
    return np.where(count[..., None] > 0, ends.clip(0, 1), [0.0, 1.0])


def percentiles(resampled_R: NDArray[np.floating]) -> NDArray[np.float64]:
    """The middle 95 % of what resampling gave (first axis): a last axis of lower and upper end."""
    tail = (1 - _CONFIDENCE) / 2
    ends: NDArray[np.float64] = np.moveaxis(np.quantile(resampled_R, [tail, 1 - tail], axis=0), 0, -1)
    return ends


def stratified_resamples(labels_N: IntArray, seed: int = 0) -> Iterator[NDArray[np.float64]]:
    """How often each example is drawn when each class is drawn anew from itself, as often as it has examples.

    The same labels and the same seed give the same draws, so that two checkpoints can be compared on them in pairs.

    Source: Efron & Tibshirani 1993, "An introduction to the bootstrap".

    Yields:
        Counts of N examples (rows) in some of the `NUM_RESAMPLES` resamples (columns): a part at a time bounds memory.
    """
    num_examples = len(labels_N)
    random = np.random.default_rng(seed)
    by_class = np.argsort(labels_N, kind="stable")
    _, first, size = np.unique(labels_N[by_class], return_index=True, return_counts=True)
    first_N1, size_N1 = np.repeat(first, size)[:, None], np.repeat(size, size)[:, None]
    most = max(1, _MOST_DRAWN_AT_ONCE // num_examples)
    for begin in range(0, NUM_RESAMPLES, most):
        width = min(most, NUM_RESAMPLES - begin)
        drawn = first_N1 + (random.random((num_examples, width)) * size_N1).astype(np.int64)
        cells = by_class[drawn] * width + np.arange(width)
        counts = np.bincount(cells.ravel(), minlength=num_examples * width)
        yield counts.reshape(num_examples, width).astype(np.float64)


def least_difference(num_examples: int) -> float:
    """The smallest difference in accuracy that can be told from luck, in [0, 1].

    Even where every flip goes one way, 5 of them come by luck with p = 2 · ½⁵ = 0.063 and 6 with 2 · ½⁶ = 0.031: two
    checkpoints must differ by 6 of N examples at least.

    Source: the exact test of McNemar 1947, "Note on the sampling error of the difference between correlated
    proportions", two-sided, p < 0.05.
    """
    return min(1.0, LEAST_FLIPS / num_examples)
