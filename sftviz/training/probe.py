"""The head of epoch 0, solved in closed form: the best that can be done without touching the backbone.

Shape legend: N examples, D embedding width, K classes.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.model_selection import StratifiedKFold

from sftviz.errors import TrainingError
from sftviz.models.network import Network
from sftviz.results import FloatArray, IntArray
from sftviz.training.ridge import Array, Ridge, make_ridge

_NUM_FOLDS = 5
_PENALTIES = np.logspace(-4, 4, 17)  # in units of the mean eigenvalue, so that the grid fits any backbone


@dataclass(frozen=True)
class Probe:
    """A linear classifier on embeddings, whose softmax is calibrated on held-out folds.

    Attributes:
        weight_KD, bias_K: the head; logits are `embeddings @ weight.T + bias`.
        penalty: the ridge penalty chosen.
        temperature: what the ridge scores were divided by.
        out_of_fold_NK: probabilities of each training example from a probe that never saw it.
    """

    weight_KD: FloatArray
    bias_K: FloatArray
    penalty: float
    temperature: float
    out_of_fold_NK: FloatArray


def fit_probe(
    embeddings_ND: FloatArray,
    labels_N: IntArray,
    num_classes: int,
    *,
    seed: int,
    folds: list[IntArray] | None = None,
) -> Probe:
    """Ridge regression on ±1 targets; penalty and temperature chosen by stratified cross-validation.

    Leave-one-out would be biased (0.05 instead of 0.20 on random labels of five classes), so whole folds are left out,
    exactly and without refitting.

    Source: Hoerl & Kennard 1970 (ridge); Guo et al. 2017 (temperature).

    Args:
        embeddings_ND: float32; may be mapped from disk, and is then read in chunks where N is larger than D.
        labels_N: int64 in [0, K).
        num_classes: K.
        seed: decides the folds, where none are given.
        folds: indices of the examples to leave out together; each is in one of them.

    Raises:
        TrainingError: the embeddings hold NaN or infinity.
    """
    if not all(np.isfinite(chunk).all() for chunk in np.array_split(embeddings_ND, 1 + len(embeddings_ND) // 2048)):
        raise TrainingError("The backbone's embeddings hold NaN or infinity; choose other weights.")
    targets_NK = signed_targets(labels_N, num_classes)
    ridge = make_ridge(embeddings_ND, targets_NK, folds or stratified_folds(labels_N, seed))
    penalty, scores_NK = _best_penalty(ridge, targets_NK)
    temperature = _fit_temperature(scores_NK, labels_N)
    weight_DK, bias_K = ridge.solution(penalty)
    return Probe(
        weight_KD=(weight_DK.T / temperature).astype(np.float32),
        bias_K=(bias_K / temperature).astype(np.float32),
        penalty=penalty,
        temperature=temperature,
        out_of_fold_NK=softmax(scores_NK / temperature, axis=1).astype(np.float32),
    )


def signed_targets(labels_N: IntArray, num_classes: int) -> Array:
    """What the ridge regression is to predict, (N, K): 1 for the true class and −1 for the others."""
    targets_NK: Array = 2.0 * np.eye(num_classes)[labels_N] - 1.0
    return targets_NK


def stratified_folds(labels_N: IntArray, seed: int) -> list[IntArray]:
    """Up to five; a class with fewer examples than folds simply misses in some of them."""
    num_folds = int(np.clip(np.bincount(labels_N).max(), 2, _NUM_FOLDS))
    counts = np.bincount(labels_N)
    if counts[counts > 0].min() >= num_folds:
        splitter = StratifiedKFold(num_folds, shuffle=True, random_state=seed)
        return [held_out.astype(np.int64) for _, held_out in splitter.split(labels_N, labels_N)]
    order = np.lexsort((np.random.default_rng(seed).random(len(labels_N)), labels_N))
    return [np.sort(order[fold::num_folds]).astype(np.int64) for fold in range(min(num_folds, len(order)))]


def members_of(fold_N: IntArray) -> list[IntArray]:
    """Indices of the examples of each fold, from the number of each example's fold."""
    return [np.flatnonzero(fold_N == fold) for fold in range(int(fold_N.max()) + 1)]


def set_head(network: Network, probe: Probe) -> None:
    """Give a network the probe for its head."""
    with torch.no_grad():
        network.head.weight.copy_(torch.from_numpy(probe.weight_KD))
        network.head.bias.copy_(torch.from_numpy(probe.bias_K))


def _best_penalty(ridge: Ridge, targets_NK: Array) -> tuple[float, Array]:
    """The penalty whose held-out predictions are closest to the targets, and these predictions."""
    best, least, scores_NK = 0.0, np.inf, targets_NK
    for penalty in _PENALTIES * ridge.mean_square:
        candidate_NK = ridge.held_out(float(penalty))
        error = float(np.square(targets_NK - candidate_NK).mean())
        if error < least:
            best, least, scores_NK = float(penalty), error, candidate_NK
    return best, scores_NK


def _fit_temperature(scores_NK: Array, labels_N: IntArray) -> float:
    def loss(log_temperature: float) -> float:
        logits = log_softmax(scores_NK / np.exp(log_temperature), axis=1)
        return -float(logits[np.arange(len(labels_N)), labels_N].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-5.0, 3.0), method="bounded").x))
