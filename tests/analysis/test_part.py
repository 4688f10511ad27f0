import numpy as np
import pytest
from scipy.stats import binomtest

from sftviz.analysis.part import compare_part
from sftviz.results import Predictions, Source


def _said(predicted: list[int], epoch: int) -> Predictions:
    probabilities = np.full((4, 2), 0.3, np.float32)
    probabilities[np.arange(4), predicted] = 0.7
    return Predictions(Source("r", epoch), ("cat", "dog"), tuple("abcd"), np.array([0, 0, 1, 1]), probabilities)


def test_a_part_is_measured_as_if_it_were_all():
    before, after = compare_part(_said([0, 1, 0, 0], 0), _said([0, 0, 0, 1], 3), np.array([0, 1, 2]))
    assert (before.accuracy, after.accuracy) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    expected = binomtest(2, 3).proportion_ci(method="wilson")
    assert after.interval == pytest.approx((expected.low, expected.high))
    assert before.confidence == pytest.approx(0.7)
