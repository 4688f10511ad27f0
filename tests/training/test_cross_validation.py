"""The head over folds, and on parts of them: closed form against refitting."""

from collections.abc import Generator
from typing import TypeVar

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from sftviz.config import DataConfig, RunConfig
from sftviz.events import PhaseProgressed
from sftviz.training.cross_validation import cross_validate_head
from sftviz.training.learning_curve import FRACTIONS, curve_trials
from sftviz.training.probe import fit_probe, signed_targets
from sftviz.training.recipes import RECIPES
from sftviz.training.ridge import Moments, make_ridge, total
from sftviz.trials import CurveTrials
from tests.training.small_task import SmallTask

Result = TypeVar("Result")


def _result(work: Generator[object, None, Result]) -> tuple[list[object], Result]:
    events = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as ended:
            return events, ended.value


def _problem(num_examples: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    labels = np.sort(np.arange(num_examples) % 3)
    embeddings = random.normal(size=(num_examples, width)).astype(np.float32)
    embeddings[:, :3] += np.eye(3, dtype=np.float32)[labels]
    return embeddings, labels, random.permutation(np.arange(num_examples) % 5)


def _trials(embeddings: np.ndarray, labels: np.ndarray, fold_N: np.ndarray, penalty: float) -> CurveTrials:
    targets = signed_targets(labels, int(labels.max()) + 1)
    return _result(curve_trials(embeddings, targets, labels, fold_N, penalty=penalty, seed=0))[1]


@pytest.mark.parametrize(("num_examples", "width"), [(90, 200), (120, 12)])
def test_out_of_fold_probabilities_come_from_the_folds_given(num_examples: int, width: int) -> None:
    embeddings, labels, fold_N = _problem(num_examples, width)
    folds = [np.flatnonzero(fold_N == fold) for fold in range(5)]
    probe = fit_probe(embeddings, labels, 3, seed=0, folds=folds)
    scores = np.empty((num_examples, 3))
    for fold in folds:
        kept = np.setdiff1d(np.arange(num_examples), fold)
        refit = Ridge(alpha=probe.penalty).fit(embeddings[kept].astype(np.float64), signed_targets(labels, 3)[kept])
        scores[fold] = refit.predict(embeddings[fold].astype(np.float64))
    ours = make_ridge(embeddings, signed_targets(labels, 3), folds).held_out(probe.penalty)
    np.testing.assert_allclose(ours, scores, atol=1e-10)
    powers = np.exp(scores / probe.temperature)
    np.testing.assert_allclose(probe.out_of_fold_NK, powers / powers.sum(axis=1, keepdims=True), rtol=1e-4)


def test_moments_solve_what_refitting_solves() -> None:
    embeddings, labels, fold_N = _problem(60, 20)
    targets = signed_targets(labels, 3)
    parts = [Moments.over(embeddings, targets, np.flatnonzero(fold_N == fold)) for fold in (0, 2)]
    empty = Moments.over(embeddings, targets, np.empty(0, np.int64))
    weight_DK, intercept_K = total([*parts, empty]).solution(3.0)
    kept = np.isin(fold_N, (0, 2))
    refit = Ridge(alpha=3.0).fit(embeddings[kept].astype(np.float64), targets[kept])
    np.testing.assert_allclose(weight_DK.T, refit.coef_, atol=1e-10)
    np.testing.assert_allclose(intercept_K, refit.intercept_, atol=1e-10)


@pytest.mark.parametrize(("num_examples", "width"), [(90, 200), (120, 12)])
def test_the_curve_ends_at_all_examples(num_examples: int, width: int) -> None:
    embeddings, labels, fold_N = _problem(num_examples, width)
    trials = _trials(embeddings, labels, fold_N, penalty=5.0)
    folds = [np.flatnonzero(fold_N == fold) for fold in range(5)]
    whole = make_ridge(embeddings, signed_targets(labels, 3), folds).held_out(5.0).argmax(axis=1) == labels
    last = int(trials.sizes_S.argmax())
    assert trials.sizes_S[last] == num_examples * 4 // 5
    np.testing.assert_array_equal(trials.is_right_SN[last], whole)
    assert (trials.sizes_S == trials.sizes_S[last]).sum() == 1
    assert len(trials.sizes_S) == 5 * (len(FRACTIONS) - 1) + 1
    assert sorted(set(trials.sizes_S.tolist())) == [round(num_examples * 0.8 * part) for part in FRACTIONS]
    first = trials.is_right_SN[trials.sizes_S == trials.sizes_S.min()]
    assert first.mean() < trials.is_right_SN[last].mean()


def test_the_smallest_classes_are_never_lost() -> None:
    embeddings, labels, fold_N = _problem(12, 5)
    labels, fold_N = np.repeat([0, 1], [2, 10]), np.arange(12) % 2
    trials = _trials(embeddings, labels, fold_N, penalty=1.0)
    assert trials.sizes_S.min() == 4, "six tenths hold both examples of the rare class, less would hold one"
    two = np.repeat([0, 1], 2)
    assert len(_trials(embeddings[:4], two, np.array([0, 1, 0, 1]), penalty=1.0).sizes_S) == 5 * 4 + 1
    alone = np.array([0, 1])
    assert not len(_trials(embeddings[:2], alone, alone, penalty=1.0).sizes_S)


def test_the_head_is_validated_over_a_task() -> None:
    task = SmallTask()
    config = RunConfig(name="head", data=DataConfig(dataset="small", num_folds=3), recipe=RECIPES["probe"])
    fold_N = np.arange(20) % 3
    events, found = _result(cross_validate_head(config, task, fold_N))
    assert found.predictions.examples == task.train.names
    np.testing.assert_allclose(found.predictions.probabilities_NK.sum(axis=1), 1, atol=1e-5)
    phases = [event.phase for event in events if isinstance(event, PhaseProgressed)]
    assert "features" in phases
    assert phases[-1] == "curve"
    again, same = _result(cross_validate_head(config, task, fold_N))
    assert "features" not in [event.phase for event in again if isinstance(event, PhaseProgressed)]
    np.testing.assert_array_equal(found.predictions.probabilities_NK, same.predictions.probabilities_NK)
    np.testing.assert_array_equal(found.trials.is_right_SN, same.trials.is_right_SN)
