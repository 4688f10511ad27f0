"""Centred kernel alignment: how alike two representations of the same examples are, whatever their axes.

Shape legend: N examples, D and E widths.
"""

import numpy as np
from numpy.typing import NDArray

from sftviz.results import FloatArray

Array = NDArray[np.float64]

_FEWEST = 4  # the estimate divides by N − 3


def linear_cka(x_ND: FloatArray, y_NE: FloatArray) -> float | None:
    """Linear CKA, debiased: 1 for the same up to a turn, a shift and a scale; about 0 for unrelated ones.

    The plain estimate is D / (D + N) between independent features, so that with few examples nothing would ever seem
    to have changed. The debiased one is 0 in the mean, and may come out a little below.

    Source: Kornblith et al. 2019 (CKA); Song et al. 2012, "Feature selection via dependence maximization", equation 5
    (HSIC without bias); Nguyen, Raghu & Kornblith 2021.

    Args:
        x_ND: finite.
        y_NE: of the same examples; the width may differ.

    Returns:
        None with fewer than four examples, or where one of them is constant.
    """
    if len(x_ND) < _FEWEST:
        return None
    x, y = _centred(x_ND), _centred(y_NE)
    alone = hsic(x, x) * hsic(y, y)
    return float(hsic(x, y) / np.sqrt(alone)) if alone > 0 else None


def biased_linear_cka(x_ND: FloatArray, y_NE: FloatArray) -> float | None:
    """The plain estimate, ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖), only to show by how much it flatters; None where one is constant."""
    x, y = _centred(x_ND), _centred(y_NE)
    alone = _crossed(x, x) * _crossed(y, y)
    return float(_crossed(x, y) / np.sqrt(alone)) if alone > 0 else None


def hsic(x_ND: Array, y_NE: Array) -> float:
    """HSIC₁ of two linear kernels, without bias; of parts of the examples, its mean is that of all of them.

    With K = XXᵀ and L = YYᵀ without their diagonals: [tr KL + 1ᵀK1 1ᵀL1 / ((N−1)(N−2)) − 2 / (N−2) 1ᵀKL1] / (N(N−3)).
    """
    count = len(x_ND)
    x_squares_N, y_squares_N = np.square(x_ND).sum(axis=1), np.square(y_NE).sum(axis=1)
    x_rows_N, y_rows_N = x_ND @ x_ND.sum(axis=0) - x_squares_N, y_NE @ y_NE.sum(axis=0) - y_squares_N
    traced = _crossed(x_ND, y_NE) - x_squares_N @ y_squares_N
    spread = x_rows_N.sum() * y_rows_N.sum() / ((count - 1) * (count - 2))
    shared = 2 / (count - 2) * (x_rows_N @ y_rows_N)
    return float(traced + spread - shared) / (count * (count - 3))


def _centred(values_ND: FloatArray) -> Array:
    values = values_ND.astype(np.float64)
    centred: Array = values - values.mean(axis=0)
    # Rounding must not make a constant look like very little variety.
    return np.where(np.abs(centred) <= 1e-12 * np.abs(values).max(initial=0.0), 0.0, centred)


def _crossed(x_ND: Array, y_NE: Array) -> float:
    """tr(XXᵀYYᵀ) = ‖XᵀY‖², by whichever of the two is smaller."""
    if len(x_ND) ** 2 <= x_ND.shape[1] * y_NE.shape[1]:
        return float(((x_ND @ x_ND.T) * (y_NE @ y_NE.T)).sum())
    return float(np.square(x_ND.T @ y_NE).sum())
