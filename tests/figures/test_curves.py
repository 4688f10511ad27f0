"""Events as lines."""

import numpy as np

from sftviz.events import EpochEnded, StepEnded
from sftviz.figures.curves import MAX_POINTS, accuracy_lines, loss_lines


def _steps(count: int) -> list[StepEnded]:
    return [
        StepEnded(
            epoch=1 + index // 100, step=1 + index % 100, num_steps=100, loss=index, learning_rate=1, examples_per_s=1
        )
        for index in range(count)
    ]


def test_a_step_is_a_fraction_of_its_epoch() -> None:
    batch = loss_lines([], _steps(150))[0]
    assert batch.x[0] == np.float32(0.01)
    assert batch.x[99] == 1.0
    assert batch.x[149] == np.float32(1.5)
    assert batch.x.dtype == batch.y.dtype == np.float32


def test_long_runs_are_thinned_by_means() -> None:
    batch = loss_lines([], _steps(100 * MAX_POINTS))[0]
    assert len(batch.x) == MAX_POINTS
    assert batch.y[0] == np.mean(np.arange(100))
    assert np.all(np.diff(batch.x) > 0)


def test_epochs_are_drawn_from_zero() -> None:
    measures = {"accuracy": 0.5, "loss": 1.0}
    epochs = [
        EpochEnded(epoch=each, train=measures, validation=measures, is_best=False, elapsed_s=1) for each in range(3)
    ]
    for line in accuracy_lines(epochs):
        assert line.x.tolist() == [0, 1, 2]
        assert line.y.tolist() == [0.5, 0.5, 0.5]
