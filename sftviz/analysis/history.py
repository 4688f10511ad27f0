"""How a run's validation measures went, over epochs, steps and time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sftviz.events import EpochEnded, StepEnded
from sftviz.results import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class History:
    """E epochs, epoch 0 first.

    Attributes:
        epochs_E: their numbers.
        steps_E: optimizer steps done by the end of each.
        seconds_E: wall time of all epochs up to the end of each, epoch 0 included.
        accuracy_E: on the validation examples, in [0, 1].
        loss_E: likewise, in nats.
    """

    epochs_E: IntArray
    steps_E: IntArray
    seconds_E: FloatArray
    accuracy_E: FloatArray
    loss_E: FloatArray

    @property
    def best_accuracy_E(self) -> FloatArray:
        """The best accuracy up to the end of each epoch."""
        best: FloatArray = np.fmax.accumulate(self.accuracy_E)
        return best

    @property
    def points_per_minute(self) -> float | None:
        """Percentage points of accuracy that the best epoch has over epoch 0, by minute up to then; None without."""
        best = int(np.nan_to_num(self.accuracy_E, nan=-1.0).argmax())
        minutes = float(self.seconds_E[best]) / 60
        return 100 * float(self.accuracy_E[best] - self.accuracy_E[0]) / minutes if best and minutes else None


def history(epochs: Sequence[EpochEnded], steps: Sequence[StepEnded]) -> History:
    """Gather a run's events; there must be an epoch."""
    numbers_E = np.array([epoch.epoch for epoch in epochs], dtype=np.int64)
    seconds_E = np.cumsum([epoch.elapsed_s for epoch in epochs])
    accuracy_E, loss_E = (
        np.array([epoch.validation[measure] for epoch in epochs], dtype=np.float32) for measure in ("accuracy", "loss")
    )
    steps_E = np.searchsorted([step.epoch for step in steps], numbers_E, side="right").astype(np.int64)
    return History(numbers_E, steps_E, seconds_E.astype(np.float32), accuracy_E, loss_E)
