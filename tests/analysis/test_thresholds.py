import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_score, recall_score, roc_auc_score

from sftviz.analysis.intervals import wilson
from sftviz.analysis.thresholds import class_curves, decide, macro_curves, micro_curves
from sftviz.errors import EmptyResultError
from sftviz.results import Predictions, Source


@pytest.fixture(scope="module")
def some():
    random = np.random.default_rng(0)
    labels = random.integers(4, size=120)
    probabilities = random.dirichlet(np.ones(4), size=120)
    probabilities[np.arange(120), labels] += 0.5
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    names = tuple(f"{index}.png" for index in range(120))
    return Predictions(Source("r", 1), tuple("abcd"), names, labels, probabilities.astype(np.float32))


@pytest.mark.parametrize(("average", "curves"), [("micro", micro_curves), ("macro", macro_curves)])
def test_areas_of_all_classes_are_those_of_scikit_learn(average, curves, some):
    truth = np.eye(4)[some.labels_N]
    found = curves(some)
    expected = roc_auc_score(truth, some.probabilities_NK, average=average)
    assert found.roc_area == pytest.approx(expected)
    expected = average_precision_score(truth, some.probabilities_NK, average=average)
    assert found.average_precision == pytest.approx(expected)
    ends = found.false_positive_rate_Q[[0, -1]].tolist() + found.true_positive_rate_Q[[0, -1]].tolist()
    assert ends == pytest.approx([0, 1, 0, 1])


def test_long_curves_are_thinned_and_keep_their_ends_and_areas():
    random = np.random.default_rng(1)
    probabilities = random.random((30_000, 1)).astype(np.float32)
    labels = (random.random(30_000) < probabilities[:, 0]).astype(np.int64)
    both = np.hstack([1 - probabilities, probabilities])
    found = class_curves(Predictions(Source("r", 1), ("a", "b"), ("x",) * 30_000, labels, both), 1)
    assert len(found.recall_P) == len(found.false_positive_rate_Q) == 1000
    assert (found.recall_P[0], found.recall_P[-1], found.false_positive_rate_Q[-1]) == (0, 1, 1)
    assert found.roc_area == pytest.approx(roc_auc_score(labels, probabilities))
    assert found.average_precision == pytest.approx(average_precision_score(labels, probabilities))


def test_areas_of_one_class(some):
    found = class_curves(some, 2)
    assert found.roc_area == pytest.approx(roc_auc_score(some.labels_N == 2, some.probabilities_NK[:, 2]))
    trapezoids = np.trapezoid(found.true_positive_rate_Q, found.false_positive_rate_Q)
    assert found.roc_area == pytest.approx(trapezoids)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.75, 1.0])
def test_the_threshold_counts_as_scikit_learn_does(threshold, some):
    found = decide(some, 1, threshold)
    truth, taken = some.labels_N == 1, some.probabilities_NK[:, 1] >= np.float32(threshold)
    assert found.precision.value == pytest.approx(precision_score(truth, taken, zero_division=0))
    assert found.recall.value == pytest.approx(recall_score(truth, taken))
    assert found.false_positive_rate.value == pytest.approx((taken & ~truth).sum() / (~truth).sum())
    assert found.recall.interval == pytest.approx(tuple(wilson((truth & taken).sum(), truth.sum())))
    groups = (found.found, found.mistaken, found.missed)
    assert sorted(np.concatenate(groups).tolist()) == np.flatnonzero(truth | taken).tolist()
    assert sum(map(len, groups)) + found.num_rejected == 120
    for group, falls in zip(groups, (True, True, False), strict=True):
        steps = np.diff(some.probabilities_NK[group, 1])
        assert (steps <= 0).all() if falls else (steps >= 0).all()


def test_the_point_of_a_threshold_lies_on_both_curves(some):
    found, curves = decide(some, 3, 0.4), class_curves(some, 3)
    on_curve = zip(curves.recall_P.tolist(), curves.precision_P.tolist(), strict=True)
    assert any((found.recall.value, found.precision.value) == pytest.approx(point) for point in on_curve)


def test_a_probability_that_is_the_threshold_is_taken(said):
    assert decide(said([0, 1], [0, 1], 0.7), 0, 0.7).found.tolist() == [0]


def test_a_class_without_pictures_is_a_sentence_and_not_in_the_mean(said):
    predictions = said([0, 1, 0, 1], [0, 1, 1, 1])
    with pytest.raises(EmptyResultError, match="No validation picture is of the class 'emu'"):
        class_curves(predictions, 2)
    mean = np.mean([class_curves(predictions, label).roc_area for label in (0, 1)])
    assert macro_curves(predictions).roc_area == pytest.approx(mean)
    with pytest.raises(EmptyResultError, match="All validation pictures are of the class 'cat'"):
        macro_curves(said([0, 0], [0, 1]))
    with pytest.raises(EmptyResultError, match="no validation examples"):
        micro_curves(said([], []))
