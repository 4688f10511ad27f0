"""LogME against the Gaussian density itself, the neighbours' votes against all distances."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.neighbors import KNeighborsClassifier

from sftviz.analysis.transferability import log_evidence, neighbour_votes


def _problem(num_examples: int, width: int, num_classes: int, signal: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    labels = np.arange(num_examples) % num_classes
    embeddings = np.maximum(random.normal(size=(num_examples, width)), 0)
    embeddings[:, :num_classes] += signal * np.eye(num_classes)[labels]
    return embeddings, labels


def _density(embeddings: np.ndarray, target: np.ndarray) -> Callable[[np.ndarray], float]:
    gram = embeddings @ embeddings.T

    def loss(logs: np.ndarray) -> float:
        """Minus the log density of t ~ N(0, I/β + FFᵀ/α), for an example."""
        alpha, beta = np.exp(logs)
        covariance = np.eye(len(target)) / beta + gram / alpha
        fit = target @ np.linalg.solve(covariance, target)
        return float(np.linalg.slogdet(covariance).logabsdet + fit + len(target) * np.log(2 * np.pi)) / 2 / len(target)

    return loss


@pytest.mark.parametrize(("num_examples", "width"), [(60, 12), (60, 60), (60, 200), (40, 1280)])
def test_log_evidence_is_the_greatest_gaussian_density(num_examples: int, width: int) -> None:
    embeddings, labels = _problem(num_examples, width, 3)
    greatest = []
    for label in range(3):
        loss = _density(embeddings, (labels == label).astype(np.float64))
        first = min(product(range(-4, 12, 3), range(-4, 12, 3)), key=lambda logs: loss(np.array(logs)))
        # Where examples are fewer than the width, the density may be greatest without any noise.
        found = minimize(loss, first, method="Nelder-Mead", bounds=[(-20, 25)] * 2, options={"fatol": 1e-10})
        greatest.append(-found.fun)
    assert log_evidence(embeddings, labels, 3) == pytest.approx(np.mean(greatest), abs=1e-6)


def test_log_evidence_knows_signal_and_is_not_fooled_by_width() -> None:
    embeddings, labels = _problem(60, 200, 3, signal=3.0)
    assert log_evidence(embeddings, labels, 3) > log_evidence(embeddings, np.sort(labels), 3)
    random = np.random.default_rng(1)
    wide = np.maximum(random.normal(size=(60, 2048)), 0)
    assert log_evidence(wide, labels, 3) < log_evidence(embeddings, labels, 3), "what is published would say +100"
    assert np.isfinite(log_evidence(np.zeros((6, 4)), np.arange(6) % 2, 2))


def test_neighbours_vote_by_cosine_from_outside_the_fold() -> None:
    embeddings, labels = _problem(50, 8, 4)
    folds = [np.arange(50)[place::5] for place in range(5)]
    votes = neighbour_votes(embeddings, labels, folds)
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    for fold in folds:
        others = np.setdiff1d(np.arange(50), fold)
        for index in fold:
            similarity = unit[others] @ unit[index]
            nearest = np.argsort(-similarity)[:5]
            said = np.bincount(labels[others][nearest], similarity[nearest], minlength=4)
            assert said[votes[index]] == pytest.approx(said.max())
    nearest = KNeighborsClassifier(5, metric="cosine").fit(embeddings[folds[0]], labels[folds[0]])
    assert nearest.predict(embeddings[:1]).shape == votes[:1].shape


def test_few_examples_have_fewer_neighbours_and_twins_in_a_fold_do_not_help() -> None:
    embeddings = np.repeat(np.eye(4), 2, axis=0)
    labels = np.repeat([0, 1, 0, 1], 2)
    folds = [np.array([0, 1]), np.array([2, 3]), np.array([4, 5]), np.array([6, 7])]
    assert neighbour_votes(embeddings, labels, folds).shape == (8,)
    assert neighbour_votes(embeddings[:2], np.array([0, 1]), [np.array([0]), np.array([1])]).tolist() == [1, 0]
