"""Which classes are taken for which, and the examples behind each count."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import confusion_matrix

from sftviz.analysis.evidence import require_examples
from sftviz.results import ConfusionMatrix, IntArray, Predictions


def confusion(predictions: Predictions) -> ConfusionMatrix:
    """Count every pair of true and predicted class.

    Raises:
        EmptyResultError: there is no example.
    """
    require_examples(predictions)
    labels = np.arange(len(predictions.classes))
    counts_KK = confusion_matrix(predictions.labels_N, predictions.predicted_N, labels=labels)
    return ConfusionMatrix(predictions.source, predictions.classes, counts_KK.astype(np.int64))


def most_confused(matrices: Sequence[ConfusionMatrix], limit: int) -> IntArray:
    """Labels of the classes that take part in most mistakes of all matrices together, in the classes' order.

    Args:
        matrices: of the same classes.
        limit: how many classes at most.
    """
    total_KK = np.sum([matrix.counts_KK for matrix in matrices], axis=0)
    wrong_KK = total_KK - np.diag(np.diag(total_KK))
    mistakes_K = wrong_KK.sum(axis=0) + wrong_KK.sum(axis=1)
    return np.sort(np.argsort(-mistakes_K, kind="stable")[:limit]).astype(np.int64)


def examples_in_cell(predictions: Predictions, true: int, predicted: int) -> IntArray:
    """Indices of the examples of one class that were taken for another, the most confident first."""
    in_cell = np.flatnonzero((predictions.labels_N == true) & (predictions.predicted_N == predicted))
    order = np.argsort(-predictions.probabilities_NK[in_cell, predicted], kind="stable")
    return in_cell[order].astype(np.int64)
