"""How much of the labels a backbone's embeddings hold, asked without training anything.

Shape legend: N examples, D embedding width, K classes, R rank.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.neighbors import KNeighborsClassifier

from sftviz.results import FloatArray, IntArray

NUM_NEIGHBOURS = 5
_LOG_RATIOS = np.linspace(-25.0, 25.0, 101)  # of τ to the mean eigenvalue
_LEAST_WEIGHT = 1e-9

Array = NDArray[np.float64]


def log_evidence(embeddings_ND: FloatArray | Array, labels_N: IntArray, num_classes: int) -> float:
    """LogME: the mean over classes of the greatest log evidence per example, in nats.

    Each class's indicator t is taken for N(0, β⁻¹ (I + F Fᵀ / τ)), with β in closed form and τ = α/β searched for. No
    fixed point is iterated, whose published form errs by (D − N)/2N · log α where examples are fewer than the
    embedding is wide.

    Source: You et al. 2021, "LogME: practical assessment of pre-trained models for transfer learning".
    """
    left_NR, singular_R, _ = np.linalg.svd(embeddings_ND.astype(np.float64), full_matrices=False)
    eigenvalues_R = np.square(singular_R)
    found = []
    for label in range(num_classes):
        target_N = (labels_N == label).astype(np.float64)
        squares_R = np.square(left_NR.T @ target_N)
        found.append(_greatest(eigenvalues_R, squares_R, target_N))
    return float(np.mean(found))


def neighbour_votes(embeddings_ND: FloatArray, labels_N: IntArray, folds: Sequence[IntArray]) -> IntArray:
    """What the five nearest examples outside of its fold say of each, by cosine, weighted with it."""
    votes_N = np.empty_like(labels_N)
    for fold in folds:
        others = np.setdiff1d(np.arange(len(labels_N)), fold)
        nearest = KNeighborsClassifier(min(NUM_NEIGHBOURS, len(others)), weights=_similarity, metric="cosine")
        votes_N[fold] = nearest.fit(embeddings_ND[others], labels_N[others]).predict(embeddings_ND[fold])
    return votes_N


def _similarity(distances: Array) -> Array:
    return np.maximum(1 - distances, _LEAST_WEIGHT)


def _greatest(eigenvalues_R: Array, squares_R: Array, target_N: Array) -> float:
    """The evidence at the best τ: the best of a grid, then refined between its neighbours."""
    count = len(target_N)
    beyond = max(0.0, float(np.square(target_N).sum() - squares_R.sum()))
    centre = np.log(max(float(eigenvalues_R.sum()) / count, np.finfo(np.float64).tiny))

    def loss(log_ratio: float) -> float:
        stretch_R = 1 + eigenvalues_R / np.exp(centre + log_ratio)
        variance = (float((squares_R / stretch_R).sum()) + beyond) / count
        spread = np.log(2 * np.pi * max(variance, np.finfo(np.float64).tiny)) + 1
        return float(spread / 2 + np.log(stretch_R).sum() / (2 * count))

    best = int(np.argmin([loss(ratio) for ratio in _LOG_RATIOS]))
    bounds = _LOG_RATIOS[max(0, best - 1)], _LOG_RATIOS[min(len(_LOG_RATIOS) - 1, best + 1)]
    refined = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9})
    return -min(float(refined.fun), loss(float(_LOG_RATIOS[best])))
