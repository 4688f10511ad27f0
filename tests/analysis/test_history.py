"""A run's events as arrays over epochs, steps and seconds."""

import numpy as np
import pytest

from sftviz.analysis.history import history
from sftviz.events import EpochEnded, StepEnded


def _epoch(epoch: int, accuracy: float, elapsed_s: float = 30.0) -> EpochEnded:
    measures = {"accuracy": accuracy, "loss": 1 - accuracy}
    return EpochEnded(epoch=epoch, train=measures, validation=measures, is_best=False, elapsed_s=elapsed_s)


def _step(epoch: int, step: int) -> StepEnded:
    return StepEnded(epoch=epoch, step=step, num_steps=2, loss=1.0, learning_rate=1e-3, examples_per_s=10.0)


def test_epochs_steps_and_seconds() -> None:
    steps = [_step(1, 1), _step(1, 2), _step(2, 1), _step(2, 2), _step(3, 1)]
    found = history([_epoch(0, 0.5, 6.0), _epoch(1, 0.8), _epoch(2, 0.7)], steps)
    assert found.epochs_E.tolist() == [0, 1, 2]
    assert found.steps_E.tolist() == [0, 2, 4], "the unfinished epoch's steps belong to no point"
    assert found.seconds_E.tolist() == [6, 36, 66]
    np.testing.assert_allclose(found.best_accuracy_E, [0.5, 0.8, 0.8])
    assert found.points_per_minute == pytest.approx(30 / 0.6, rel=1e-5)


def test_epoch_zero_alone_gains_nothing() -> None:
    found = history([_epoch(0, 0.5)], [])
    assert (found.steps_E.tolist(), found.points_per_minute) == ([0], None)


def test_an_epoch_without_a_number_is_passed_over() -> None:
    found = history([_epoch(0, 0.5), _epoch(1, float("nan")), _epoch(2, 0.6)], [])
    np.testing.assert_allclose(found.best_accuracy_E, [0.5, 0.5, 0.6])
    assert found.points_per_minute == pytest.approx(10 / 1.5, rel=1e-4)
