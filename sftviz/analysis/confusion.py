"""Which classes are taken for which, and the examples behind each count.

Shape legend: K classes, S classes that are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import confusion_matrix

from sftviz.analysis.evidence import require_examples, require_pair
from sftviz.results import ConfusionMatrix, IntArray, Predictions


@dataclass(frozen=True)
class ConfusedPair:
    """Labels of a true class and the class that it was taken for, and how often it was."""

    true: int
    predicted: int
    count: int


@dataclass(frozen=True)
class CellChange:
    """Indices of the examples that came into one cell of the matrix between two checkpoints, that left it, or stayed.

    Each group begins with the most confident example: of the checkpoint that has it in the cell.
    """

    came: IntArray
    left: IntArray
    stayed: IntArray


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
    wrong_KK = _wrong(np.sum([matrix.counts_KK for matrix in matrices], axis=0))
    mistakes_K = wrong_KK.sum(axis=0) + wrong_KK.sum(axis=1)
    return np.sort(np.argsort(-mistakes_K, kind="stable")[:limit]).astype(np.int64)


def confused_pairs(matrix: ConfusionMatrix, limit: int) -> tuple[ConfusedPair, ...]:
    """At most `limit` pairs of different classes, those that were confused most often first; none that never were."""
    wrong_KK = _wrong(matrix.counts_KK)
    rows, columns = np.nonzero(wrong_KK)
    first = np.argsort(-wrong_KK[rows, columns], kind="stable")[:limit]
    pairs = zip(rows[first].tolist(), columns[first].tolist(), strict=True)
    return tuple(ConfusedPair(true, predicted, int(wrong_KK[true, predicted])) for true, predicted in pairs)


def by_similarity(matrices: Sequence[ConfusionMatrix], shown: IntArray) -> IntArray:
    """Some labels in an order that puts classes side by side that are taken for each other.

    Average linkage of the mean matrix, whose row shares say how alike two classes look; the leaves are in the order
    that keeps neighbours most alike.

    Source: Bar-Joseph et al. 2001, "Fast optimal leaf ordering for hierarchical clustering".

    Args:
        matrices: of the same classes.
        shown: S labels; the time grows steeply with their number.
    """
    if len(shown) < 2:
        return shown
    mean_SS = np.mean([_row_shares(matrix.counts_KK[np.ix_(shown, shown)]) for matrix in matrices], axis=0)
    apart_SS = 1 - (mean_SS + mean_SS.T) / 2
    np.fill_diagonal(apart_SS, 0)
    return shown[leaves_list(linkage(squareform(apart_SS), "average", optimal_ordering=True))]


def examples_in_cell(predictions: Predictions, true: int, predicted: int) -> IntArray:
    """Indices of the examples of one class that were taken for another, the most confident first."""
    in_cell = np.flatnonzero((predictions.labels_N == true) & (predictions.predicted_N == predicted))
    order = np.argsort(-predictions.probabilities_NK[in_cell, predicted], kind="stable")
    return in_cell[order].astype(np.int64)


def cell_change(before: Predictions, after: Predictions, true: int, predicted: int) -> CellChange:
    """What happened to one cell of the matrix; its count changes by len(came) − len(left).

    Raises:
        EmptyResultError: there is no example, or the examples or classes differ.
    """
    require_pair(before, after)
    old, new = (examples_in_cell(each, true, predicted) for each in (before, after))
    was, stays = np.isin(new, old), np.isin(old, new)
    return CellChange(came=new[~was], left=old[~stays], stayed=new[was])


def _wrong(counts_KK: IntArray) -> IntArray:
    wrong_KK: IntArray = counts_KK - np.diag(np.diag(counts_KK))
    return wrong_KK


def _row_shares(counts_SS: IntArray) -> np.ndarray:
    shares_SS: np.ndarray = counts_SS / np.maximum(counts_SS.sum(axis=1, keepdims=True), 1)
    return shares_SS
