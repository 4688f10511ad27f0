import numpy as np
import pytest
from scipy.stats import binomtest

from sftviz.analysis.intervals import least_difference, percentiles, stratified_resamples, wilson


@pytest.mark.parametrize(("right", "low", "high"), [(45, 0.786398, 0.956524), (50, 0.9287, 1)])
def test_wilsons_interval(right, low, high):
    assert wilson(right, 50).tolist() == pytest.approx([low, high], abs=5e-5)


def test_wilsons_interval_is_that_of_scipy_for_any_counts():
    trials = np.array([1, 1, 2, 7, 40, 10_000])
    right = np.array([0, 1, 1, 7, 3, 5_000])
    references = [
        binomtest(k, n).proportion_ci(method="wilson") for k, n in zip(right.tolist(), trials.tolist(), strict=True)
    ]
    assert wilson(right, trials) == pytest.approx(np.array(references), abs=1e-12)


def test_of_nothing_anything_may_be_true():
    assert wilson(0, 0).tolist() == [0, 1]


def test_each_resample_draws_every_class_as_often_as_it_occurs():
    labels = np.random.default_rng(0).integers(4, size=300)
    counts = np.concatenate(list(stratified_resamples(labels)), axis=1)
    assert counts.shape == (300, 1000)
    for label in range(4):
        assert (counts[labels == label].sum(axis=0) == (labels == label).sum()).all()
    assert counts.mean(axis=1) == pytest.approx(np.ones(300), abs=0.2)
    # Of n draws from n, a share 1/e misses an example.
    assert (counts == 0).mean() == pytest.approx(np.exp(-1), abs=0.01)


def test_the_same_labels_are_drawn_alike_and_memory_is_bounded():
    labels = np.random.default_rng(0).integers(4, size=5000)
    first, second = (next(stratified_resamples(labels)) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.shape[1] < 1000
    assert sum(part.shape[1] for part in stratified_resamples(labels)) == 1000


def test_the_middle_of_what_was_resampled():
    ends = percentiles(np.column_stack([np.arange(1001), 2 * np.arange(1001)]))
    assert ends == pytest.approx(np.array([[25, 975], [50, 1950]]))


def test_six_flips_of_one_kind_are_the_least_that_is_no_luck():
    assert binomtest(0, 5).pvalue > 0.05 > binomtest(0, 6).pvalue
    assert least_difference(100) == pytest.approx(0.06)
    assert least_difference(3) == 1
