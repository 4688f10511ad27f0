"""Which examples are worth a look, and in which order."""

from typing import Literal

import numpy as np

from sftviz.analysis.evidence import require_examples
from sftviz.results import IntArray, Predictions

GalleryKind = Literal["worst", "pairs", "unsure", "sure_wrong", "unsure_right"]
SortKey = Literal["loss", "confidence", "name"]


def gallery_of(
    predictions: Predictions,
    kind: GalleryKind,
    *,
    order: SortKey | None = None,
    is_descending: bool = False,
    true: int | None = None,
    is_right: bool | None = None,
) -> IntArray:
    """Indices of the examples of one kind, in its own order or another.

    Args:
        predictions: of one checkpoint; a probability that is no number counts as 0.
        kind: "worst": the largest loss first; "pairs": wrong ones, the most frequent confusion first; "unsure": the
            least confident first; "sure_wrong": wrong ones, the most confident first; "unsure_right": right ones, the
            least confident first.
        order: what to sort by instead.
        is_descending: whether that order is from the largest to the smallest.
        true: only examples of this class.
        is_right: only examples that are predicted right, or only wrong ones.

    Raises:
        EmptyResultError: there is no example.
    """
    require_examples(predictions)
    is_member_N = np.ones(len(predictions.examples), dtype=np.bool_)
    right_N = predictions.is_right_N
    for asked in (_RIGHT_OF.get(kind), is_right):
        if asked is not None:
            is_member_N &= right_N == asked
    if true is not None:
        is_member_N &= predictions.labels_N == true
    members = np.flatnonzero(is_member_N)
    rank_N = _own_rank(predictions, kind) if order is None else _rank(predictions, order, is_descending=is_descending)
    return members[np.argsort(rank_N[members], kind="stable")].astype(np.int64)


def confidence(predictions: Predictions) -> np.ndarray:
    """Probability of each example's predicted class, float32; what is no number counts as 0."""
    rows = np.arange(len(predictions.examples))
    confidence_N: np.ndarray = np.nan_to_num(predictions.probabilities_NK[rows, predictions.predicted_N], nan=0.0)
    return confidence_N


_RIGHT_OF: dict[GalleryKind, bool] = {"pairs": False, "sure_wrong": False, "unsure_right": True}


def _own_rank(predictions: Predictions, kind: GalleryKind) -> np.ndarray:
    """What the examples of a kind are sorted by, the smallest first."""
    if kind == "worst":
        return _rank(predictions, "loss", is_descending=True)
    if kind == "pairs":
        return _pair_rank(predictions)
    return _rank(predictions, "confidence", is_descending=kind == "sure_wrong")


def _rank(predictions: Predictions, key: SortKey, *, is_descending: bool) -> np.ndarray:
    values_N: np.ndarray
    if key == "name":
        values_N = np.argsort(np.argsort(np.array(predictions.examples, dtype=object), kind="stable"))
    elif key == "loss":
        # The less probable the truth, the larger the loss: no logarithm is needed for the order.
        values_N = -np.nan_to_num(predictions.of_truth_N, nan=0.0)
    else:
        values_N = confidence(predictions)
    return -values_N if is_descending else values_N


def _pair_rank(predictions: Predictions) -> np.ndarray:
    """The position of each example when frequent pairs come first, and confident predictions within a pair."""
    pair_N = predictions.labels_N * len(predictions.classes) + predictions.predicted_N
    is_wrong_N = ~predictions.is_right_N
    counts = np.bincount(pair_N[is_wrong_N], minlength=len(predictions.classes) ** 2)
    return np.argsort(np.lexsort((-confidence(predictions), pair_N, -counts[pair_N])))
