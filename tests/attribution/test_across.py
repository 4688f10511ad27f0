import numpy as np
import pytest

from sftviz.attribution.across import border_share, class_maps, coarse, drawn, is_border, measured


def test_a_uniform_map_has_the_border_s_share_of_the_area_there():
    assert is_border(10, 20).sum() == 10 * 20 - 8 * 16
    assert border_share(np.full((10, 20), 3.0, np.float32)) == pytest.approx(1 - 8 * 16 / 200)
    assert is_border(224, 224).mean() == pytest.approx(1 - (180 / 224) ** 2)


def test_evidence_against_the_class_does_not_count():
    values = np.zeros((20, 20), np.float32)
    values[0, 0], values[10, 10] = 1, 3
    values[0, 5] = -100
    assert border_share(values) == pytest.approx(0.25)
    assert np.isnan(border_share(-np.ones((20, 20), np.float32)))


def test_a_coarse_map_keeps_shares_where_they_lie():
    values = np.zeros((28, 56), np.float32)
    values[3, 5] = 3
    values[27, 55] = 1
    found = coarse(values)
    assert found[1, 1] == pytest.approx(0.75)
    assert found[13, 13] == pytest.approx(0.25)
    assert found.sum() == pytest.approx(1)
    assert np.allclose(coarse(np.ones((28, 56), np.float32)), 1 / 196)
    assert coarse(np.random.default_rng(0).random((225, 231)).astype(np.float32)).sum() == pytest.approx(1, abs=1e-5)
    assert not coarse(-np.ones((28, 28), np.float32)).any()


def test_equal_maps_have_not_moved(heat):
    one = heat(np.random.default_rng(0).normal(size=(28, 28)))
    found = measured(one, one)
    assert found.rank_change == 0
    assert found.border_before == found.border_after
    assert np.array_equal(found.before_gg, found.after_gg)


def test_pixels_are_measured_in_cells_that_an_eye_can_read(heat):
    one = heat(np.random.default_rng(0).normal(size=(70, 70)), method="integrated_gradients")
    noise = np.kron(np.ones((10, 10)), np.random.default_rng(1).normal(size=(7, 7)))
    noise -= noise.mean()
    other = heat(one.values_HW + 5 * noise, method="integrated_gradients")
    assert measured(one, other).rank_change < 1e-3
    assert measured(one, other).uniform_border == pytest.approx(is_border(10, 10).mean())


def test_a_larger_draw_contains_the_smaller():
    assert drawn(50, 10).tolist() == drawn(50, 30)[:10].tolist()
    assert sorted(drawn(5, 100).tolist()) == [0, 1, 2, 3, 4]
    assert drawn(0, 10).tolist() == []


def test_right_for_a_suspicious_reason(across):
    assert across.is_border_M.tolist() == [False, True, False, False]
    assert across.is_moved_M.tolist() == [True, False, False, False]


def test_mean_maps_of_a_class(across):
    old, new, count = class_maps(across, 0)
    assert (count, old[0, 0], old.sum(), new[13, 0]) == (2, 1, 1, 1)
    assert class_maps(across, 7)[2] == 0
