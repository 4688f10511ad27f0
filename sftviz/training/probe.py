"""The head of epoch 0, solved in closed form: the best that can be done without touching the backbone.

Shape legend: N examples, D embedding width, K classes, R rank of the centred embeddings.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.model_selection import StratifiedKFold

from sftviz.errors import TrainingError
from sftviz.models.network import Network
from sftviz.results import FloatArray, IntArray

_NUM_FOLDS = 5
_PENALTIES = np.logspace(-4, 4, 17)  # in units of the mean eigenvalue, so that the grid fits any backbone

Array = NDArray[np.float64]


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


@dataclass(frozen=True)
class _Spectrum:
    """Centred embeddings as left singular vectors (N, R) and squared singular values (R,)."""

    left_NR: Array
    squares_R: Array


def fit_probe(embeddings_ND: FloatArray, labels_N: IntArray, num_classes: int, *, seed: int) -> Probe:
    """Ridge regression on ±1 targets; penalty and temperature chosen by stratified cross-validation.

    Leave-one-out would be biased (0.05 instead of 0.20 on random labels of five classes), so whole folds are left out,
    exactly and without refitting: residuals of fold f are (I − H_ff)⁻¹ R_f.

    Source: Hoerl & Kennard 1970 (ridge); Rifkin & Lippert 2007, "Notes on Regularized Least Squares" (the shortcut);
    Guo et al. 2017 (temperature).

    Args:
        embeddings_ND: float32.
        labels_N: int64 in [0, K).
        num_classes: K.
        seed: decides the folds.

    Raises:
        TrainingError: the embeddings hold NaN or infinity.
    """
    if not np.isfinite(embeddings_ND).all():
        raise TrainingError("The backbone's embeddings hold NaN or infinity; choose other weights.")
    embeddings = embeddings_ND.astype(np.float64)
    targets_NK = 2.0 * np.eye(num_classes)[labels_N] - 1.0
    centred_ND = embeddings - embeddings.mean(axis=0)
    spectrum = _decompose(centred_ND)
    folds = _folds(labels_N, seed)
    penalties = _PENALTIES * spectrum.squares_R.sum() / len(labels_N)
    candidates = [out_of_fold_scores(spectrum.left_NR, spectrum.squares_R, targets_NK, folds, x) for x in penalties]
    chosen = int(np.argmin([np.square(targets_NK - scores).mean() for scores in candidates]))
    temperature = _fit_temperature(candidates[chosen], labels_N)
    weight_DK = _weights(centred_ND, spectrum, targets_NK - targets_NK.mean(axis=0), penalties[chosen])
    bias_K = targets_NK.mean(axis=0) - embeddings.mean(axis=0) @ weight_DK
    return Probe(
        weight_KD=(weight_DK.T / temperature).astype(np.float32),
        bias_K=(bias_K / temperature).astype(np.float32),
        penalty=float(penalties[chosen]),
        temperature=temperature,
        out_of_fold_NK=softmax(candidates[chosen] / temperature, axis=1).astype(np.float32),
    )


def set_head(network: Network, probe: Probe) -> None:
    """Give a network the probe for its head."""
    with torch.no_grad():
        network.head.weight.copy_(torch.from_numpy(probe.weight_KD))
        network.head.bias.copy_(torch.from_numpy(probe.bias_K))


def out_of_fold_scores(
    left_NR: Array, squares_R: Array, targets_NK: Array, folds: list[IntArray], penalty: float
) -> Array:
    """Scores (N, K) of each example by the ridge fit that leaves its fold out, intercept refitted.

    With A = [1/√N, U] and C = diag(1, s²/(s²+λ)) the hat matrix is H = A C Aᵀ. For folds larger than the rank,
    (I − A_f C A_fᵀ)⁻¹ = I + A_f (C⁻¹ − A_fᵀA_f)⁻¹ A_fᵀ keeps the systems as small as the rank.
    """
    num_examples = len(targets_NK)
    basis_NR = np.column_stack([np.full(num_examples, num_examples**-0.5), left_NR])
    shrinkage_R = np.concatenate([[1.0], squares_R / (squares_R + penalty)])
    residuals_NK = targets_NK - basis_NR @ (shrinkage_R[:, None] * (basis_NR.T @ targets_NK))
    scores_NK = np.empty_like(targets_NK)
    for fold in folds:
        basis, residuals = basis_NR[fold], residuals_NK[fold]
        if len(fold) <= basis.shape[1]:
            held_out = np.linalg.solve(np.eye(len(fold)) - (basis * shrinkage_R) @ basis.T, residuals)
        else:
            inner = np.diag(1.0 / shrinkage_R) - basis.T @ basis
            held_out = residuals + basis @ np.linalg.solve(inner, basis.T @ residuals)
        scores_NK[fold] = targets_NK[fold] - held_out
    return scores_NK


def _decompose(centred_ND: Array) -> _Spectrum:
    num_examples, width = centred_ND.shape
    if num_examples <= width:
        squares, left = np.linalg.eigh(centred_ND @ centred_ND.T)
        kept = squares > squares.max() * 1e-10
        return _Spectrum(left[:, kept], squares[kept])
    squares, right = np.linalg.eigh(centred_ND.T @ centred_ND)
    kept = squares > squares.max() * 1e-10
    return _Spectrum(centred_ND @ right[:, kept] / np.sqrt(squares[kept]), squares[kept])


def _weights(centred_ND: Array, spectrum: _Spectrum, centred_targets_NK: Array, penalty: float) -> Array:
    # Xᵀ(XXᵀ + λI)⁻¹Y with XXᵀ = U diag(s²) Uᵀ
    dual_NK = spectrum.left_NR @ ((spectrum.left_NR.T @ centred_targets_NK) / (spectrum.squares_R + penalty)[:, None])
    weights: Array = centred_ND.T @ dual_NK
    return weights


def _folds(labels_N: IntArray, seed: int) -> list[IntArray]:
    """Stratified folds; a class with fewer examples than folds simply misses in some of them."""
    num_folds = int(np.clip(np.bincount(labels_N).max(), 2, _NUM_FOLDS))
    counts = np.bincount(labels_N)
    if counts[counts > 0].min() >= num_folds:
        splitter = StratifiedKFold(num_folds, shuffle=True, random_state=seed)
        return [held_out.astype(np.int64) for _, held_out in splitter.split(labels_N, labels_N)]
    order = np.lexsort((np.random.default_rng(seed).random(len(labels_N)), labels_N))
    return [np.sort(order[fold::num_folds]).astype(np.int64) for fold in range(min(num_folds, len(order)))]


def _fit_temperature(scores_NK: Array, labels_N: IntArray) -> float:
    def loss(log_temperature: float) -> float:
        logits = log_softmax(scores_NK / np.exp(log_temperature), axis=1)
        return -float(logits[np.arange(len(labels_N)), labels_N].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-5.0, 3.0), method="bounded").x))
