"""What two checkpoints make of a part of the examples.

Shape legend: S examples of the part.
"""

from dataclasses import dataclass

from sftviz.analysis.evidence import require_pair
from sftviz.analysis.intervals import wilson
from sftviz.results import IntArray, Predictions


@dataclass(frozen=True)
class PartSaid:
    """What one checkpoint makes of it.

    Attributes:
        accuracy: share that is right, in [0, 1].
        interval: 95 %, of the accuracy.
        confidence: mean probability of what is predicted.
    """

    accuracy: float
    interval: tuple[float, float]
    confidence: float


def compare_part(before: Predictions, after: Predictions, part_S: IntArray) -> tuple[PartSaid, PartSaid]:
    """Accuracy and confidence of a part of the examples, before and after.

    Source: Wilson 1927 (interval).

    Args:
        before: of all examples.
        after: of the same ones.
        part_S: indices of at least one.

    Raises:
        EmptyResultError: there is no example, or the lists of examples differ.
    """
    require_pair(before, after)
    return _said(before, part_S), _said(after, part_S)


def _said(predictions: Predictions, part_S: IntArray) -> PartSaid:
    is_right_S = predictions.is_right_N[part_S]
    low, high = wilson([is_right_S.sum()], [len(part_S)])[0].tolist()
    confidence = float(predictions.probabilities_NK[part_S].max(axis=1).mean())
    return PartSaid(float(is_right_S.mean()), (low, high), confidence)
