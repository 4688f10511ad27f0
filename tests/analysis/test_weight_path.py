"""What is measured on the way between two checkpoints."""

from dataclasses import replace

import numpy as np
import pytest

from sftviz.analysis.weight_path import SHARES, SaidOnTheWay, path_table, weight_path
from sftviz.errors import EmptyResultError
from sftviz.results import Predictions, Source


def said_on_the_way(shifts: list[float], count: int = 90, seed: int = 0) -> SaidOnTheWay:
    random = np.random.default_rng(seed)
    labels = (np.arange(count) % 3).astype(np.int64)
    noise = random.normal(size=(count, 3))
    logits = [noise + shift * np.eye(3)[labels] for shift in shifts]
    shares = [(np.exp(each) / np.exp(each).sum(axis=1, keepdims=True)).astype(np.float32) for each in logits]
    names = tuple(map(str, range(count)))
    first, last = (
        Predictions(Source("r", epoch), ("a", "b", "c"), names, labels, shares[place])
        for epoch, place in ((0, 0), (2, -1))
    )
    return SaidOnTheWay(
        before=first,
        after=last,
        predicted_AN=np.stack([each.argmax(axis=1) for each in shares]).astype(np.int64),
        of_truth_AN=np.stack([each[np.arange(count), labels] for each in shares]),
        moved="all",
        is_reestimated=False,
    )


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_nothing_changed_is_a_flat_line(metric: str) -> None:
    path = weight_path(said_on_the_way([1.0] * 11), metric)
    assert len(set(path.accuracy_A)) == len(set(path.loss_A)) == 1
    assert not path.differs_A.any()
    assert not path.fixed_A.any()
    assert not path.broken_A.any()
    assert path.best == 10
    assert path.optimism == 0
    assert not path.over_after_A.any()
    assert not path.over_after_A2.any()


def test_the_best_is_found_and_flips_are_counted() -> None:
    shifts = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 3.0, 2.5, 2.0, 1.5]
    said = said_on_the_way(shifts)
    for metric in ("accuracy", "loss"):
        path = weight_path(said, metric)
        assert path.best == 6
        assert path.over_after(6).more_is_better == (metric == "accuracy")
        low, high = path.over_after(6).interval
        assert (low > 0) if metric == "accuracy" else (high < 0)
        assert path.over_after(10).value == 0
    flipped = said.predicted_AN[6] != said.predicted_AN[0]
    assert path.differs_A[6] == pytest.approx(flipped.mean())
    change = (path.accuracy_A[6] - path.accuracy_A[0]) * path.num_examples
    assert path.fixed_A[6] - path.broken_A[6] == pytest.approx(change)
    assert len(path_table(path)) == len(SHARES)


def test_the_best_of_places_that_are_equally_good_looks_better_than_it_is() -> None:
    random = np.random.default_rng(1)
    said = said_on_the_way([1.0] * 11, count=300)
    drawn = random.random((11, 300)) < 0.7
    predicted = np.where(drawn, said.after.labels_N, (said.after.labels_N + 1) % 3)
    path = weight_path(replace(said, predicted_AN=predicted), "accuracy")
    assert path.accuracy_A[path.best] > 0.7
    assert 0.01 < path.optimism < 0.08


def test_numbers_that_are_none_are_a_sentence() -> None:
    said = said_on_the_way([1.0] * 11)
    broken = replace(said.before, probabilities_NK=np.full((90, 3), np.nan, np.float32))
    with pytest.raises(EmptyResultError):
        weight_path(replace(said, before=broken), "loss")
