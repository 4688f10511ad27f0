"""Measures that can be a target, against scikit-learn and SciPy, and what reaching one takes."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import balanced_accuracy_score, f1_score

from sftviz.analysis.measures import Measure
from sftviz.analysis.targets import estimate, measured, reaches
from sftviz.config import Metric, Target
from sftviz.errors import EmptyResultError
from sftviz.results import Predictions, Source

METRICS: tuple[Metric, ...] = ("accuracy", "f1", "balanced_accuracy")


def _draw(count: int, num_classes: int, share_right: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = random.integers(num_classes, size=count)
    guesses = random.integers(num_classes, size=count)
    return labels, np.where(random.random(count) < share_right, labels, guesses)


def _estimate(labels: np.ndarray, predicted: np.ndarray, num_classes: int, metric: Metric) -> Measure:
    names = tuple(str(index) for index in range(len(labels)))
    classes = tuple(str(index) for index in range(num_classes))
    certain = np.eye(num_classes, dtype=np.float32)[predicted]
    return estimate(Predictions(Source("r", 0), classes, names, labels, certain), metric)


@pytest.mark.parametrize(("count", "num_classes"), [(2, 2), (40, 3), (300, 1000)])
def test_measures_are_those_of_scikit_learn(count: int, num_classes: int) -> None:
    labels, predicted = _draw(count, num_classes, 0.6)
    # Classes that never occur count in neither, as ours do.
    seen = np.unique(labels)
    recalls = [(predicted[labels == each] == each).mean() for each in seen]
    found = measured(labels, predicted, num_classes)
    assert found["accuracy"] == pytest.approx((labels == predicted).mean())
    assert found["f1"] == pytest.approx(f1_score(labels, predicted, average="macro", zero_division=0))
    assert found["balanced_accuracy"] == pytest.approx(np.mean(recalls))


def test_balanced_accuracy_is_that_of_scikit_learn() -> None:
    labels, predicted = _draw(200, 4, 0.5)
    assert measured(labels, predicted, 4)["balanced_accuracy"] == pytest.approx(
        balanced_accuracy_score(labels, predicted)
    )


def test_the_interval_of_the_accuracy_is_wilsons() -> None:
    labels = np.zeros(50, np.int64)
    found = _estimate(labels, np.array([0] * 45 + [1] * 5), 2, "accuracy")
    assert found.interval == pytest.approx((0.786398, 0.956524), abs=1e-6)


@pytest.mark.parametrize("metric", ["f1", "balanced_accuracy"])
def test_the_interval_agrees_with_resampling_each_class_by_itself(metric: Metric) -> None:
    labels, predicted = _draw(240, 3, 0.6)
    random = np.random.default_rng(7)
    members = [np.flatnonzero(labels == each) for each in range(3)]
    values = []
    for _ in range(1000):
        drawn = np.concatenate([random.choice(each, len(each)) for each in members])
        values.append(measured(labels[drawn], predicted[drawn], 3)[metric])
    found = _estimate(labels, predicted, 3, metric)
    np.testing.assert_allclose(found.interval, np.quantile(values, [0.025, 0.975]), atol=0.015)
    assert found.interval[0] < found.value < found.interval[1]
    assert found == _estimate(labels, predicted, 3, metric), "the same way every time"


@pytest.mark.parametrize("metric", METRICS)
def test_two_right_of_two_are_no_proof(metric: Metric) -> None:
    labels = np.array([0, 1])
    found = _estimate(labels, labels, 2, metric)
    assert (found.value, found.interval[1]) == (1, pytest.approx(1))
    assert found.interval[0] == pytest.approx(binomtest(2, 2).proportion_ci(method="wilson").low)


@pytest.mark.parametrize("metric", METRICS)
def test_classes_that_are_missing_or_never_predicted_are_no_error(metric: Metric) -> None:
    found = _estimate(np.array([0, 0, 1, 1]), np.zeros(4, np.int64), 1000, metric)
    assert 0 <= found.interval[0] <= found.value <= found.interval[1] <= 1


def test_to_be_sure_the_lower_end_must_reach_the_target() -> None:
    found = Measure("f1", 0.91, (0.88, 0.94), "share", 100, more_is_better=True)
    assert reaches(found, Target(metric="f1", value=0.91))
    assert not reaches(found, Target(metric="f1", value=0.911))
    assert not reaches(found, Target(metric="f1", value=0.9, sure=True))
    assert reaches(found, Target(metric="f1", value=0.88, sure=True))


def test_predictions_are_measured_and_none_are_a_sentence(said: Callable[..., Predictions]) -> None:
    predictions = said([0, 1, 2, 0], [0, 1, 1, 0])
    assert estimate(predictions, "accuracy").value == 0.75
    with pytest.raises(EmptyResultError, match="no validation examples"):
        estimate(replace(predictions, examples=()), "f1")
