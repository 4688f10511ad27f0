import numpy as np
import pytest

from sftviz.analysis.label_errors import UNSURE, confident_labels
from sftviz.errors import EmptyResultError
from sftviz.results import Predictions, Source


def _said(probabilities: object, labels: list[int]) -> Predictions:
    table = np.asarray(probabilities, np.float32)
    names = tuple(f"{index}.png" for index in range(len(table)))
    return Predictions(Source("r", 0), tuple("abcdef"[: table.shape[1]]), names, np.array(labels, np.int64), table)


SIX = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.2, 0.8], [0.1, 0.9], [0.6, 0.4]]


def test_thresholds_and_joint_of_six_examples():
    found = confident_labels(_said(SIX, [0, 0, 0, 1, 1, 1]))
    assert found.thresholds_K == pytest.approx([2 / 3, 0.7])
    assert found.joint_KK.tolist() == [[2, 1], [0, 2]]
    assert found.confident_N.tolist() == [0, 0, 1, 1, 1, UNSURE]
    # Rows are scaled to three examples each: one of six is wrong.
    assert found.error_share == pytest.approx(1 / 6)


def test_of_several_confident_classes_the_most_probable_counts():
    found = confident_labels(_said([[0.45, 0.5, 0.05], [0.2, 0.4, 0.4], [0.3, 0.3, 0.4]], [0, 1, 2]))
    assert found.confident_N[0] == 1


def test_a_class_without_examples_is_never_confident_and_the_diagonal_never_empty():
    found = confident_labels(_said([[0.1, 0.9, 0], [0.2, 0.8, 0]], [0, 0]))
    assert np.isinf(found.thresholds_K[1:]).all()
    assert found.joint_KK.diagonal().tolist() == [1, 1, 1]
    assert found.error_share == 0


def test_labels_that_were_swapped_are_found():
    rng = np.random.default_rng(0)
    truth = rng.integers(4, size=400)
    probabilities = rng.dirichlet(np.ones(4), 400) * 0.3
    probabilities[np.arange(400), truth] += 0.7
    given, swapped = truth.copy(), rng.choice(400, 40, replace=False)
    given[swapped] = (truth[swapped] + 1) % 4
    found = confident_labels(_said(probabilities, given.tolist()))
    doubted = np.flatnonzero((found.confident_N != UNSURE) & (found.confident_N != given))
    assert set(doubted) <= set(swapped)
    assert len(doubted) > 30
    assert found.error_share == pytest.approx(0.1, abs=0.03)


def test_what_is_not_a_number_is_not_sure():
    assert confident_labels(_said([[np.nan, np.nan], [0.9, 0.1]], [0, 1])).confident_N[0] == UNSURE


def test_no_example_is_refused():
    with pytest.raises(EmptyResultError):
        confident_labels(_said(np.empty((0, 2)), []))
