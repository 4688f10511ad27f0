import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from sftviz.analysis.confusion import (
    ConfusedPair,
    by_similarity,
    cell_change,
    confused_pairs,
    confusion,
    examples_in_cell,
    most_confused,
)
from sftviz.errors import EmptyResultError
from sftviz.results import ConfusionMatrix, Source

LABELS, PREDICTED = [0, 0, 1, 1, 1, 1], [0, 1, 1, 0, 0, 0]


def test_counts_are_those_of_scikit_learn_with_a_row_for_absent_classes(said):
    found = confusion(said(LABELS, PREDICTED))
    assert np.array_equal(found.counts_KK, confusion_matrix(LABELS, PREDICTED, labels=[0, 1, 2]))
    assert found.counts_KK.dtype == np.int64
    assert found.classes == ("cat", "dog", "emu")


def test_a_cell_opens_its_examples_the_most_confident_first(said):
    predictions = said(LABELS, PREDICTED, [0.9, 0.9, 0.9, 0.5, 0.8, 0.6])
    assert examples_in_cell(predictions, 1, 0).tolist() == [4, 5, 3]
    assert examples_in_cell(predictions, 2, 0).tolist() == []


def test_every_example_is_in_one_cell(said):
    predictions = said(LABELS, PREDICTED)
    counts_KK = confusion(predictions).counts_KK
    for (true, predicted), count in np.ndenumerate(counts_KK):
        assert len(examples_in_cell(predictions, true, predicted)) == count


def test_no_example_has_no_confusion(said):
    with pytest.raises(EmptyResultError):
        confusion(said([], []))


def test_the_most_confused_classes_keep_their_order() -> None:
    counts = np.array([[5, 0, 2], [0, 9, 0], [1, 0, 4]])
    matrix = ConfusionMatrix(Source("r", 0), ("a", "b", "c"), counts)
    assert most_confused([matrix, matrix], 2).tolist() == [0, 2]
    assert most_confused([matrix], 9).tolist() == [0, 1, 2]


def test_the_most_confused_pairs_come_first_and_right_ones_never() -> None:
    counts = np.array([[50, 0, 2], [3, 9, 0], [1, 0, 4]])
    matrix = ConfusionMatrix(Source("r", 0), ("a", "b", "c"), counts)
    assert confused_pairs(matrix, 2) == (ConfusedPair(1, 0, 3), ConfusedPair(0, 2, 2))
    assert len(confused_pairs(matrix, 9)) == 3
    assert confused_pairs(ConfusionMatrix(Source("r", 0), ("a", "b"), np.diag([4, 0])), 9) == ()


def test_classes_that_are_taken_for_each_other_stand_side_by_side() -> None:
    counts = np.diag([5, 5, 5, 5])
    counts[0, 2] = counts[2, 0] = counts[1, 3] = 4
    matrix = ConfusionMatrix(Source("r", 0), ("a", "b", "c", "d"), counts)
    order = by_similarity([matrix, matrix], np.arange(4)).tolist()
    assert sorted(order) == [0, 1, 2, 3]
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset((0, 2)), frozenset((1, 3))}


def test_an_order_needs_neither_pictures_nor_several_classes() -> None:
    empty = ConfusionMatrix(Source("r", 0), ("a", "b", "c"), np.zeros((3, 3), np.int64))
    assert sorted(by_similarity([empty], np.arange(3)).tolist()) == [0, 1, 2]
    assert by_similarity([empty], np.array([2])).tolist() == [2]
    assert by_similarity([empty], np.array([], np.int64)).tolist() == []


def test_a_cell_changes_by_what_came_and_what_left(said):
    before = said([1, 1, 1, 1, 0], [0, 0, 1, 2, 0], [0.6, 0.9, 0.7, 0.7, 0.7])
    after = said([1, 1, 1, 1, 0], [0, 2, 0, 0, 0], [0.5, 0.7, 0.6, 0.9, 0.8], epoch=1)
    change = cell_change(before, after, 1, 0)
    assert [group.tolist() for group in (change.came, change.left, change.stayed)] == [[3, 2], [1], [0]]


def test_rows_of_the_difference_add_up_to_zero_and_cells_to_their_pictures(said):
    labels, old, new = np.random.default_rng(0).integers(3, size=(3, 200))
    before, after = said(labels, old), said(labels, new, epoch=1)
    difference = confusion(after).counts_KK - confusion(before).counts_KK
    assert difference.sum(axis=1).tolist() == [0, 0, 0]
    for (true, predicted), count in np.ndenumerate(difference):
        change = cell_change(before, after, true, predicted)
        assert len(change.came) - len(change.left) == count


def test_nothing_comes_or_leaves_between_equal_checkpoints(said):
    same = said(LABELS, PREDICTED)
    change = cell_change(same, same, 1, 0)
    assert (len(change.came), len(change.left), len(change.stayed)) == (0, 0, 3)
