"""The few examples that are watched from epoch to epoch."""

import numpy as np
import pytest

from sftviz.analysis.probes import probe_examples
from sftviz.results import Predictions, Source


def _predictions(of_truth: list[float]) -> Predictions:
    probabilities = np.array([[share, 1 - share] for share in of_truth], dtype=np.float32).reshape(-1, 2)
    names = tuple(str(index) for index in range(len(of_truth)))
    return Predictions(Source("r", 0), ("a", "b"), names, np.zeros(len(names), np.int64), probabilities)


def test_half_are_the_hardest_and_half_are_spread_from_hard_to_easy() -> None:
    of_truth = [0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.5]
    assert probe_examples(_predictions(of_truth), 4).tolist() == [1, 3, 5, 0]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_never_more_than_there_are_and_none_twice(count: int) -> None:
    chosen = probe_examples(_predictions([0.5] * count), 8).tolist()
    assert sorted(chosen) == list(range(count))
