"""Opening a held-out test set in the background. Torch loads in its thread alone."""

from collections.abc import Generator

from sftviz.events import Event
from sftviz.jobs.background import BackgroundWork
from sftviz.results import Predictions
from sftviz.runs.run import Run


def open_test_in_background(run: Run, epoch: int) -> BackgroundWork[Predictions]:
    """Ask the weights of an epoch about the test examples, and keep the answer in the run's folder."""

    def begin() -> Generator[Event, None, Predictions]:
        from sftviz.training.held_out import open_test_set

        return (yield from open_test_set(run, epoch))

    return BackgroundWork(begin)
