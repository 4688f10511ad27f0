"""Whether a checkpoint is as good as a person asked for, and how sure that is.

Shape legend: N examples, K classes, R resamples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from sftviz.analysis.evidence import require_examples
from sftviz.config import Metric, Target
from sftviz.results import IntArray, Predictions

_NUM_RESAMPLES = 1000
_MOST_AT_ONCE = 2**21
_TAIL = 0.025


@dataclass(frozen=True)
class Estimate:
    """One measure in [0, 1] with its 95 % interval, from low to high."""

    metric: Metric
    value: float
    low: float
    high: float

    def reaches(self, target: Target) -> bool:
        """Whether the value is as high as the target; where that asks to be sure, the lower end of the interval."""
        return (self.low if target.sure else self.value) >= target.value


def estimate(predictions: Predictions, metric: Metric) -> Estimate:
    """Measure one checkpoint.

    Raises:
        EmptyResultError: there is no example.
    """
    require_examples(predictions)
    return estimate_of(predictions.labels_N, predictions.predicted_N, len(predictions.classes), metric)


def estimate_of(labels_N: IntArray, predicted_N: IntArray, num_classes: int, metric: Metric) -> Estimate:
    """Measure labels against predictions; there must be an example.

    The interval of the accuracy is Wilson's, others come from resampling each class from itself, the same way every
    time. Where everything is right there is nothing to resample, and Wilson's stands for all.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference"; Efron & Tibshirani
    1993, "An introduction to the bootstrap" (percentile interval).
    """
    num_right = int((labels_N == predicted_N).sum())
    value = measured(labels_N, predicted_N, num_classes)[metric]
    if metric == "accuracy" or num_right == len(labels_N):
        interval = binomtest(num_right, len(labels_N)).proportion_ci(method="wilson")
        return Estimate(metric, value, float(interval.low), float(interval.high))
    low, high = np.quantile(_resampled(labels_N, predicted_N, num_classes, metric), [_TAIL, 1 - _TAIL])
    return Estimate(metric, value, float(low), float(high))


def measured(labels_N: IntArray, predicted_N: IntArray, num_classes: int) -> dict[str, float]:
    """Every metric that can be a target.

    F1 is the mean over the classes that occur or are predicted, balanced accuracy the mean recall of those that occur.
    """
    is_right_N = labels_N == predicted_N
    support_K, predicted_K, right_K = (
        np.bincount(each, minlength=num_classes)[None] for each in (labels_N, predicted_N, labels_N[is_right_N])
    )
    return {
        "accuracy": float(is_right_N.mean()),
        "f1": float(_f1(support_K, predicted_K, right_K)[0]),
        "balanced_accuracy": float(_balanced_accuracy(support_K, right_K)[0]),
    }


def _resampled(labels_N: IntArray, predicted_N: IntArray, num_classes: int, metric: Metric) -> NDArray[np.float64]:
    random = np.random.default_rng(0)
    by_class = np.argsort(labels_N, kind="stable")
    support_K = np.bincount(labels_N, minlength=num_classes)
    size_N = np.repeat(support_K, support_K)
    first_N = np.repeat(np.cumsum(support_K) - support_K, support_K)
    at_once = max(1, _MOST_AT_ONCE // len(labels_N))
    values = []
    for begin in range(0, _NUM_RESAMPLES, at_once):
        count = min(at_once, _NUM_RESAMPLES - begin)
        drawn_RN = by_class[first_N + (random.random((count, len(labels_N))) * size_N).astype(np.int64)]
        labels_RN, said_RN = labels_N[drawn_RN], predicted_N[drawn_RN]
        right_RK = _counted(labels_RN, num_classes, (labels_RN == said_RN).ravel())
        if metric == "f1":
            values.append(_f1(support_K[None], _counted(said_RN, num_classes), right_RK))
        else:
            values.append(_balanced_accuracy(support_K[None], right_RK))
    return np.concatenate(values)


def _counted(classes_RN: IntArray, num_classes: int, weights: NDArray[np.bool_] | None = None) -> IntArray:
    """How often each class occurs in each row, (R, K)."""
    count = len(classes_RN)
    cells = classes_RN + num_classes * np.arange(count)[:, None]
    counts = np.bincount(cells.ravel(), weights=weights, minlength=count * num_classes)
    return counts.reshape(count, num_classes).astype(np.int64)


def _f1(support_RK: IntArray, predicted_RK: IntArray, right_RK: IntArray) -> NDArray[np.float64]:
    wholes = support_RK + predicted_RK
    f1_RK = np.divide(2 * right_RK, wholes, out=np.zeros(wholes.shape), where=wholes > 0)
    mean: NDArray[np.float64] = f1_RK.sum(axis=1) / (wholes > 0).sum(axis=1)
    return mean


def _balanced_accuracy(support_RK: IntArray, right_RK: IntArray) -> NDArray[np.float64]:
    recall_RK = np.divide(right_RK, support_RK, out=np.zeros(right_RK.shape), where=support_RK > 0)
    mean: NDArray[np.float64] = recall_RK.sum(axis=1) / (support_RK > 0).sum(axis=1)
    return mean
