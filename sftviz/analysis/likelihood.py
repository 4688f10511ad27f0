"""How well probabilities fit what is true, example by example.

Shape legend: N examples.
"""

import numpy as np
from numpy.typing import NDArray

from sftviz.results import Predictions

LEAST_PROBABILITY = 1e-12


def log_losses(predictions: Predictions) -> NDArray[np.float64]:
    """Negative log-likelihood of each example's true class, in nats; of a probability below 1e-12, as of 1e-12."""
    losses: NDArray[np.float64] = -np.log(predictions.of_truth_N.astype(np.float64).clip(LEAST_PROBABILITY))
    return losses


def brier_scores(predictions: Predictions) -> NDArray[np.float64]:
    """Squared distance of each example's probabilities from the truth, summed over classes: in [0, 2].

    Source: Brier 1950, "Verification of forecasts expressed in terms of probability". scikit-learn halves it where
    there are two classes; we do not, so that the number means the same for any number of classes.
    """
    of_truth_N = predictions.of_truth_N.astype(np.float64)
    squares_N = np.square(predictions.probabilities_NK, dtype=np.float64).sum(axis=1)
    scores: NDArray[np.float64] = squares_N - 2 * of_truth_N + 1
    return scores


def is_in_top(predictions: Predictions, count: int) -> NDArray[np.bool_]:
    """Whether the true class is among the `count` most probable; of equals, the first counts as more probable."""
    of_truth_N1 = predictions.of_truth_N[:, None]
    is_earlier_NK = np.arange(len(predictions.classes)) < predictions.labels_N[:, None]
    is_above_NK = predictions.probabilities_NK > of_truth_N1
    is_above_NK |= (predictions.probabilities_NK == of_truth_N1) & is_earlier_NK
    is_in: NDArray[np.bool_] = is_above_NK.sum(axis=1) < count
    return is_in
