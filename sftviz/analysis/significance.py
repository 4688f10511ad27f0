"""Whether some runs are better than others, or only luckier with these validation examples.

Shape legend: R runs, N examples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binomtest

from sftviz.analysis.evidence import require_examples
from sftviz.results import IntArray, Predictions, Source


@dataclass(frozen=True, eq=False)
class RunComparison:
    """What R checkpoints get right, each against each.

    Attributes:
        sources: the checkpoints.
        num_right_R: examples that each gets right.
        num_examples_R: of so many.
        is_comparable_RR: whether two saw the same validation examples and classes.
        only_row_right_RR: examples that the row's gets right and the column's wrong; 0 where not comparable.
        p_values_RR: of the exact McNemar test, two-sided; NaN where not comparable.
        adjusted_RR: the same, corrected for the number of pairs (Holm).
    """

    sources: tuple[Source, ...]
    num_right_R: IntArray
    num_examples_R: IntArray
    is_comparable_RR: NDArray[np.bool_]
    only_row_right_RR: IntArray
    p_values_RR: NDArray[np.float64]
    adjusted_RR: NDArray[np.float64]

    @property
    def from_best(self) -> IntArray:
        """The runs' places in order of accuracy, the best first."""
        return np.argsort(-self.num_right_R / self.num_examples_R, kind="stable").astype(np.int64)

    @property
    def num_pairs(self) -> int:
        """Pairs of runs that can be compared."""
        return int(np.triu(self.is_comparable_RR, 1).sum())


def compare_runs(predictions: Sequence[Predictions]) -> RunComparison:
    """Test each pair of checkpoints on the examples that only one of them gets right.

    Source: McNemar 1947, "Note on the sampling error of the difference between correlated proportions", in its exact
    form; Holm 1979, "A simple sequentially rejective multiple test procedure".

    Raises:
        EmptyResultError: there is no example.
    """
    for each in predictions:
        require_examples(each)
    count = len(predictions)
    only_RR = np.zeros((count, count), dtype=np.int64)
    p_RR = np.full((count, count), np.nan)
    np.fill_diagonal(p_RR, 1.0)
    for row, column in combinations(range(count), 2):
        if _is_comparable(predictions[row], predictions[column]):
            first, second = predictions[row].is_right_N, predictions[column].is_right_N
            only = int((first & ~second).sum()), int((second & ~first).sum())
            only_RR[row, column], only_RR[column, row] = only
            p_RR[row, column] = p_RR[column, row] = exact_mcnemar(*only)
    return RunComparison(
        sources=tuple(each.source for each in predictions),
        num_right_R=np.array([each.is_right_N.sum() for each in predictions], dtype=np.int64),
        num_examples_R=np.array([len(each.examples) for each in predictions], dtype=np.int64),
        is_comparable_RR=np.isfinite(p_RR),
        only_row_right_RR=only_RR,
        p_values_RR=p_RR,
        adjusted_RR=_adjusted(p_RR),
    )


def exact_mcnemar(only_first: int, only_second: int) -> float:
    """How often luck alone parts the examples that only one of two gets right as unevenly; 1 where there are none."""
    total = only_first + only_second
    return float(binomtest(only_first, total).pvalue) if total else 1.0


def holm(p_values_M: ArrayLike) -> NDArray[np.float64]:
    """P-values of M tests, corrected so that all of them together rarely find what is not there.

    Source: Holm 1979: the k-th smallest is multiplied by M − k + 1, and none falls below a smaller one's.
    """
    p_M = np.asarray(p_values_M, dtype=np.float64)
    order = np.argsort(p_M, kind="stable")
    scaled = p_M[order] * np.arange(len(p_M), 0, -1)
    adjusted = np.empty_like(p_M)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(scaled))
    return adjusted


def _adjusted(p_RR: NDArray[np.float64]) -> NDArray[np.float64]:
    adjusted_RR = p_RR.copy()
    rows, columns = np.nonzero(np.triu(np.isfinite(p_RR), 1))
    adjusted_RR[rows, columns] = adjusted_RR[columns, rows] = holm(p_RR[rows, columns])
    return adjusted_RR


def _is_comparable(first: Predictions, second: Predictions) -> bool:
    return (
        first.classes == second.classes
        and first.examples == second.examples
        and bool((first.labels_N == second.labels_N).all())
    )
