"""Which of several runs nothing beats: what costs less is worse, what is better costs more."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sftviz.trials import CostComparison


def pareto(costs_N: ArrayLike, gains_N: ArrayLike) -> NDArray[np.bool_]:
    """Whether each of N points is on the Pareto front: none costs no more and gains no less, and differs in one."""
    costs, gains = np.asarray(costs_N, dtype=np.float64), np.asarray(gains_N, dtype=np.float64)
    is_on_front = np.zeros(len(costs), dtype=np.bool_)
    best_so_far = -np.inf
    for cost in np.unique(costs):
        best = gains[costs == cost].max()
        if best > best_so_far:
            is_on_front |= (costs == cost) & (gains == best)
            best_so_far = best
    return is_on_front


def compare_costs(
    runs: Sequence[str], labels: Sequence[str], seconds_N: ArrayLike, accuracies_N: ArrayLike
) -> CostComparison:
    """Accuracy against cost.

    Args:
        runs: N identities.
        labels: what tells each run from the others.
        seconds_N: wall time.
        accuracies_N: in [0, 1].
    """
    seconds, accuracies = np.asarray(seconds_N, dtype=np.float32), np.asarray(accuracies_N, dtype=np.float32)
    return CostComparison(tuple(runs), tuple(labels), seconds, accuracies, pareto(seconds, accuracies))
