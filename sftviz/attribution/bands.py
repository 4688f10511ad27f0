"""What a drift is compared with: unrelated maps, and maps between which nothing changed."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.ndimage import zoom

from sftviz.attribution.compare import drift
from sftviz.results import AttributionMap, Drift, DriftBand, FloatArray, Source

_NUM_PAIRS = 400
_FINEST = 28  # places in a row beyond which stretching them changes nothing
_STRETCH = 4
_SHARES = (0.025, 0.975)


def band_of(drifts: Sequence[Drift]) -> DriftBand:
    """Where 95 % of these drifts lie.

    Args:
        drifts: one or more.
    """
    shifts = [each.centroid_shift for each in drifts if each.centroid_shift is not None]
    return DriftBand(
        rank_change=_middle([each.rank_change for each in drifts]),
        top_overlap=_middle([each.top_overlap for each in drifts]),
        centroid_shift=_middle(shifts) if shifts else None,
    )


@lru_cache(maxsize=64)
def chance_band(rows: int, columns: int) -> DriftBand:
    """Where 95 % of the drifts lie between unrelated maps of so many places, before stretching them over a picture."""
    return band_of(chance_drifts(rows, columns))


def chance_drifts(rows: int, columns: int) -> tuple[Drift, ...]:
    """Drifts between pairs of independent maps: a normal number at each place, stretched bilinearly; never others."""
    rng = np.random.default_rng(0)
    stretch = 1 if max(rows, columns) > _FINEST else _STRETCH
    pairs = rng.normal(size=(_NUM_PAIRS, 2, rows, columns)).astype(np.float32)
    return tuple(drift(_as_map(before, stretch), _as_map(after, stretch)) for before, after in pairs)


def _as_map(places_hw: FloatArray, stretch: int) -> AttributionMap:
    values_HW = zoom(places_hw, stretch, order=1, mode="nearest", grid_mode=True)
    return AttributionMap(Source("chance", 0), "chance", "chance", 0, "chance", 0.0, values_HW)


def _middle(values: Sequence[float]) -> tuple[float, float]:
    low, high = np.quantile(values, _SHARES).tolist()
    return low, high
