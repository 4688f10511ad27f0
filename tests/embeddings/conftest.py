from collections.abc import Callable

import numpy as np
import pytest

from sftviz.results import Embedded, Source


@pytest.fixture
def said() -> Callable[..., Embedded]:
    """Embedded of which only the embeddings matter, and the labels where they are given."""

    def make(embeddings: np.ndarray, epoch: int = 0, prefix: str = "a", labels: np.ndarray | None = None) -> Embedded:
        count = len(embeddings)
        labels_N = np.zeros(count, np.int64) if labels is None else np.asarray(labels, np.int64)
        num_classes = max(2, int(labels_N.max(initial=0)) + 1)
        return Embedded(
            source=Source("r", epoch),
            classes=("cat", "dog", *(f"class {index}" for index in range(2, num_classes))),
            examples=tuple(f"{prefix}/{index}.png" for index in range(count)),
            labels_N=labels_N,
            probabilities_NK=np.full((count, num_classes), 1 / num_classes, np.float32),
            embeddings_ND=np.asarray(embeddings, np.float32),
        )

    return make


@pytest.fixture
def digits() -> np.ndarray:
    """Clusters that a map can show: 120 points in 64 dimensions."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(6, 64))
    return (centres[np.arange(120) % 6] + 0.4 * random.normal(size=(120, 64))).astype(np.float32)
