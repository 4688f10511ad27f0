import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from sftviz.analysis.confusion import confusion, examples_in_cell, most_confused
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
