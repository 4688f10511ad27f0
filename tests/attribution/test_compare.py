import numpy as np
import pytest
from scipy.stats import spearmanr

from sftviz.attribution.compare import drift
from sftviz.errors import AttributionError


def test_identical_maps_have_not_drifted(heat):
    values = np.random.default_rng(0).normal(size=(20, 30))
    found = drift(heat(values), heat(values))
    assert (found.rank_change, found.top_overlap, found.centroid_shift) == (0, 1, 0)


def test_rank_change_is_one_less_spearmans_correlation(heat):
    before, after = np.random.default_rng(0).normal(size=(2, 9, 9)).round(1)
    found = drift(heat(before), heat(after))
    assert found.rank_change == pytest.approx(1 - spearmanr(before.ravel(), after.ravel()).statistic)
    assert drift(heat(before), heat(-before)).rank_change == pytest.approx(2)


def test_a_square_moved_by_one_place(heat):
    before, after = np.zeros((2, 5, 9))
    before[0:3, 0:3] = after[1:4, 1:4] = 1
    found = drift(heat(before), heat(after))
    assert found.top_overlap == pytest.approx(4 / 14)
    assert found.centroid_shift == pytest.approx(np.sqrt(2) / np.hypot(5, 9))


def test_unrelated_maps_are_at_chance_level(heat):
    before, after = np.random.default_rng(0).normal(size=(2, 200, 200))
    found = drift(heat(before), heat(after))
    assert found.rank_change == pytest.approx(1, abs=0.03)
    assert found.top_overlap == pytest.approx(0.2 / 1.8, abs=0.01)


def test_a_map_without_evidence_for_the_class_has_no_centre(heat):
    assert drift(heat(np.eye(3)), heat(-np.eye(3))).centroid_shift is None


def test_constant_maps_agree(heat):
    assert drift(heat(np.zeros((3, 3))), heat(np.zeros((3, 3)))).rank_change == 0


@pytest.mark.parametrize("change", [{"target": 2}, {"example": "b"}, {"method": "hirescam"}, {"against": 2}])
def test_only_maps_of_the_same_thing_are_compared(change, heat):
    with pytest.raises(AttributionError, match=f"The {next(iter(change))} of the maps differs"):
        drift(heat(np.eye(3)), heat(np.eye(3), **change))


def test_maps_of_different_size_are_refused(heat):
    with pytest.raises(AttributionError, match="differ in size"):
        drift(heat(np.eye(3)), heat(np.eye(4)))
