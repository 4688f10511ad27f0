"""Embeddings of training examples in the background. Torch loads in its thread alone."""

from sftviz.embeddings.of_run import embed_training
from sftviz.jobs.background import BackgroundWork
from sftviz.results import Embedded
from sftviz.runs.run import Run


def embed_in_background(run: Run, epoch: int) -> BackgroundWork[Embedded]:
    """Embed the training examples by an epoch's weights, and keep the result in the run's folder."""
    return BackgroundWork(lambda: embed_training(run, epoch))
