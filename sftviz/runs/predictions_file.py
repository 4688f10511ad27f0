"""Predictions as the arrays of an npz file that holds more than them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sftviz.results import Predictions, Source


def arrays_of(predictions: Predictions) -> dict[str, Any]:
    """Arrays by name, for `predictions_in`; of the source only the run, because the epoch is 0."""
    return {
        "run": np.array(predictions.source.run),
        "classes": np.array(predictions.classes),
        "examples": np.array(predictions.examples),
        "labels_N": predictions.labels_N,
        "probabilities_NK": predictions.probabilities_NK,
    }


def predictions_in(arrays: Mapping[str, NDArray[Any]]) -> Predictions:
    """The predictions that `arrays_of` took apart.

    Raises:
        KeyError: an array is missing.
    """
    return Predictions(
        Source(str(arrays["run"]), 0),
        tuple(arrays["classes"].tolist()),
        tuple(arrays["examples"].tolist()),
        arrays["labels_N"],
        arrays["probabilities_NK"],
    )
