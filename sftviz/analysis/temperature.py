"""Making a model less sure of itself, or surer, without changing what it says: temperature scaling.

Source: Guo et al. 2017, "On calibration of modern neural networks", eq. 9, on log-probabilities, which are logits up to
a constant of each example.

Shape legend: N examples, K classes.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from sftviz.analysis.evidence import require_numbers
from sftviz.analysis.likelihood import LEAST_PROBABILITY
from sftviz.results import IntArray, Predictions

LEAST, MOST = 0.05, 20.0


def fit_temperature(predictions: Predictions) -> float:
    """The temperature with the least log-loss, between 0.05 and 20: above 1 the model was too sure, below too unsure.

    The log-loss is convex in 1 / T, so there is one minimum; where every prediction is right it lies at the lower end.

    Raises:
        EmptyResultError: there is no example, or a probability is not a number.
    """
    require_numbers(predictions)
    return _fitted(_log_probabilities(predictions), predictions.labels_N)


def cross_scaled(predictions: Predictions, seed: int = 0) -> Predictions:
    """What scaling would say of examples that it was not fitted on: each half of each class by the other halves' fit.

    Raises:
        EmptyResultError: there is no example, or a probability is not a number.
    """
    require_numbers(predictions)
    logs_NK, labels_N = _log_probabilities(predictions), predictions.labels_N
    shuffled = np.random.default_rng(seed).permutation(len(labels_N))
    by_class = shuffled[np.argsort(labels_N[shuffled], kind="stable")]
    scaled_NK = np.empty_like(logs_NK)
    for half, other in ((by_class[::2], by_class[1::2]), (by_class[1::2], by_class[::2])):
        # A single example has nobody to be fitted on.
        temperature = _fitted(logs_NK[other], labels_N[other]) if len(other) else 1.0
        scaled_NK[half] = log_softmax(logs_NK[half] / temperature, axis=1)
    return replace(predictions, probabilities_NK=np.exp(scaled_NK).astype(np.float32))


def _log_probabilities(predictions: Predictions) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.log(predictions.probabilities_NK.astype(np.float64).clip(LEAST_PROBABILITY))
    return logs


def _fitted(logs_NK: NDArray[np.float64], labels_N: IntArray) -> float:
    everyone = np.arange(len(labels_N))

    def loss(log_temperature: float) -> float:
        scaled_NK = log_softmax(logs_NK * np.exp(-log_temperature), axis=1)
        return float(-scaled_NK[everyone, labels_N].mean())

    found = minimize_scalar(loss, bounds=(np.log(LEAST), np.log(MOST)), method="bounded")
    return float(np.exp(found.x))
