import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, log_loss, precision_score, recall_score

from sftviz.analysis.scores import score
from sftviz.errors import EmptyResultError


def test_headline_metrics_are_those_of_scikit_learn(said):
    random = np.random.default_rng(0)
    labels, predicted = random.integers(3, size=(2, 60))
    predictions = said(labels, predicted, random.uniform(0.4, 0.9, 60), epoch=4)
    found = score(predictions)
    assert (found.source.epoch, found.num_examples) == (4, 60)
    assert found.accuracy == pytest.approx(accuracy_score(labels, predicted))
    assert found.loss == pytest.approx(log_loss(labels, predictions.probabilities_NK), abs=1e-6)
    for value, reference in ((found.precision, precision_score), (found.recall, recall_score), (found.f1, f1_score)):
        assert value == pytest.approx(reference(labels, predicted, average="macro"))
    assert [row.f1 for row in found.per_class] == pytest.approx(f1_score(labels, predicted, average=None).tolist())
    assert [row.support for row in found.per_class] == np.bincount(labels).tolist()


@pytest.mark.parametrize(("right", "low", "high"), [(45, 0.786398, 0.956524), (50, 0.9287, 1)])
def test_wilsons_interval(right, low, high, said):
    found = score(said([0] * 50, [0] * right + [1] * (50 - right)))
    assert found.accuracy_interval == pytest.approx((low, high), abs=5e-5)


def test_a_class_that_never_occurs_counts_as_zero_and_not_in_the_means(said):
    found = score(said([0, 1], [0, 1]))
    absent = found.per_class[2]
    assert (absent.precision, absent.recall, absent.f1, absent.support) == (0, 0, 0, 0)
    assert (found.precision, found.recall, found.f1) == (1, 1, 1)


def test_certainty_in_error_costs_a_finite_loss(said):
    assert score(said([0], [1], 1.0)).loss == pytest.approx(-np.log(1e-12))


def test_no_example_has_no_score(said):
    with pytest.raises(EmptyResultError, match="Epoch 0 of run 'r' has no validation examples"):
        score(said([], []))
