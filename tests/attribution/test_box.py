import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sftviz.attribution.box import Box, outside_share

PERCENT = st.integers(0, 100)


@given(PERCENT, PERCENT, PERCENT, PERCENT)
def test_evenly_spread_evidence_lies_outside_by_area(left, top, right, bottom):
    box = Box.within(left, top, right, bottom)
    if box is None:
        assert left >= right or top >= bottom
        return
    assert Box.parsed(box.text) == box
    even = np.full((1, 14, 14), 1 / 196, np.float32)
    assert outside_share(even, box)[0] == pytest.approx(1 - box.area, abs=1e-6)


def test_evidence_lies_where_it_is():
    grids = np.zeros((3, 10, 10), np.float32)
    grids[0, 2, 7] = 1
    grids[1, 2, 7] = grids[1, 9, 0] = 0.5
    assert outside_share(grids, Box(70, 20, 80, 30)).tolist() == pytest.approx([0, 0.5, np.nan], nan_ok=True)
    assert outside_share(grids, Box(75, 0, 100, 100))[0] == pytest.approx(0.5)
    assert outside_share(grids, Box(0, 0, 70, 100))[0] == 1


def test_boxes_are_drawn_roughly_and_kept_within_the_picture():
    assert Box.within(-3.2, 10.4, 55.5, 130) == Box(0, 10, 56, 100)
    assert Box.within(10.1, 0, 10.2, 50) is None


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "50,0,50,100", "-1,0,5,5", "1e3,0,2,2", "9" * 99]
)
def test_what_is_no_box_is_none(text):
    assert Box.parsed(text) is None
