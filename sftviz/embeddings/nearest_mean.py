"""The simplest classifier on features: the class whose mean is nearest.

Shape legend: N training examples, M asked ones, C classes that have training examples, D embedding width.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.special import softmax

from sftviz.analysis.temperature import fit_temperature
from sftviz.results import Embedded, FloatArray, Predictions

Array = NDArray[np.float64]


def nearest_mean(known: Embedded, asked: Embedded) -> Predictions:
    """Probabilities of the asked examples by their squared distances to the means of the known ones.

    How sure a distance makes is fitted to the known examples, each left out of its own class's mean; a class that none
    of them has gets probability 0.

    Source: Mensink et al. 2013, "Distance-based image classification: generalizing to new classes at near-zero cost".
    """
    counts = np.bincount(known.labels_N, minlength=len(known.classes))
    occurring = np.flatnonzero(counts)
    means_CD = np.stack([known.embeddings_ND[known.labels_N == label].mean(axis=0) for label in occurring])
    left_out_NC = _left_out(known, counts, occurring, means_CD)
    scale = float(left_out_NC.std(axis=1).mean()) or 1.0
    scale *= _temperature(known, counts, occurring, left_out_NC / scale)
    probabilities_MK = np.zeros((len(asked.examples), len(known.classes)), np.float32)
    probabilities_MK[:, occurring] = softmax(-_squared(asked.embeddings_ND, means_CD) / scale, axis=1)
    return Predictions(asked.source, asked.classes, asked.examples, asked.labels_N, probabilities_MK)


def _left_out(known: Embedded, counts: NDArray[np.int64], occurring: NDArray[np.int64], means_CD: FloatArray) -> Array:
    """Squared distances, to the own class's mean without the example: n / (n − 1) times as far, for n examples."""
    squared_NC = _squared(known.embeddings_ND, means_CD)
    everyone, own_N = np.arange(len(known.labels_N)), np.searchsorted(occurring, known.labels_N)
    counts_N = counts[known.labels_N]
    squared_NC[everyone, own_N] *= np.square(counts_N / np.maximum(counts_N - 1, 1))
    return squared_NC


def _temperature(known: Embedded, counts: NDArray[np.int64], occurring: NDArray[np.int64], scaled_NC: Array) -> float:
    # An example that is alone in its class has no mean to be near to without it.
    is_asked = counts[known.labels_N] > 1
    if not is_asked.any():
        return 1.0
    said = Predictions(
        source=known.source,
        classes=tuple(known.classes[label] for label in occurring.tolist()),
        examples=tuple(np.array(known.examples, dtype=object)[is_asked]),
        labels_N=np.searchsorted(occurring, known.labels_N[is_asked]).astype(np.int64),
        probabilities_NK=softmax(-scaled_NC[is_asked], axis=1).astype(np.float32),
    )
    return fit_temperature(said)


def _squared(embeddings_ND: FloatArray, means_CD: FloatArray) -> Array:
    squared: Array = cdist(embeddings_ND, means_CD, "sqeuclidean")
    return squared
