"""How far the evidence moved between two maps of one picture.

Shape legend: H and W height and width of a map.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from sftviz.errors import AttributionError
from sftviz.results import AttributionMap, Drift, FloatArray

_TOP_SHARE = 0.2


def drift(before: AttributionMap, after: AttributionMap) -> Drift:
    """Compare two maps; identical ones have drifted by exactly nothing.

    Source: measures of Elangovan & Ting 2026, "When Fine-Tuning Changes the Evidence".

    Raises:
        AttributionError: they are not of one picture, class, method and size.
    """
    for name in ("example", "target", "against", "method"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            raise AttributionError(f"The {name} of the maps differs: {old!r} and {new!r}; compare maps of one.")
    if before.values_HW.shape != after.values_HW.shape:
        raise AttributionError(
            f"The maps differ in size: {before.values_HW.shape} and {after.values_HW.shape}; "
            "compute both for the same preprocessing."
        )
    return Drift(
        before=before.source,
        after=after.source,
        rank_change=_rank_change(before.values_HW, after.values_HW),
        top_overlap=_top_overlap(before.values_HW, after.values_HW),
        centroid_shift=_centroid_shift(before.values_HW, after.values_HW),
    )


def rank_correlation(one_HW: FloatArray | NDArray[np.float64], other_HW: FloatArray | NDArray[np.float64]) -> float:
    """Spearman's; 0 where one of the maps is constant, as it orders nothing."""
    return float((_standardised_ranks(one_HW) * _standardised_ranks(other_HW)).sum())


def _rank_change(before_HW: FloatArray, after_HW: FloatArray) -> float:
    # Half the squared distance of standardised ranks is 1 − ρ, without rounding where the ranks agree.
    return float(np.square(_standardised_ranks(before_HW) - _standardised_ranks(after_HW)).sum() / 2)


def _standardised_ranks(values_HW: FloatArray | NDArray[np.float64]) -> NDArray[np.float64]:
    ranks = rankdata(values_HW) - (values_HW.size + 1) / 2
    length = np.linalg.norm(ranks)
    # Ranks of a constant map say nothing: it agrees with another constant map and is half-way from any other.
    return np.asarray(ranks / length if length > 0 else ranks, dtype=np.float64)


def _top_overlap(before_HW: FloatArray, after_HW: FloatArray) -> float:
    num_top = int(np.ceil(_TOP_SHARE * before_HW.size))
    before, after = (set(np.argsort(-values.ravel(), kind="stable")[:num_top]) for values in (before_HW, after_HW))
    return len(before & after) / len(before | after)


def _centroid_shift(before_HW: FloatArray, after_HW: FloatArray) -> float | None:
    before, after = _centroid(before_HW), _centroid(after_HW)
    if before is None or after is None:
        return None
    return float(np.linalg.norm(after - before) / np.hypot(*before_HW.shape))


def _centroid(values_HW: FloatArray) -> NDArray[np.float64] | None:
    weights = values_HW.clip(min=0).astype(np.float64)
    total = weights.sum()
    if total == 0:
        return None
    rows, columns = np.indices(weights.shape)
    return np.array([(weights * rows).sum(), (weights * columns).sum()]) / float(total)
