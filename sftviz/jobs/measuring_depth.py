"""The depth strip of a run in the background. Torch loads in its thread alone."""

from collections.abc import Generator

from sftviz.embeddings.depth import Depth
from sftviz.events import Event
from sftviz.jobs.background import BackgroundWork
from sftviz.runs.run import Run


def measure_depth(run: Run, before_epoch: int, after_epoch: int) -> BackgroundWork[Depth]:
    """Measure every block of the backbone before and after; the run keeps the result.

    Args:
        run: whose weights they are.
        before_epoch: one whose weights are kept.
        after_epoch: another one, or the same.
    """

    def begin() -> Generator[Event, None, Depth]:
        from sftviz.embeddings.depth_of_run import depth_of

        return (yield from depth_of(run, before_epoch, after_epoch))

    return BackgroundWork(begin)
