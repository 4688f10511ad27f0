"""What fine-tuning bought, and runs made from others, in the background. Torch loads in their threads alone."""

from sftviz.analysis.weight_path import SaidOnTheWay
from sftviz.embeddings.gain_of_run import Rungs, climb, refit
from sftviz.embeddings.path_of_run import keep_mixed, walk
from sftviz.jobs.background import BackgroundWork
from sftviz.runs.run import Run


def climb_in_background(run: Run, epoch: int) -> BackgroundWork[Rungs]:
    """Compute what each rung from the nearest mean to the trained model says."""
    return BackgroundWork(lambda: climb(run, epoch))


def refit_in_background(run: Run, epoch: int) -> BackgroundWork[str]:
    """Make a run of an epoch's backbone with a refitted head; the result is its identity."""
    return BackgroundWork(lambda: refit(run, epoch))


def walk_in_background(run: Run, before: int, after: int) -> BackgroundWork[SaidOnTheWay]:
    """Compute what the weights between two epochs say."""
    return BackgroundWork(lambda: walk(run, before, after))


def keep_in_background(run: Run, before: int, after: int, share: float) -> BackgroundWork[str]:
    """Make a run of the weights at a share of the way between two epochs; the result is its identity."""
    return BackgroundWork(lambda: keep_mixed(run, before, after, share))
