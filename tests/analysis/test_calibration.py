from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from sftviz.analysis.calibration import calibration_errors, confidence_bins, reliability, simulated_right
from sftviz.analysis.intervals import wilson
from sftviz.errors import EmptyResultError

CONFIDENCE = [0.95, 0.85, 0.85, 0.65, 0.55, 0.55, 0.35]
IS_RIGHT = [1, 1, 0, 1, 0, 1, 0]


def test_calibration_errors_by_hand():
    error, largest = calibration_errors(CONFIDENCE, IS_RIGHT, num_bins=10)
    assert error == pytest.approx(0.22142857142857147, abs=1e-15)
    assert largest == pytest.approx(0.35)


def test_bins_are_closed_on_the_right():
    assert confidence_bins([0, 0.25, 0.2500001, 0.5, 0.75, 1], num_bins=4).tolist() == [0, 0, 1, 1, 2, 3]


def test_a_perfectly_calibrated_model_of_few_examples_has_an_error_too():
    random = np.random.default_rng(0)
    errors = []
    for _ in range(5):
        confidence = random.uniform(0.2, 1, 100)
        sums = np.bincount(confidence_bins(confidence), confidence, minlength=15)
        errors += (np.abs(simulated_right(confidence) - sums).sum(axis=1) / 100).tolist()
    assert 0.10 <= np.mean(errors) <= 0.13


def test_the_band_is_that_of_the_binomial(said):
    found = reliability(said([0] * 200, [0] * 150 + [1] * 50, 0.7))
    (filled,) = np.flatnonzero(found.counts_M).tolist()
    assert filled == 10
    assert found.null_M2[filled] == pytest.approx(np.array(binom(200, 0.7).interval(0.95)) / 200, abs=0.0151)


def test_reliability_of_each_bin(said):
    random = np.random.default_rng(1)
    labels, predicted = random.integers(3, size=(2, 80))
    confidence = random.uniform(0.4, 1, 80).astype(np.float32)
    predictions = said(labels, predicted, confidence, epoch=3)
    found = reliability(predictions)
    assert found.counts_M.sum() == 80
    bins = confidence_bins(confidence)
    in_bin = bins == 9
    assert found.confidence_M[9] == pytest.approx(confidence[in_bin].mean())
    assert found.accuracy_M[9] == pytest.approx((labels == predicted)[in_bin].mean())
    assert found.interval_M2[9] == pytest.approx(wilson((labels == predicted)[in_bin].sum(), in_bin.sum()))
    assert np.isnan(found.accuracy_M[0])
    assert np.isnan(found.interval_M2[0]).all()
    assert (found.error, found.largest_gap) == pytest.approx(calibration_errors(confidence, labels == predicted))
    assert found.null_error[0] < found.null_error[1] < found.error


def test_the_same_predictions_have_the_same_band_whatever_the_run_draws(said):
    first, second = reliability(said([0, 1, 2], [0, 1, 1])), reliability(said([0, 1, 2], [0, 1, 1]))
    assert np.array_equal(first.null_M2, second.null_M2, equal_nan=True)
    assert first.null_error == second.null_error


def test_what_has_no_calibration_is_a_sentence(said):
    with pytest.raises(EmptyResultError, match="no validation examples"):
        reliability(said([], []))
    broken = said([0, 1], [0, 1])
    with pytest.raises(EmptyResultError, match="not numbers"):
        reliability(replace(broken, probabilities_NK=np.full((2, 3), np.nan, np.float32)))
