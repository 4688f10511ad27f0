import numpy as np
import pytest

from sftviz.attribution.bands import band_of, chance_band, chance_drifts
from sftviz.results import Drift, DriftBand, Source


def test_chance_of_smooth_maps_of_7_by_7_places():
    drifts = chance_drifts(7, 7)
    correlations = np.array([1 - each.rank_change for each in drifts])
    overlaps = np.array([each.top_overlap for each in drifts])
    assert correlations.mean() == pytest.approx(0, abs=0.03)
    assert correlations.std() == pytest.approx(0.16, abs=0.02)
    assert overlaps.mean() == pytest.approx(0.121, abs=0.012)
    assert overlaps.std() == pytest.approx(0.061, abs=0.012)


def test_chance_of_fine_maps_is_a_ninth_and_narrow():
    band = chance_band(32, 32)
    assert band.top_overlap[0] < 0.2 / 1.8 < band.top_overlap[1]
    assert band.top_overlap[1] - band.top_overlap[0] < 0.08
    # Spearman's correlation of n independent places has the variance 1 / (n − 1).
    assert np.array(band.rank_change) - 1 == pytest.approx(np.array([-1.96, 1.96]) / np.sqrt(1023), abs=0.015)


def test_the_coarser_the_maps_the_wider_the_band():
    widths = [np.ptp(chance_band(side, side).rank_change) for side in (7, 14, 32)]
    assert widths == sorted(widths, reverse=True)
    assert chance_band(7, 7) is chance_band(7, 7)


def test_a_band_holds_95_percent():
    source = Source("r", 0)
    drifts = [Drift(source, source, value / 100, 1 - value / 100, None) for value in range(101)]
    assert band_of(drifts) == DriftBand(
        pytest.approx((0.025, 0.975)), pytest.approx((0.025, 0.975)), centroid_shift=None
    )
