from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    top_k_accuracy_score,
)

from sftviz.analysis.calibration import calibration_errors
from sftviz.analysis.intervals import stratified_resamples, wilson
from sftviz.analysis.measures import class_changes, class_metrics, metric_changes, metrics_with_intervals
from sftviz.errors import EmptyResultError
from sftviz.results import Predictions, Source

REFERENCES = {"precision": precision_score, "recall": recall_score, "f1": f1_score}


def _random(num_examples, num_classes, seed, epoch=0, sharpness=2.0):
    labels = np.random.default_rng(7).integers(num_classes, size=num_examples)
    scores = np.random.default_rng(seed).normal(size=(num_examples, num_classes))
    scores[np.arange(num_examples), labels] += 1
    odds = np.exp(sharpness * scores)
    return Predictions(
        source=Source("r", epoch),
        classes=tuple(f"class {label}" for label in range(num_classes)),
        examples=tuple(f"{index}.png" for index in range(num_examples)),
        labels_N=labels,
        probabilities_NK=(odds / odds.sum(axis=1, keepdims=True)).astype(np.float32),
    )


def _named(measures):
    return {each.name: each for each in measures}


def test_headline_metrics_are_those_of_scikit_learn():
    said = _random(200, 8, seed=1)
    found = _named(metrics_with_intervals(said))
    truth, predicted, probabilities = said.labels_N, said.predicted_N, said.probabilities_NK.astype(np.float64)
    assert found["accuracy"].value == accuracy_score(truth, predicted)
    assert found["balanced_accuracy"].value == pytest.approx(balanced_accuracy_score(truth, predicted))
    for name, reference in REFERENCES.items():
        assert found[name].value == pytest.approx(reference(truth, predicted, average="macro"))
    assert found["top_5"].value == top_k_accuracy_score(truth, probabilities, k=5)
    normal = probabilities / probabilities.sum(axis=1, keepdims=True)
    assert found["loss"].value == pytest.approx(log_loss(truth, normal), abs=1e-6)
    assert found["brier"].value == pytest.approx(brier_score_loss(truth, normal, scale_by_half=False), abs=1e-6)
    error, _ = calibration_errors(probabilities.max(axis=1), said.is_right_N)
    assert found["calibration_error"].value == pytest.approx(error)
    assert {each.num_examples for each in found.values()} == {200}
    assert [name for name, each in found.items() if not each.more_is_better] == ["loss", "brier", "calibration_error"]


def test_a_class_that_never_occurs_counts_only_where_it_is_predicted(said):
    found = _named(metrics_with_intervals(said([0, 1, 0], [0, 1, 2])))
    assert found["recall"].value == recall_score([0, 1, 0], [0, 1, 2], average="macro", zero_division=0)
    assert found["balanced_accuracy"].value == pytest.approx(0.75)
    assert _named(metrics_with_intervals(said([0, 1], [0, 1])))["f1"].value == 1


def test_intervals_are_those_of_every_resample_measured_by_scikit_learn():
    said = _random(40, 3, seed=2)
    resampled = []
    for counts_NS in stratified_resamples(said.labels_N):
        for counts in counts_NS.T:
            drawn = np.repeat(np.arange(40), counts.astype(int))
            truth, predicted = said.labels_N[drawn], said.predicted_N[drawn]
            confidence = said.probabilities_NK.max(axis=1)[drawn]
            resampled.append(
                [
                    f1_score(truth, predicted, average="macro", zero_division=0),
                    balanced_accuracy_score(truth, predicted),
                    -np.log(said.of_truth_N[drawn]).mean(),
                    calibration_errors(confidence, said.is_right_N[drawn])[0],
                ]
            )
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    found = _named(metrics_with_intervals(said))
    for index, name in enumerate(("f1", "balanced_accuracy")):
        least, most = wilson(40 * found[name].value, 40)
        assert found[name].interval == pytest.approx((min(low[index], least), max(high[index], most)), abs=1e-6)
    for index, name in enumerate(("loss", "calibration_error"), start=2):
        assert found[name].interval == pytest.approx((low[index], high[index]), abs=1e-6)


def test_classes_that_agree_within_make_no_interval_narrow(said):
    labels = np.repeat(np.arange(3), 2)
    found = _named(metrics_with_intervals(said(labels, [0, 0, 1, 1, 0, 0])))
    for name in ("f1", "balanced_accuracy", "precision", "recall"):
        least, most = wilson(6 * found[name].value, 6)
        assert found[name].interval[0] <= least + 1e-9
        assert found[name].interval[1] >= most - 1e-9
    assert all(each.interval[1] - each.interval[0] > 0.3 for each in class_metrics(said(labels, labels), "f1"))


def test_a_change_that_the_exact_test_cannot_tell_from_luck_reaches_zero(said):
    labels, few, many = np.zeros(100, np.int64), np.zeros(100, np.int64), np.zeros(100, np.int64)
    few[:4], many[:8] = 1, 1
    for wrong, is_luck in ((few, True), (many, False)):
        changes = _named(metric_changes(said(labels, wrong), said(labels, labels)))
        for name in ("accuracy", "f1", "balanced_accuracy"):
            assert (changes[name].interval[0] <= 0) == is_luck, name
    one_each = _named(metric_changes(said([0, 1, 2], [1, 1, 2]), said([0, 1, 2], [0, 1, 2])))
    assert all(each.interval[0] <= 0 <= each.interval[1] for each in one_each.values())


def test_the_intervals_of_accuracy_and_top_five_are_wilsons():
    said = _random(60, 7, seed=3)
    found = _named(metrics_with_intervals(said))
    for name in ("accuracy", "top_5"):
        expected = wilson(round(60 * found[name].value), 60)
        assert found[name].interval == pytest.approx(tuple(expected))


def test_with_five_classes_or_fewer_the_first_five_say_nothing():
    assert "top_5" not in _named(metrics_with_intervals(_random(30, 5, seed=1)))
    assert "top_5" in _named(metrics_with_intervals(_random(30, 6, seed=1)))


def test_a_change_is_paired_and_narrower_than_two_checkpoints_apart():
    before = _random(300, 3, seed=4)
    nudged = before.probabilities_NK.copy()
    nudged[:10] = nudged[:10, ::-1]
    after = replace(before, source=Source("r", 1), probabilities_NK=nudged)
    change = _named(metric_changes(before, after))["loss"]
    alone = [_named(metrics_with_intervals(each))["loss"] for each in (before, after)]
    assert change.value == pytest.approx(alone[1].value - alone[0].value)
    assert np.diff(change.interval) < np.diff(alone[0].interval) * 2 / 3


def test_two_equal_checkpoints_change_by_exactly_zero():
    before, after = _random(50, 6, seed=5), _random(50, 6, seed=5, epoch=3)
    changes = list(metric_changes(before, after))
    for metric in REFERENCES:
        changes += class_changes(before, after, metric)
    assert {(each.value, each.interval) for each in changes} == {(0, (0, 0))}


@pytest.mark.parametrize("metric", REFERENCES)
def test_each_class_is_measured_as_by_scikit_learn(metric):
    said = _random(80, 4, seed=6)
    found = class_metrics(said, metric)
    expected = REFERENCES[metric](said.labels_N, said.predicted_N, average=None)
    assert [each.value for each in found] == pytest.approx(expected.tolist())
    assert [each.name for each in found] == list(said.classes)
    assert [each.num_examples for each in found] == np.bincount(said.labels_N).tolist()
    if metric == "recall":
        first = said.labels_N == 0
        assert found[0].interval == pytest.approx(tuple(wilson(said.is_right_N[first].sum(), first.sum())))
    if metric == "precision":
        first = said.predicted_N == 0
        assert found[0].interval == pytest.approx(tuple(wilson(said.is_right_N[first].sum(), first.sum())))
    if metric == "f1":
        assert found[0].interval[0] < found[0].value < found[0].interval[1]


def test_of_a_class_without_pictures_nothing_is_known(said):
    absent = class_metrics(said([0, 1], [0, 1]), "recall")[2]
    assert (absent.value, absent.interval, absent.num_examples) == (0, (0, 1), 0)


def test_certainty_in_error_costs_a_finite_loss(said):
    assert _named(metrics_with_intervals(said([0], [1], 1.0)))["loss"].value == pytest.approx(-np.log(1e-12))


def test_a_thousand_classes_of_few_pictures_are_measured():
    said = _random(500, 1000, seed=8)
    assert len(class_metrics(said, "f1")) == 1000
    assert all(np.isfinite(each.value) for each in metrics_with_intervals(said))


def test_what_cannot_be_measured_is_a_sentence(said):
    with pytest.raises(EmptyResultError, match="Epoch 0 of run 'r' has no validation examples"):
        metrics_with_intervals(said([], []))
    with pytest.raises(EmptyResultError, match="probabilities that are not numbers"):
        metrics_with_intervals(said([0, 1], [0, 1], float("nan"), epoch=2))
    with pytest.raises(EmptyResultError, match="no common list"):
        metric_changes(said([0], [0]), said([0, 1], [0, 1]))
