"""Would more examples help? A power law through the accuracy over the number of training examples.

Shape legend: N examples, S trials, F sizes, G grid points of the line, B resamplings.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar, nnls

from sftviz.results import FloatArray, IntArray
from sftviz.trials import CurveTrials

Verdict = Literal["helps", "hardly", "uncertain"]

FURTHEST = 2.0  # times the most examples that were measured
_EXPONENTS = (0.05, 2.0)
_NUM_RESAMPLINGS = 200
_NUM_GRID = 40  # on either side of the most examples
_LEAST_SIZES = 4  # three numbers are fitted
_LEAST_GAIN, _LITTLE_GAIN = 0.005, 0.01

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PowerLaw:
    """Share of mistakes a + b · (n / scale)^−c after n training examples."""

    a: float
    b: float
    c: float
    scale: float

    def mistakes(self, sizes: Array) -> Array:
        """At these numbers of training examples."""
        share: Array = self.a + self.b * (sizes / self.scale) ** -self.c
        return share


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """Accuracy in [0, 1] over training examples, fitted and carried on to twice as many.

    Attributes:
        sizes_F, accuracy_F: what was measured, the mean of the trials of one size.
        low_F, high_F: the worst and the best trial.
        law: the fit.
        grid_G, line_G: the fit's accuracy from the smallest size to the largest, and from there to twice that.
        band_low_G, band_high_G: 95 % of the fits to resampled examples and trials.
        gain, gain_interval: in accuracy from twice as many examples as the most measured, with its 95 % interval.
        verdict: "helps" where the gain is at least half a point with 97.5 % certainty, "hardly" where it is below one
            point with the same certainty, else "uncertain".
    """

    sizes_F: IntArray
    accuracy_F: FloatArray
    low_F: FloatArray
    high_F: FloatArray
    law: PowerLaw
    grid_G: FloatArray
    line_G: FloatArray
    band_low_G: FloatArray
    band_high_G: FloatArray
    gain: float
    gain_interval: tuple[float, float]
    verdict: Verdict


def fit_power_law(sizes_F: Array, mistakes_F: Array) -> PowerLaw:
    """Least squares with a and b not below 0, and c from 0.05 to 2.

    Source: Hestness et al. 2017, "Deep learning scaling is predictable, empirically" (the form).

    Args:
        sizes_F: numbers of training examples.
        mistakes_F: share of mistakes after each.
    """
    scale = float(sizes_F.max())

    def fit(exponent: float) -> tuple[Array, float]:
        """The best a and b for a c, and how far from the mistakes they are left."""
        columns_F2 = np.column_stack([np.ones(len(sizes_F)), (sizes_F / scale) ** -exponent])
        coefficients_2, distance = nnls(columns_F2, mistakes_F)
        return coefficients_2, float(distance)

    best = minimize_scalar(lambda exponent: fit(exponent)[1], bounds=_EXPONENTS, method="bounded")
    (a, b), _ = fit(float(best.x))
    return PowerLaw(float(a), float(b), float(best.x), scale)


def learning_curve(trials: CurveTrials, *, seed: int = 0) -> LearningCurve | None:
    """Fit the trials; None where they are of fewer than four sizes.

    Args:
        trials: of heads on parts of the examples.
        seed: of the resampling.
    """
    sizes = np.unique(trials.sizes_S)
    if len(sizes) < _LEAST_SIZES:
        return None
    by_size = [trials.is_right_SN[trials.sizes_S == size].astype(np.float32) for size in sizes]
    accuracies = [group.mean(axis=1) for group in by_size]
    accuracy_F = np.array([group.mean() for group in accuracies], np.float64)
    law = fit_power_law(sizes.astype(np.float64), 1 - accuracy_F)
    measured, beyond = (sizes[0], sizes[-1]), (sizes[-1], FURTHEST * sizes[-1])
    grid_G = np.concatenate([np.linspace(*ends, _NUM_GRID) for ends in (measured, beyond)])
    fits = [fit_power_law(sizes.astype(np.float64), 1 - resampled_F) for resampled_F in _resampled(by_size, seed)]
    lines_BG = np.array([1 - fit.mistakes(grid_G) for fit in fits])
    band_low_G, band_high_G = np.quantile(lines_BG, (0.025, 0.975), axis=0)
    interval = np.quantile([_gain(fit) for fit in fits], (0.025, 0.975))
    return LearningCurve(
        sizes_F=sizes,
        accuracy_F=accuracy_F.astype(np.float32),
        low_F=np.array([group.min() for group in accuracies], np.float32),
        high_F=np.array([group.max() for group in accuracies], np.float32),
        law=law,
        grid_G=grid_G.astype(np.float32),
        line_G=(1 - law.mistakes(grid_G)).astype(np.float32),
        band_low_G=band_low_G.astype(np.float32),
        band_high_G=band_high_G.astype(np.float32),
        gain=_gain(law),
        gain_interval=(float(interval[0]), float(interval[1])),
        verdict=_verdict(*interval.tolist()),
    )


def _resampled(by_size: list[FloatArray], seed: int) -> Array:
    """Mean accuracy of each size with examples and trials drawn with replacement: (B, F)."""
    random = np.random.default_rng(seed)
    num_examples = by_size[0].shape[1]
    weights_BN = random.multinomial(num_examples, np.full(num_examples, 1 / num_examples), size=_NUM_RESAMPLINGS)
    columns = []
    for group in by_size:
        accuracy_TB = group @ weights_BN.T.astype(np.float32) / num_examples
        drawn = random.integers(len(group), size=(len(group), _NUM_RESAMPLINGS))
        columns.append(np.take_along_axis(accuracy_TB, drawn, axis=0).mean(axis=0))
    return np.column_stack(columns).astype(np.float64)


def _gain(law: PowerLaw) -> float:
    now, then = law.mistakes(np.array([law.scale, FURTHEST * law.scale])).tolist()
    return float(now - then)


def _verdict(low: float, high: float) -> Verdict:
    if low >= _LEAST_GAIN:
        return "helps"
    return "hardly" if high < _LITTLE_GAIN else "uncertain"
