"""Whether a checkpoint is as good as a person asked for, and how sure that is.

Shape legend: N examples, K classes.
"""

import numpy as np
from numpy.typing import NDArray

from sftviz.analysis.measures import Measure, metrics_with_intervals
from sftviz.config import Metric, Target
from sftviz.results import IntArray, Predictions


def estimate(predictions: Predictions, metric: Metric) -> Measure:
    """Measure one checkpoint by what a target can name.

    Raises:
        EmptyResultError: there is no example, or a probability is not a number.
    """
    return next(measure for measure in metrics_with_intervals(predictions) if measure.name == metric)


def reaches(found: Measure, target: Target) -> bool:
    """Whether the value is as high as the target; where that asks to be sure, the lower end of the interval."""
    return (found.interval[0] if target.sure else found.value) >= target.value


def measured(labels_N: IntArray, predicted_N: IntArray, num_classes: int) -> dict[str, float]:
    """Every metric that can be a target.

    F1 is the mean over the classes that occur or are predicted, balanced accuracy the mean recall of those that occur.
    """
    is_right_N = labels_N == predicted_N
    support_K, predicted_K, right_K = (
        np.bincount(each, minlength=num_classes) for each in (labels_N, predicted_N, labels_N[is_right_N])
    )
    return {
        "accuracy": float(is_right_N.mean()),
        "f1": _mean_ratio(2 * right_K, support_K + predicted_K),
        "balanced_accuracy": _mean_ratio(right_K, support_K),
    }


def _mean_ratio(parts_K: NDArray[np.int64], wholes_K: NDArray[np.int64]) -> float:
    is_there_K = wholes_K > 0
    return float((parts_K[is_there_K] / wholes_K[is_there_K]).mean())
