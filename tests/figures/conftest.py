from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sftviz.analysis.measures import Measure
from sftviz.results import AttributionMap, Predictions, Source

HOSTILE = '<a href="x">&</a> %{x}\n$y$'
SAFE = '&lt;a href="x"&gt;&amp;&lt;/a&gt; %{x} $y$'


@pytest.fixture
def heat() -> Callable[..., AttributionMap]:
    def make(values: np.ndarray, epoch: int = 0, **changes: object) -> AttributionMap:
        found = AttributionMap(Source("r", epoch), "a/1.png", "gradcam", 1, "bn2", 0.5, np.asarray(values, np.float32))
        return replace(found, **changes)

    return make


@pytest.fixture
def said() -> Callable[..., Predictions]:
    def make(labels: list[int], predicted: list[int], epoch: int = 0) -> Predictions:
        count = len(labels)
        probabilities = np.full((count, 3), 0.1, np.float32)
        probabilities[np.arange(count), np.array(predicted, np.int64)] = 0.8
        return Predictions(
            source=Source("r", epoch),
            classes=("cat", HOSTILE, "emu"),
            examples=tuple(f"{index} {HOSTILE}.png" for index in range(count)),
            labels_N=np.array(labels, np.int64),
            probabilities_NK=probabilities,
        )

    return make


@pytest.fixture
def measured() -> Callable[..., tuple[Measure, ...]]:
    def make(values: list[float]) -> tuple[Measure, ...]:
        return tuple(
            Measure(f"{index} {HOSTILE}", value, (value - 0.25, value + 0.125), "share", 7, more_is_better=True)
            for index, value in enumerate(values)
        )

    return make
