from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax

from sftviz.analysis.measures import metrics_with_intervals
from sftviz.analysis.temperature import LEAST, cross_scaled, fit_temperature
from sftviz.results import Predictions, Source


@pytest.fixture(scope="module")
def too_sure():
    """5,000 examples of 5 classes whose logits are 2.5 times too large."""
    random = np.random.default_rng(0)
    logits = random.normal(size=(5000, 5)) * 2
    honest = softmax(logits, axis=1)
    labels = np.array([random.choice(5, p=each) for each in honest])
    names = tuple(f"{index}.png" for index in range(5000))
    return Predictions(Source("r", 1), tuple("abcde"), names, labels, softmax(2.5 * logits, axis=1).astype(np.float32))


def _named(predictions):
    return {each.name: each.value for each in metrics_with_intervals(predictions)}


def test_the_temperature_is_recovered(too_sure):
    assert fit_temperature(too_sure) == pytest.approx(2.48, abs=0.08)


def test_scaling_mends_the_confidence_and_leaves_the_answers(too_sure):
    scaled = cross_scaled(too_sure)
    assert np.array_equal(scaled.predicted_N, too_sure.predicted_N)
    assert scaled.probabilities_NK.sum(axis=1) == pytest.approx(np.ones(5000), abs=1e-6)
    before, after = _named(too_sure), _named(scaled)
    assert after["accuracy"] == before["accuracy"]
    assert after["loss"] < before["loss"]
    assert after["calibration_error"] < 0.03 < before["calibration_error"]


def test_what_fits_already_stays(too_sure):
    honest = replace(too_sure, probabilities_NK=softmax(np.log(too_sure.probabilities_NK) / 2.5, axis=1))
    assert fit_temperature(honest) == pytest.approx(1, abs=0.03)


def test_no_half_is_judged_by_its_own_fit(said):
    """Labels of one half alone decide how the other is scaled."""
    labels, predicted = [0] * 20, [0] * 16 + [1] * 4
    first = said(labels, predicted, 0.9)
    moved = cross_scaled(first).probabilities_NK
    assert len(np.unique(moved.max(axis=1).round(4))) == 2


def test_all_right_ends_at_the_least_temperature_and_one_example_stays(said):
    assert fit_temperature(said([0, 1, 2], [0, 1, 2])) == pytest.approx(LEAST, rel=0.01)
    alone = said([0], [1])
    assert cross_scaled(alone).probabilities_NK == pytest.approx(alone.probabilities_NK)
