"""The closed-form head against brute force, published values and chance."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from sftviz.errors import TrainingError
from sftviz.training.probe import fit_probe, stratified_folds
from sftviz.training.ridge import RidgeByExamples, RidgeByMoments, make_ridge


def _problem(num_examples: int, width: int, num_classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.arange(num_examples) % num_classes
    embeddings = random.normal(size=(num_examples, width))
    embeddings[:, :num_classes] += np.eye(num_classes)[labels]
    return embeddings, labels


def _scores_by_refitting(
    embeddings: np.ndarray, targets: np.ndarray, folds: list[np.ndarray], penalty: float
) -> np.ndarray:
    scores = np.empty_like(targets)
    for fold in folds:
        kept = np.setdiff1d(np.arange(len(embeddings)), fold)
        mean, centre = embeddings[kept].mean(axis=0), targets[kept].mean(axis=0)
        centred = embeddings[kept] - mean
        gram = centred.T @ centred + penalty * np.eye(embeddings.shape[1])
        weights = np.linalg.solve(gram, centred.T @ (targets[kept] - centre))
        scores[fold] = (embeddings[fold] - mean) @ weights + centre
    return scores


WAYS = [RidgeByExamples, RidgeByMoments]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("num_examples", "width"),
    [(60, 30), (60, 200), (300, 7)],
    ids=["more examples than width", "fewer examples than width", "folds larger than the rank"],
)
def test_held_out_predictions_equal_refitting(num_examples: int, width: int, way: type) -> None:
    embeddings, labels = _problem(num_examples, width, 3)
    targets = 2.0 * np.eye(3)[labels] - 1.0
    folds = stratified_folds(labels, seed=0)
    ours = way(embeddings, targets, folds).held_out(2.0)
    np.testing.assert_allclose(ours, _scores_by_refitting(embeddings, targets, folds, 2.0), atol=1e-10)


@pytest.mark.parametrize("way", WAYS)
def test_leave_one_out_error_on_digits(way: type) -> None:
    pixels, labels = load_digits(return_X_y=True)
    pixels, labels = pixels[:150] / 16.0, labels[:150]
    targets = 2.0 * np.eye(10)[labels] - 1.0
    each = [np.array([index]) for index in range(150)]
    scores = way(pixels, targets, each).held_out(1.0)
    assert np.square(scores - targets).mean() == pytest.approx(0.10805011500522763, abs=1e-9)


def test_both_ways_have_one_solution_and_the_shape_decides_between_them() -> None:
    for shape, way in (((60, 200), RidgeByExamples), ((5000, 7), RidgeByMoments)):
        embeddings, labels = _problem(*shape, 3)
        targets, folds = 2.0 * np.eye(3)[labels] - 1.0, stratified_folds(labels, seed=0)
        assert isinstance(make_ridge(embeddings, targets, folds), way)
    embeddings, labels = _problem(60, 30, 3)
    targets, folds = 2.0 * np.eye(3)[labels] - 1.0, stratified_folds(labels, seed=0)
    one, other = (way(embeddings, targets, folds) for way in WAYS)
    assert one.mean_square == pytest.approx(other.mean_square)
    for ours, theirs in zip(one.solution(3.0), other.solution(3.0), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-10)


@pytest.mark.parametrize("width", [64, 2048])
def test_random_labels_score_at_chance(width: int) -> None:
    accuracies = []
    for seed in range(8):
        random = np.random.default_rng(seed)
        embeddings = np.maximum(random.normal(size=(100, width)), 0).astype(np.float32)
        labels = np.repeat(np.arange(5), 20)
        probe = fit_probe(embeddings, labels, 5, seed=seed)
        accuracies.append(np.mean(probe.out_of_fold_NK.argmax(axis=1) == labels))
    assert abs(np.mean(accuracies) - 0.2) < 0.05


def test_head_reproduces_the_ridge_solution_and_probabilities_are_calibrated() -> None:
    embeddings, labels = _problem(400, 20, 4)
    embeddings[:, :4] += 2 * np.eye(4)[labels]
    probe = fit_probe(embeddings.astype(np.float32), labels, 4, seed=0)
    targets = 2.0 * np.eye(4)[labels] - 1.0
    centred = embeddings - embeddings.mean(axis=0)
    gram = centred.T @ centred + probe.penalty * np.eye(20)
    expected = np.linalg.solve(gram, centred.T @ (targets - targets.mean(axis=0))).T / probe.temperature
    np.testing.assert_allclose(probe.weight_KD, expected, rtol=1e-3, atol=1e-5)
    confidence = probe.out_of_fold_NK.max(axis=1).mean()
    accuracy = np.mean(probe.out_of_fold_NK.argmax(axis=1) == labels)
    assert confidence == pytest.approx(accuracy, abs=0.05)


@pytest.mark.parametrize("counts", [(1, 1), (1, 9), (2, 2, 2), (3, 40)])
def test_tiny_classes_are_no_obstacle(counts: tuple[int, ...]) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    embeddings = np.random.default_rng(0).normal(size=(len(labels), 8)).astype(np.float32)
    folds = stratified_folds(labels, seed=0)
    assert sorted(np.concatenate(folds).tolist()) == list(range(len(labels)))
    probe = fit_probe(embeddings, labels, len(counts), seed=0)
    assert np.isfinite(probe.weight_KD).all()
    assert np.isfinite(probe.out_of_fold_NK).all()


def test_embeddings_that_are_not_finite_are_refused() -> None:
    embeddings = np.full((4, 3), np.nan, dtype=np.float32)
    with pytest.raises(TrainingError, match="NaN"):
        fit_probe(embeddings, np.array([0, 1, 0, 1]), 2, seed=0)
