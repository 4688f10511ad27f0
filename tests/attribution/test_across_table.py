from dataclasses import replace

import numpy as np
import pytest

from sftviz.attribution.across_table import across_table, chosen
from sftviz.attribution.box import Box


def test_filters_keep_the_order_of_the_largest_move(across):
    assert chosen(across).tolist() == [2, 0, 3, 1]
    assert chosen(across, "right").tolist() == [0, 3, 1]
    assert chosen(across, "wrong").tolist() == [2]
    assert chosen(across, "fixed").tolist() == [1]
    assert chosen(across, "broken").tolist() == [2]
    assert chosen(across, "all", 1).tolist() == [2, 3]
    assert chosen(across, "broken", 0).tolist() == []


def test_pictures_are_kept_by_the_confidence_of_their_prediction(across):
    assert chosen(across, confidence=(0.75, 0.89)).tolist() == [0, 1]
    assert chosen(across, confidence=(0.0, 0.75)).tolist() == [2]
    assert chosen(across, "right", confidence=(0.85, 1.0)).tolist() == [0, 3]


def test_a_broken_checkpoint_hides_no_picture(across):
    broken = replace(across.after, probabilities_NK=np.full((5, 2), np.nan, np.float32))
    assert len(chosen(replace(across, after=broken), "all")) == 4


def test_pictures_come_in_the_order_that_is_asked_for(across):
    assert chosen(across, order="border").tolist() == [1, 2, 0, 3]
    assert chosen(across, order="sure").tolist() == [3, 0, 1, 2]
    assert chosen(across, order="unsure").tolist() == [2, 1, 0, 3]
    after = across.after_Mgg.copy()
    after[1] = 0
    after[3] = np.roll(after[3], 7, axis=1)
    drawn = replace(across, after_Mgg=after)
    assert chosen(drawn, order="outside", box=Box(0, 50, 50, 100)).tolist() == [3, 0, 2, 1]
    assert chosen(drawn, order="outside").tolist() == [2, 0, 3, 1]


def test_the_table_has_a_row_for_each_picture(across):
    table = across_table([across], across.indices_M[chosen(across)])
    assert table["picture"].tolist() == ["b/1", "a/1", "b/2", "a/2"]
    assert table["prediction"].tolist() == ["a", "a", "b", "a"]
    assert table["change of the truth's probability"].tolist() == pytest.approx([-0.5, -0.02, 0.3, 0.5], abs=1e-6)
    assert table["HiResCAM: change of pattern"].tolist() == pytest.approx([1.2, 0.9, 0.3, 0.1])
    assert len(across_table([across], across.indices_M[:0])) == 0


def test_each_method_has_columns_of_its_own(across):
    part = replace(
        across,
        method="integrated_gradients",
        indices_M=across.indices_M[1:2],
        rank_change_M=across.rank_change_M[1:2],
        border_before_M=across.border_before_M[1:2],
        border_after_M=across.border_after_M[1:2],
        after_Mgg=across.after_Mgg[1:2],
    )
    table = across_table([across, part], np.array([4, 1]), Box(0, 0, 100, 50))
    assert table["HiResCAM: outside the box"].tolist() == [1, 1]
    assert table["Integrated Gradients: change of pattern"].tolist() == pytest.approx([np.nan, 0.1], nan_ok=True)
    assert table["Integrated Gradients: outside the box"].tolist() == pytest.approx([np.nan, 1], nan_ok=True)
