"""Runs against each other: the counts are the examples', the p-values those of SciPy and of Holm's own procedure."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from sftviz.analysis.mistakes import flips
from sftviz.analysis.significance import compare_runs, exact_mcnemar, holm
from sftviz.errors import EmptyResultError
from sftviz.results import Predictions

Said = Callable[..., Predictions]


def test_every_pair_is_counted_and_tested(said: Said) -> None:
    labels, *predicted = np.random.default_rng(0).integers(3, size=(5, 90))
    runs = [said(labels, each, epoch=index) for index, each in enumerate(predicted)]
    found = compare_runs(runs)
    assert found.num_pairs == 6
    for row, first in enumerate(runs):
        for column, second in enumerate(runs):
            changed = flips(second, first)
            assert found.only_row_right_RR[row, column] == len(changed.fixed)
            assert found.p_values_RR[row, column] == pytest.approx(changed.p_value, abs=1e-12)
            gained = found.num_right_R[row] - found.num_right_R[column]
            assert gained == found.only_row_right_RR[row, column] - found.only_row_right_RR[column, row]
    rows, columns = np.triu_indices(4, 1)
    np.testing.assert_allclose(found.adjusted_RR[rows, columns], holm(found.p_values_RR[rows, columns]))
    np.testing.assert_array_equal(found.adjusted_RR, found.adjusted_RR.T)


def test_exact_mcnemar_is_the_binomial_test() -> None:
    assert exact_mcnemar(5, 12) == pytest.approx(0.143463134765625, abs=1e-12)
    assert exact_mcnemar(12, 5) == pytest.approx(binomtest(12, 17).pvalue)
    assert exact_mcnemar(0, 0) == 1.0


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        # Holm 1979: 0.005·4, 0.01·3, then 0.03·2 and 0.04·1, which may not fall below it.
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.9, 0.8], [1.0, 1.0]),
        ([0.02], [0.02]),
        ([], []),
    ],
)
def test_holm_by_hand(p_values: list[float], adjusted: list[float]) -> None:
    np.testing.assert_allclose(holm(p_values), adjusted)


def test_equal_runs_differ_nowhere(said: Said) -> None:
    run = said([0, 1, 2], [0, 1, 1])
    found = compare_runs([run, run])
    assert not found.only_row_right_RR.any()
    assert (found.adjusted_RR == 1).all()
    assert found.from_best.tolist() == [0, 1]


def test_other_examples_labels_or_classes_are_not_compared(said: Said) -> None:
    run = said([0, 1, 2], [0, 1, 1])
    others = [
        replace(run, examples=("a", "b", "c")),
        replace(run, labels_N=np.array([0, 1, 1])),
        replace(run, classes=("cat", "dog", "fox")),
        said([0, 1], [0, 1]),
    ]
    found = compare_runs([run, *others])
    assert (found.num_pairs, found.is_comparable_RR[0].tolist()) == (0, [True, False, False, False, False])
    assert np.isnan(found.adjusted_RR[0, 1:]).all()
    assert found.from_best[0] == 2, "all right of fewer or others"


def test_no_example_is_a_sentence(said: Said) -> None:
    with pytest.raises(EmptyResultError, match="no validation examples"):
        compare_runs([said([], []), said([], [])])
