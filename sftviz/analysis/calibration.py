"""Whether confidence can be taken at its word: of predictions made with 80 %, four in five should be right.

Shape legend: N examples, M bins, R simulations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sftviz.analysis.evidence import require_numbers
from sftviz.analysis.intervals import NUM_RESAMPLES, percentiles, wilson
from sftviz.results import IntArray, Predictions, Source

NUM_BINS = 15

_MOST_DRAWN_AT_ONCE = 2**21


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often predictions are right, against how confident they were, in bins of equal width.

    Shares are NaN where a bin holds no example.

    Attributes:
        counts_M: examples in each bin.
        confidence_M: their mean confidence.
        accuracy_M: share of them that is right.
        interval_M2: 95 % interval of that (Wilson).
        null_M2: where a perfectly calibrated model's share would lie in 95 % of data sets of these confidences.
        error: expected calibration error, in [0, 1].
        null_error: the same of a perfectly calibrated model: the middle 95 %.
        largest_gap: maximum calibration error, in [0, 1].
    """

    source: Source
    counts_M: IntArray
    confidence_M: NDArray[np.float64]
    accuracy_M: NDArray[np.float64]
    interval_M2: NDArray[np.float64]
    null_M2: NDArray[np.float64]
    error: float
    null_error: tuple[float, float]
    largest_gap: float


def reliability(predictions: Predictions) -> Reliability:
    """Compare confidence with being right, and both with what luck does to a perfectly calibrated model.

    Raises:
        EmptyResultError: there is no example, or a probability is not a number.
    """
    require_numbers(predictions)
    confidence_N = predictions.probabilities_NK.max(axis=1).astype(np.float64)
    bins_N = confidence_bins(confidence_N)
    counts_M = np.bincount(bins_N, minlength=NUM_BINS).astype(np.int64)
    right_M = np.bincount(bins_N, predictions.is_right_N.astype(np.float64), minlength=NUM_BINS)
    confident_M = np.bincount(bins_N, confidence_N, minlength=NUM_BINS)
    null_right_RM = simulated_right(confidence_N)
    null_errors_R = np.abs(null_right_RM - confident_M).sum(axis=1) / len(confidence_N)
    error, largest_gap = calibration_errors(confidence_N, predictions.is_right_N)
    is_empty_M = counts_M == 0
    low, high = percentiles(null_errors_R)
    return Reliability(
        source=predictions.source,
        counts_M=counts_M,
        confidence_M=_per_example(confident_M, counts_M),
        accuracy_M=_per_example(right_M, counts_M),
        interval_M2=np.where(is_empty_M[:, None], np.nan, wilson(right_M, counts_M)),
        null_M2=_per_example(percentiles(null_right_RM).T, counts_M).T,
        error=error,
        null_error=(float(low), float(high)),
        largest_gap=largest_gap,
    )


def confidence_bins(confidence_N: ArrayLike, num_bins: int = NUM_BINS) -> IntArray:
    """The bin of each confidence: of equal width, closed on the right."""
    inner_edges = np.linspace(0, 1, num_bins + 1)[1:-1]
    return np.searchsorted(inner_edges, np.asarray(confidence_N), side="left").astype(np.int64)


def calibration_errors(confidence_N: ArrayLike, is_right_N: ArrayLike, num_bins: int = NUM_BINS) -> tuple[float, float]:
    """Expected and maximum calibration error: the mean gap of the examples' bins, and the largest gap of a bin.

    Source: Guo et al. 2017, "On calibration of modern neural networks", eqs. 3 and 5.
    """
    bins_N = confidence_bins(confidence_N, num_bins)
    gaps_N = np.asarray(is_right_N, dtype=np.float64) - np.asarray(confidence_N, dtype=np.float64)
    counts_M = np.bincount(bins_N, minlength=num_bins)
    gaps_M = np.abs(np.bincount(bins_N, gaps_N, minlength=num_bins))
    return float(gaps_M.sum() / counts_M.sum()), float((gaps_M / np.maximum(counts_M, 1)).max())


def simulated_right(confidence_N: NDArray[np.float64], seed: int = 0) -> NDArray[np.float64]:
    """How many are right in each bin when each prediction is right with the probability that it states.

    Even then the calibration error is not 0: with 100 examples it is about 0.12, so a value says little by itself.

    Returns:
        Counts of R simulations (rows) in M bins (columns).
    """
    random = np.random.default_rng(seed)
    order = np.argsort(confidence_N, kind="stable")
    sorted_N = confidence_N[order]
    bins, starts = np.unique(confidence_bins(sorted_N), return_index=True)
    right_RM = np.zeros((NUM_RESAMPLES, NUM_BINS))
    height = max(1, _MOST_DRAWN_AT_ONCE // len(sorted_N))
    for begin in range(0, NUM_RESAMPLES, height):
        part = right_RM[begin : begin + height]
        is_right = random.random((len(part), len(sorted_N))) < sorted_N
        part[:, bins] = np.add.reduceat(is_right, starts, axis=1, dtype=np.float64)
    return right_RM


def _per_example(totals_M: NDArray[np.number], counts_M: IntArray) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.divide(totals_M, counts_M, out=np.full(totals_M.shape, np.nan), where=counts_M > 0)
    return shares
