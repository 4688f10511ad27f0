"""One class against all others: what is found and what is mistaken for it, from which probability on.

Shape legend: N examples, K classes, P and Q points of a curve.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import auc, confusion_matrix_at_thresholds

from sftviz.analysis.evidence import require_numbers
from sftviz.analysis.intervals import wilson
from sftviz.analysis.measures import Measure
from sftviz.errors import EmptyResultError
from sftviz.results import IntArray, Predictions

_GRID = np.linspace(0, 1, 201)
_MOST_POINTS = 1000


@dataclass(frozen=True, eq=False)
class ThresholdCurves:
    """The precision–recall and the ROC curve, from the highest threshold to the lowest; all values are in [0, 1].

    Attributes:
        recall_P, precision_P: at most 1,000 points; with nothing taken, precision counts as 1.
        false_positive_rate_Q, true_positive_rate_Q: likewise.
        average_precision: mean of the precisions, weighted by the steps in recall.
        roc_area: how often a picture of the class has a higher probability than another.
    """

    recall_P: NDArray[np.float64]
    precision_P: NDArray[np.float64]
    false_positive_rate_Q: NDArray[np.float64]
    true_positive_rate_Q: NDArray[np.float64]
    average_precision: float
    roc_area: float


@dataclass(frozen=True, eq=False)
class Decision:
    """What follows when every example of at least this probability is taken for a class.

    Attributes:
        found: indices of its examples that are taken for it, the most probable first.
        mistaken: indices of others that are taken for it, the most probable first.
        missed: indices of its examples that are not, the least probable first.
        num_rejected: others that are not taken for it.
        precision, recall, false_positive_rate: with Wilson's intervals; 0 without a denominator.
    """

    found: IntArray
    mistaken: IntArray
    missed: IntArray
    num_rejected: int
    precision: Measure
    recall: Measure
    false_positive_rate: Measure


def class_curves(predictions: Predictions, label: int) -> ThresholdCurves:
    """The curves of one class against all others.

    Raises:
        EmptyResultError: no example is of the class, or all are; or a probability is not a number.
    """
    require_numbers(predictions)
    is_class_N = predictions.labels_N == label
    if is_class_N.all() or not is_class_N.any():
        which = "All validation pictures are" if is_class_N.any() else "No validation picture is"
        raise EmptyResultError(
            f"{which} of the class {predictions.classes[label]!r}, so there is nothing to tell apart; choose another."
        )
    return _curves(is_class_N, predictions.probabilities_NK[:, label])


def micro_curves(predictions: Predictions) -> ThresholdCurves:
    """The curves of all pairs of example and class together: one threshold for every class.

    Raises:
        EmptyResultError: there is no example, or a probability is not a number.
    """
    require_numbers(predictions)
    is_truth_NK = predictions.labels_N[:, None] == np.arange(len(predictions.classes))
    return _curves(is_truth_NK.ravel(), predictions.probabilities_NK.ravel())


def macro_curves(predictions: Predictions) -> ThresholdCurves:
    """The mean of the curves of all classes that occur beside others, and of their areas.

    Raises:
        EmptyResultError: all examples are of one class, or a probability is not a number.
    """
    labels = np.unique(predictions.labels_N)
    each = [class_curves(predictions, label) for label in labels.tolist()]
    precision = [np.interp(_GRID, one.recall_P, one.precision_P) for one in each]
    rates = [np.interp(_GRID, one.false_positive_rate_Q, one.true_positive_rate_Q) for one in each]
    return ThresholdCurves(
        recall_P=_GRID,
        precision_P=np.mean(precision, axis=0),
        false_positive_rate_Q=np.append(0.0, _GRID),
        true_positive_rate_Q=np.append(0.0, np.mean(rates, axis=0)),
        average_precision=float(np.mean([one.average_precision for one in each])),
        roc_area=float(np.mean([one.roc_area for one in each])),
    )


def decide(predictions: Predictions, label: int, threshold: float) -> Decision:
    """Take every example for a class whose probability of it is at least the threshold, whatever else is more probable.

    Raises:
        EmptyResultError: there is no example, or a probability is not a number.
    """
    require_numbers(predictions)
    probability_N = predictions.probabilities_NK[:, label]
    is_class_N, is_taken_N = predictions.labels_N == label, probability_N >= np.float32(threshold)
    order = np.argsort(-probability_N, kind="stable")
    found = order[(is_class_N & is_taken_N)[order]].astype(np.int64)
    mistaken = order[(~is_class_N & is_taken_N)[order]].astype(np.int64)
    missed = order[(is_class_N & ~is_taken_N)[order]][::-1].astype(np.int64)
    num_others = int((~is_class_N).sum())
    return Decision(
        found=found,
        mistaken=mistaken,
        missed=missed,
        num_rejected=num_others - len(mistaken),
        precision=_share("precision", len(found), len(found) + len(mistaken), more_is_better=True),
        recall=_share("recall", len(found), len(found) + len(missed), more_is_better=True),
        false_positive_rate=_share("false_positive_rate", len(mistaken), num_others, more_is_better=False),
    )


def _curves(is_true: NDArray[np.bool_], probability: ArrayLike) -> ThresholdCurves:
    _, false, missed, true, _ = confusion_matrix_at_thresholds(is_true, probability)
    recall_P = np.append(0.0, true / (true + missed))
    precision_P = np.append(1.0, true / (true + false))
    false_rate_P = np.append(0.0, false / false[-1])
    kept = np.unique(np.linspace(0, len(recall_P) - 1, _MOST_POINTS).round()).astype(np.int64)
    return ThresholdCurves(
        recall_P=recall_P[kept],
        precision_P=precision_P[kept],
        false_positive_rate_Q=false_rate_P[kept],
        true_positive_rate_Q=recall_P[kept],
        average_precision=float((np.diff(recall_P) * precision_P[1:]).sum()),
        roc_area=float(auc(false_rate_P, recall_P)),
    )


def _share(name: str, part: int, whole: int, *, more_is_better: bool) -> Measure:
    low, high = wilson(part, whole).tolist()
    return Measure(name, part / max(whole, 1), (low, high), "share", whole, more_is_better)
