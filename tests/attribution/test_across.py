import numpy as np
import pytest

from sftviz.attribution.across import (
    EvidenceAcross,
    across_table,
    border_share,
    chosen,
    class_maps,
    coarse,
    drawn,
    is_border,
    measured,
)
from sftviz.results import Predictions, Source


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


def test_a_larger_draw_contains_the_smaller():
    assert set(drawn(50, 10)) < set(drawn(50, 30))
    assert drawn(5, 100).tolist() == [0, 1, 2, 3, 4]
    assert drawn(0, 10).tolist() == []


@pytest.fixture
def across():
    """Four pictures of two classes; the third of five was not explained."""
    before = np.array([[0.9, 0.1], [0.3, 0.7], [0.5, 0.5], [0.2, 0.8], [0.4, 0.6]], np.float32)
    after = np.array([[0.88, 0.12], [0.8, 0.2], [0.5, 0.5], [0.7, 0.3], [0.1, 0.9]], np.float32)
    labels, names = np.array([0, 0, 0, 1, 1]), ("a/1", "a/2", "a/3", "b/1", "b/2")
    sides = [Predictions(Source("r", e), ("a", "b"), names, labels, p) for e, p in ((0, before), (3, after))]
    grids = np.zeros((4, 14, 14), np.float32)
    grids[:, 0, 0] = 1
    later = grids[:, ::-1]
    return EvidenceAcross(
        *sides,
        "hirescam",
        np.array([0, 1, 3, 4]),
        np.array([0.9, 0.1, 1.2, 0.3], np.float32),
        np.array([0.2, 0.2, 0.2, np.nan], np.float32),
        np.array([0.3, 0.9, 0.9, np.nan], np.float32),
        grids,
        later,
        0.36,
        (),
    )


def test_filters_keep_the_order_of_the_largest_move(across):
    assert chosen(across).tolist() == [2, 0, 3, 1]
    assert chosen(across, "right").tolist() == [0, 3, 1]
    assert chosen(across, "wrong").tolist() == [2]
    assert chosen(across, "fixed").tolist() == [1]
    assert chosen(across, "broken").tolist() == [2]
    assert chosen(across, "all", 1).tolist() == [2, 3]
    assert chosen(across, "broken", 0).tolist() == []


def test_right_for_a_suspicious_reason(across):
    assert across.is_border_M.tolist() == [False, True, False, False]
    assert across.is_moved_M.tolist() == [True, False, False, False]


def test_mean_maps_of_a_class(across):
    old, new, count = class_maps(across, 0)
    assert (count, old[0, 0], old.sum(), new[13, 0]) == (2, 1, 1, 1)
    assert class_maps(across, 7)[2] == 0


def test_the_table_has_a_row_for_each_picture(across):
    table = across_table(across, chosen(across))
    assert table["picture"].tolist() == ["b/1", "a/1", "b/2", "a/2"]
    assert table["prediction"].tolist() == ["a", "a", "b", "a"]
    assert table["change of the truth's probability"].tolist() == pytest.approx([-0.5, -0.02, 0.3, 0.5], abs=1e-6)
    assert len(across_table(across, chosen(across, "broken", 0))) == 0
