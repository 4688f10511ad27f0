import numpy as np

from sftviz.embeddings.movers import movers
from sftviz.embeddings.neighbours import neighbour_overlap


def test_nobody_moved(said, digits):
    assert movers(said(digits), said(digits, 3)) == ()


def test_the_one_that_went_elsewhere_comes_first(said, digits):
    moved = digits.copy()
    moved[7] = digits[8] + 0.01
    found = movers(said(digits), said(moved, 3), num_neighbours=10)
    assert found[0].index == 7
    assert (found[0].num_lost, found[0].num_neighbours) == (10, 10)
    assert found[0].after_Q[0] == 8
    assert found[0].is_lost_Q.all()
    assert found[0].is_gained_Q.all()
    assert len(found[0].before_Q) == 5


def test_lost_neighbours_are_those_of_the_overlap(said, digits):
    noisy = digits + 0.3 * np.random.default_rng(0).normal(size=digits.shape)
    before, after = said(digits), said(noisy, 3)
    overlap = neighbour_overlap(before, after).overlap_N
    found = movers(before, after, most=200)
    assert all(mover.num_lost == round(10 * (1 - overlap[mover.index])) for mover in found)
    assert [mover.num_lost for mover in found] == sorted((mover.num_lost for mover in found), reverse=True)
    assert len(found) == (overlap < 1).sum()


def test_few_pictures_and_spaces_of_different_width(said, digits):
    assert movers(said(digits[:3]), said(-digits[3:6, :9], 3)) == ()
    assert len(movers(said(digits[:30]), said(digits[30:60, :9], 3))) == 12
