"""Which of the explained pictures are shown, in which order, and the table of them.

Shape legend: M explained pictures.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from sftviz.attribution.across import EvidenceAcross
from sftviz.attribution.box import Box, outside_share
from sftviz.attribution.catalogue import METHODS
from sftviz.results import FloatArray, IntArray

Kept = Literal["all", "right", "wrong", "fixed", "broken"]
Order = Literal["moved", "border", "outside", "sure", "unsure"]

PATTERN, OUTSIDE = "change of pattern", "outside the box"
BORDER_BEFORE, BORDER_AFTER = "on the border before", "on the border after"
CONFIDENCE, CHANGE = "confidence", "change of the truth's probability"


def chosen(
    across: EvidenceAcross,
    kept: Kept = "all",
    label: int | None = None,
    *,
    confidence: tuple[float, float] = (0.0, 1.0),
    order: Order = "moved",
    box: Box | None = None,
) -> IntArray:
    """Places in [0, M) of some of the pictures, in order.

    Args:
        across: all of them.
        kept: whether they are right after fine-tuning, and whether that changed.
        label: their true class; any if None.
        confidence: least and largest probability of the class that is predicted after fine-tuning.
        order: what comes first; pictures without evidence come last where it is what is asked about.
        box: for the order by what lies outside it; without one, evidence that moved most comes first.
    """
    was_right_M, is_right_M = across.before.is_right_N[across.indices_M], across.is_right_M
    keep_M = {
        "all": np.ones(len(is_right_M), bool),
        "right": is_right_M,
        "wrong": ~is_right_M,
        "fixed": ~was_right_M & is_right_M,
        "broken": was_right_M & ~is_right_M,
    }[kept]
    if label is not None:
        keep_M = keep_M & (across.after.labels_N[across.indices_M] == label)
    least, most = confidence
    keep_M = keep_M & ~(across.confidence_M < least) & ~(across.confidence_M > most)
    first = np.argsort(-_sorted_by(across, order, box), kind="stable")  # NaN comes last
    places: IntArray = first[keep_M[first]].astype(np.int64)
    return places


def _sorted_by(across: EvidenceAcross, order: Order, box: Box | None) -> FloatArray:
    """The number of each picture that comes first where it is largest, (M,)."""
    if order == "border":
        return across.border_after_M
    if order in ("sure", "unsure"):
        return across.confidence_M if order == "sure" else -across.confidence_M
    if order == "outside" and box is not None:
        return outside_share(across.after_Mgg, box)
    return across.rank_change_M


def across_table(every: Sequence[EvidenceAcross], indices: IntArray, box: Box | None = None) -> pd.DataFrame:
    """One row a picture; shares and probabilities in [0, 1].

    Args:
        every: what each method found, of the same checkpoints; what it has not explained is NaN.
        indices: of the pictures, in order.
        box: what lies outside it is told as well.
    """
    before, after = every[0].before, every[0].after
    predicted = after.predicted_N[indices]
    columns: dict[str, object] = {
        "picture": [after.examples[index] for index in indices],
        "truth": [after.classes[label] for label in after.labels_N[indices]],
        "prediction": [after.classes[label] for label in predicted],
        CONFIDENCE: after.probabilities_NK[indices, predicted],
        CHANGE: (after.of_truth_N - before.of_truth_N)[indices],
    }
    for across in every:
        for name, values_M in _numbers(across, box).items():
            columns[column_name(across.method, name)] = _at(across, values_M, indices)
    return pd.DataFrame(columns)


def column_name(method: str, name: str) -> str:
    """The title of a method's column of numbers."""
    return f"{METHODS[method].title}: {name}"


def _numbers(across: EvidenceAcross, box: Box | None) -> dict[str, FloatArray]:
    outside = {} if box is None else {OUTSIDE: outside_share(across.after_Mgg, box)}
    return {
        PATTERN: across.rank_change_M,
        **outside,
        BORDER_BEFORE: across.border_before_M,
        BORDER_AFTER: across.border_after_M,
    }


def _at(across: EvidenceAcross, values_M: FloatArray, indices: IntArray) -> FloatArray:
    """What belongs to these pictures; NaN for those that are not explained."""
    of_all_N = np.full(len(across.after.examples), np.nan, np.float32)
    of_all_N[across.indices_M] = values_M
    found: FloatArray = of_all_N[indices]
    return found
