from collections.abc import Callable, Sequence

import numpy as np
import pytest

from sftviz.results import Predictions, Source


@pytest.fixture
def said() -> Callable[..., Predictions]:
    """Predictions of given labels, with a given confidence in what was predicted."""

    def make(
        labels: Sequence[int], predicted: Sequence[int], confidence: Sequence[float] | float = 0.7, epoch: int = 0
    ) -> Predictions:
        count, num_classes = len(labels), 3
        confidence_N = np.broadcast_to(np.asarray(confidence, np.float32), count)
        probabilities = np.repeat((1 - confidence_N)[:, None] / (num_classes - 1), num_classes, axis=1)
        probabilities[np.arange(count), np.asarray(predicted, np.int64)] = confidence_N
        return Predictions(
            source=Source("r", epoch),
            classes=("cat", "dog", "emu"),
            examples=tuple(f"{index}.png" for index in range(count)),
            labels_N=np.asarray(labels, np.int64),
            probabilities_NK=probabilities,
        )

    return make
