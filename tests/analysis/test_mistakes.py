import numpy as np
import pytest

from sftviz.analysis.mistakes import flips, worst_mistakes
from sftviz.errors import EmptyResultError


def test_the_worst_mistake_comes_first_and_right_ones_never(said):
    predictions = said([0, 0, 0, 1], [1, 1, 0, 2], [0.6, 0.9, 0.5, 0.8])
    assert worst_mistakes(predictions, 9).tolist() == [1, 3, 0]
    assert worst_mistakes(predictions, 2).tolist() == [1, 3]


def test_no_mistake_is_an_empty_list(said):
    assert worst_mistakes(said([0, 1], [0, 1]), 5).tolist() == []


def test_flips_are_sorted_into_four_groups(said):
    before = said([0] * 5, [1, 1, 0, 0, 1])
    after = said([0] * 5, [0, 0, 1, 0, 2], [0.6, 0.9, 0.8, 0.8, 0.8], epoch=3)
    found = flips(before, after)
    assert (found.before.epoch, found.after.epoch) == (0, 3)
    assert found.fixed.tolist() == [1, 0]
    assert [group.tolist() for group in (found.broken, found.still_right, found.still_wrong)] == [[2], [3], [4]]


def test_accuracy_changes_by_fixed_minus_broken(said):
    labels, old, new = np.random.default_rng(0).integers(3, size=(3, 200))
    before, after = said(labels, old), said(labels, new, epoch=1)
    found = flips(before, after)
    groups = [found.fixed, found.broken, found.still_right, found.still_wrong]
    assert sorted(np.concatenate(groups).tolist()) == list(range(200))
    assert after.is_right_N.sum() - before.is_right_N.sum() == len(found.fixed) - len(found.broken)


def test_exact_mcnemar(said):
    labels = [0] * 20
    before = said(labels, [0] * 12 + [1] * 5 + [0] * 3)
    after = said(labels, [1] * 12 + [0] * 5 + [0] * 3, epoch=1)
    assert flips(before, after).p_value == pytest.approx(0.143463134765625, abs=1e-12)


def test_nothing_changed_is_no_evidence(said):
    same = said([0, 1], [0, 0])
    found = flips(same, same)
    assert (len(found.fixed), len(found.broken), found.p_value) == (0, 0, 1)


def test_different_examples_are_not_compared(said):
    with pytest.raises(EmptyResultError, match="no common list of validation examples"):
        flips(said([0], [0]), said([0, 1], [0, 1]))


def test_no_example_has_no_mistakes(said):
    with pytest.raises(EmptyResultError):
        worst_mistakes(said([], []), 3)
    with pytest.raises(EmptyResultError):
        flips(said([], []), said([], []))
