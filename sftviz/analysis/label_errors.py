"""Which labels are probably wrong, from predictions of a model that never saw them.

Shape legend: N examples, K classes.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import confusion_matrix

from sftviz.analysis.evidence import require_examples
from sftviz.results import FloatArray, IntArray, Predictions

UNSURE = -1
_SLACK = 1e-6  # what rounding may take from a probability that equals its threshold


@dataclass(frozen=True, eq=False)
class ConfidentLabels:
    """Given labels against those that the model would give with confidence.

    Attributes:
        thresholds_K: mean probability of each class among its own examples; infinite where it has none.
        confident_N: the class that a model is confident of; `UNSURE` where of none.
        joint_KK: numbers of examples by given (row) and confident label; at least 1 on the diagonal.
        error_share: estimated share of wrong labels: what lies off the diagonal once each row is scaled to the number
            of examples of its class.
    """

    thresholds_K: FloatArray
    confident_N: IntArray
    joint_KK: IntArray
    error_share: float


def confident_labels(predictions: Predictions) -> ConfidentLabels:
    """Estimate which labels are wrong by confident learning.

    A model is confident of a class where it gives it at least the mean probability of that class's own examples; where
    of several, the most probable one of all counts. Thresholds of their own keep rare classes from being doubted only
    for being rare.

    Source: Northcutt, Jiang & Chuang 2021, "Confident Learning", eqs. 1 to 3.

    Args:
        predictions: of examples that the model did not learn from: out of fold, or held out.

    Raises:
        EmptyResultError: there is no example.
    """
    require_examples(predictions)
    probabilities_NK, labels_N = predictions.probabilities_NK.astype(np.float64), predictions.labels_N
    num_classes = len(predictions.classes)
    counts_K = np.bincount(labels_N, minlength=num_classes)
    sums_K = np.bincount(labels_N, weights=predictions.of_truth_N, minlength=num_classes)
    thresholds_K = np.where(counts_K > 0, sums_K / counts_K.clip(1), np.inf)
    is_confident_NK = probabilities_NK >= thresholds_K - _SLACK
    num_confident_N = is_confident_NK.sum(axis=1)
    confident_N = np.where(num_confident_N > 1, predictions.predicted_N, is_confident_NK.argmax(axis=1))
    confident_N[num_confident_N == 0] = UNSURE
    joint_KK = _joint(labels_N, confident_N, num_classes)
    scaled_KK = joint_KK * (counts_K / joint_KK.sum(axis=1))[:, None]
    return ConfidentLabels(
        thresholds_K=thresholds_K.astype(np.float32),
        confident_N=confident_N.astype(np.int64),
        joint_KK=joint_KK,
        error_share=float(1 - np.trace(scaled_KK) / scaled_KK.sum()),
    )


def _joint(labels_N: IntArray, confident_N: IntArray, num_classes: int) -> IntArray:
    is_sure_N = confident_N != UNSURE
    joint_KK = np.zeros((num_classes, num_classes), dtype=np.int64)
    if is_sure_N.any():
        classes = np.arange(num_classes)
        joint_KK += confusion_matrix(labels_N[is_sure_N], confident_N[is_sure_N], labels=classes).astype(np.int64)
    np.fill_diagonal(joint_KK, joint_KK.diagonal().clip(1))
    return joint_KK
