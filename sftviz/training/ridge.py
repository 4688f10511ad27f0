"""Ridge regression with a free intercept, and its exact predictions for folds that it never saw.

Two ways to one result: by the examples where these are fewer than the embeddings are wide, else by their moments, for
which the examples are read in chunks and never lie in memory together.

Shape legend: N examples, D embedding width, K targets, R rank of the centred embeddings, C examples in a chunk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve

from sftviz.results import FloatArray, IntArray

Array = NDArray[np.float64]

_CHUNK = 2048


class Ridge(Protocol):
    """Solved for any penalty at little cost.

    Attributes:
        mean_square: mean squared distance of the embeddings from their mean: the scale of a penalty.
    """

    mean_square: float

    def held_out(self, penalty: float) -> Array:
        """Predictions (N, K) of each example by the fit that leaves its fold out, intercept refitted."""

    def solution(self, penalty: float) -> tuple[Array, Array]:
        """Weights (D, K) and intercept (K,) of the fit to all examples."""


def make_ridge(embeddings_ND: FloatArray, targets_NK: Array, folds: list[IntArray]) -> Ridge:
    """The way that suits the shape of the embeddings."""
    way = RidgeByExamples if len(embeddings_ND) <= embeddings_ND.shape[1] else RidgeByMoments
    return way(embeddings_ND, targets_NK, folds)


class RidgeByExamples:
    """From the eigenvectors U of XXᵀ, for the centred embeddings X.

    With A = [1/√N, U] and C = diag(1, s²/(s²+λ)) the hat matrix is H = A C Aᵀ, and the residuals of a fold f that was
    left out are (I − H_ff)⁻¹ R_f.

    Source: Rifkin & Lippert 2007, "Notes on Regularized Least Squares".
    """

    def __init__(self, embeddings_ND: FloatArray, targets_NK: Array, folds: list[IntArray]) -> None:
        embeddings = embeddings_ND.astype(np.float64)
        self._mean_D = embeddings.mean(axis=0)
        self._centred_ND = embeddings - self._mean_D
        squares, left = np.linalg.eigh(self._centred_ND @ self._centred_ND.T)
        kept = squares > squares.max() * 1e-10
        self._left_NR, self._squares_R = left[:, kept], squares[kept]
        self._targets_NK, self._folds = targets_NK, folds
        self.mean_square = float(self._squares_R.sum() / len(targets_NK))

    def held_out(self, penalty: float) -> Array:
        """See `Ridge`."""
        targets_NK = self._targets_NK
        basis_NR = np.column_stack([np.full(len(targets_NK), len(targets_NK) ** -0.5), self._left_NR])
        shrinkage_R = np.concatenate([[1.0], self._squares_R / (self._squares_R + penalty)])
        residuals_NK = targets_NK - basis_NR @ (shrinkage_R[:, None] * (basis_NR.T @ targets_NK))
        predicted_NK = np.empty_like(targets_NK)
        for fold in self._folds:
            basis = basis_NR[fold]
            missing = np.linalg.solve(np.eye(len(fold)) - (basis * shrinkage_R) @ basis.T, residuals_NK[fold])
            predicted_NK[fold] = targets_NK[fold] - missing
        return predicted_NK

    def solution(self, penalty: float) -> tuple[Array, Array]:
        """See `Ridge`; the weights are Xᵀ (XXᵀ + λI)⁻¹ Y with XXᵀ = U diag(s²) Uᵀ."""
        centre_K = self._targets_NK.mean(axis=0)
        projected_RK = self._left_NR.T @ (self._targets_NK - centre_K) / (self._squares_R + penalty)[:, None]
        weight_DK: Array = self._centred_ND.T @ (self._left_NR @ projected_RK)
        return weight_DK, centre_K - self._mean_D @ weight_DK


@dataclass(frozen=True)
class Moments:
    """Sums over some examples: their number, x, y, xxᵀ and xyᵀ."""

    count: int
    x_D: Array
    y_K: Array
    xx_DD: Array
    xy_DK: Array

    @classmethod
    def over(cls, embeddings_ND: FloatArray | Array, targets_NK: Array, indices: IntArray) -> "Moments":
        """Sums over the examples at some indices, read in chunks."""

        def over_chunk(chunk: IntArray) -> Moments:
            x_CD, y_CK = embeddings_ND[chunk].astype(np.float64), targets_NK[chunk]
            return cls(len(chunk), x_CD.sum(axis=0), y_CK.sum(axis=0), x_CD.T @ x_CD, x_CD.T @ y_CK)

        return total([over_chunk(chunk) for chunk in _chunks(indices)])

    def __add__(self, other: Self) -> "Moments":
        return Moments(
            self.count + other.count,
            self.x_D + other.x_D,
            self.y_K + other.y_K,
            self.xx_DD + other.xx_DD,
            self.xy_DK + other.xy_DK,
        )

    @property
    def mean_D(self) -> Array:
        """Mean embedding."""
        return self.x_D / self.count

    @property
    def centre_K(self) -> Array:
        """Mean target."""
        return self.y_K / self.count

    @property
    def scatter_DD(self) -> Array:
        """XᵀX of the centred embeddings."""
        scatter: Array = self.xx_DD - self.count * np.outer(self.mean_D, self.mean_D)
        return scatter

    @property
    def crossed_DK(self) -> Array:
        """XᵀY of the centred embeddings and targets."""
        crossed: Array = self.xy_DK - self.count * np.outer(self.mean_D, self.centre_K)
        return crossed

    def solution(self, penalty: float) -> tuple[Array, Array]:
        """Weights (D, K) and intercept (K,) of the fit for one penalty above 0: quicker than a fit for any."""
        regular_DD = self.scatter_DD + penalty * np.eye(len(self.x_D))
        weight_DK: Array = solve(regular_DD, self.crossed_DK, assume_a="pos")
        return weight_DK, self.centre_K - self.mean_D @ weight_DK


def total(parts: list[Moments]) -> Moments:
    """Sums over the examples of all parts together; at least one part."""
    first, *others = parts
    for other in others:
        first = first + other
    return first


class _Fit:
    """A fit to the examples behind some moments, for any penalty."""

    def __init__(self, moments: Moments) -> None:
        self._mean_D, self._centre_K = moments.mean_D, moments.centre_K
        squares, self._vectors_DD = np.linalg.eigh(moments.scatter_DD)
        self.squares_D: Array = squares.clip(0.0)
        self._rotated_DK: Array = self._vectors_DD.T @ moments.crossed_DK

    def solution(self, penalty: float) -> tuple[Array, Array]:
        weight_DK: Array = self._vectors_DD @ (self._rotated_DK / (self.squares_D + penalty)[:, None])
        return weight_DK, self._centre_K - self._mean_D @ weight_DK


class RidgeByMoments:
    """From the eigenvectors of XᵀX, for all examples and for all but each fold."""

    def __init__(self, embeddings_ND: FloatArray, targets_NK: Array, folds: list[IntArray]) -> None:
        self._embeddings_ND, self._targets_NK, self._folds = embeddings_ND, targets_NK, folds
        parts = [Moments.over(embeddings_ND, targets_NK, fold) for fold in folds]
        self._fits = [_Fit(total(parts[:place] + parts[place + 1 :])) for place in range(len(parts))]
        self._whole = _Fit(total(parts))
        self.mean_square = float(self._whole.squares_D.sum() / len(targets_NK))

    def held_out(self, penalty: float) -> Array:
        """See `Ridge`."""
        predicted_NK = np.empty_like(self._targets_NK)
        for fit, fold in zip(self._fits, self._folds, strict=True):
            weight_DK, intercept_K = fit.solution(penalty)
            for chunk in _chunks(fold):
                predicted_NK[chunk] = self._embeddings_ND[chunk].astype(np.float64) @ weight_DK + intercept_K
        return predicted_NK

    def solution(self, penalty: float) -> tuple[Array, Array]:
        """See `Ridge`."""
        return self._whole.solution(penalty)


def _chunks(fold: IntArray) -> Iterator[IntArray]:
    for start in range(0, max(1, len(fold)), _CHUNK):
        yield fold[start : start + _CHUNK]
