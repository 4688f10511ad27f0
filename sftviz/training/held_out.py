"""The held-out test set, opened for one checkpoint: the only place that looks at it."""

import time
from collections.abc import Generator

from sftviz.errors import RunError
from sftviz.events import Event
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.runs.test_set import Opening, keep_opening, num_held_out
from sftviz.training.evaluate import embed, probabilities
from sftviz.training.reopening import reopen


def open_test_set(run: Run, epoch: int) -> Generator[Event, None, Predictions]:
    """Ask the weights of an epoch about the test examples, and keep the answer; what is kept is not asked again.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
        RunError: there is no test set, the run is still learning, or the answer cannot be kept.
        SftvizError: an example cannot be read; the test set then stays closed.
    """
    if not num_held_out(run):
        raise RunError(f"The run {run.name!r} holds out no test set; start one that does.")
    if run.is_active:
        raise RunError(f"The run {run.name!r} is still learning; open its test set once it is over.")
    if not run.test_file(epoch).exists():
        opened = yield from reopen(run, epoch)
        network = opened.network
        embeddings_ND = yield from embed(network.backbone, opened.arithmetic, network, opened.task.test)
        opening = Opening(run.identity, epoch, time.time())
        keep_opening(run, opening, probabilities(network, embeddings_ND))
    return run.test_predictions(epoch)
