"""The mean of folds and its corrected error, and held-out predictions taken together."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp
from sklearn.metrics import accuracy_score, f1_score

from sftviz.analysis.folds import by_fold, fold_mean, pool, score_folds
from sftviz.errors import EmptyResultError
from sftviz.results import Predictions, Source
from sftviz.trials import CurveTrials, HeadFolds


def _predictions(num_examples: int = 30, seed: int = 0) -> Predictions:
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.ones(3), num_examples).astype(np.float32)
    labels = (np.arange(num_examples) % 3).astype(np.int64)
    return Predictions(Source("r", 0), ("a", "b", "c"), tuple(map(str, range(num_examples))), labels, probabilities)


def _head_folds(predictions: Predictions, num_folds: int) -> HeadFolds:
    fold_N = np.arange(len(predictions.examples)) // 2 % num_folds
    return HeadFolds(predictions, fold_N, CurveTrials(np.empty(0, np.int64), np.empty((0, 30), np.bool_)))


def test_the_corrected_error_is_the_formula_by_hand() -> None:
    # Values 0.8, 0.9, 1.0: variance 0.01; three folds: 0.01 · (1/3 + 1/2) = 0.00833.
    found = fold_mean([0.8, 0.9, 1.0], 3)
    assert found.mean == pytest.approx(0.9)
    assert found.standard_error == pytest.approx(np.sqrt(0.01 * (1 / 3 + 1 / 2)))
    reach = 4.302652729911275 * np.sqrt(0.01 * (1 / 3 + 1 / 2))  # Student's t of two degrees of freedom
    assert found.interval == (pytest.approx(0.9 - reach), 1.0)


def test_without_the_correction_it_is_the_usual_interval() -> None:
    values = [0.5, 0.52, 0.47, 0.55, 0.49]
    usual = ttest_1samp(values, 0.0).confidence_interval(0.95)
    found = fold_mean(values, 5)
    assert found.interval is not None
    stretch = np.sqrt((1 / 5 + 1 / 4) / (1 / 5))
    assert found.interval[1] - found.mean == pytest.approx(stretch * (usual.high - np.mean(values)))


def test_one_fold_has_no_error_and_missing_folds_widen_it() -> None:
    assert fold_mean([0.7], 5).interval is None
    assert fold_mean([1.0, 1.0, 1.0], 3).standard_error is None
    two, more = fold_mean([0.7, 0.8], 5), fold_mean([0.7, 0.8, 0.7, 0.8], 5)
    assert two.standard_error is not None
    assert more.standard_error is not None
    assert two.standard_error > more.standard_error


def test_folds_are_scored_each_for_itself() -> None:
    folds = by_fold(_head_folds(_predictions(), 5))
    scores = score_folds(folds, num_folds=5)
    assert scores.sizes == (6, 6, 6, 6, 6)
    assert scores.accuracy.values == pytest.approx([accuracy_score(f.labels_N, f.predicted_N) for f in folds])
    expected = [f1_score(f.labels_N, f.predicted_N, average="macro", zero_division=0) for f in folds]
    assert scores.f1.values == pytest.approx(expected)


def test_pooled_predictions_hold_each_example_once() -> None:
    predictions = _predictions()
    pooled = pool(by_fold(_head_folds(predictions, 4)), name="folds")
    assert sorted(pooled.examples) == sorted(predictions.examples)
    order = [predictions.examples.index(example) for example in pooled.examples]
    np.testing.assert_array_equal(pooled.labels_N, predictions.labels_N[order])
    np.testing.assert_array_equal(pooled.probabilities_NK, predictions.probabilities_NK[order])
    assert pooled.is_right_N.mean() == pytest.approx(predictions.is_right_N.mean())


def test_nothing_and_overlaps_are_sentences() -> None:
    with pytest.raises(EmptyResultError, match="No fold is finished"):
        pool((), name="x")
    with pytest.raises(EmptyResultError, match="No fold is finished"):
        score_folds((), num_folds=5)
    predictions = _predictions()
    with pytest.raises(EmptyResultError, match="share examples"):
        pool((predictions, predictions), name="x")
