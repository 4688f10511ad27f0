"""A run's network and examples as its training left them, for forward passes that come afterwards."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from sftviz.events import Event
from sftviz.machine import prepare_training
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.runs.run import Run
from sftviz.tasks.opening import open_task
from sftviz.tasks.task import Task, choose_device
from sftviz.training.checkpoints import Checkpoints
from sftviz.training.numerics import settle_numerics


@dataclass(frozen=True)
class Reopened:
    """What passes an epoch's examples through its weights; the network is nobody else's, in evaluation mode."""

    task: Task
    network: Network
    arithmetic: Arithmetic


def reopen(run: Run, epoch: int) -> Generator[Event, None, Reopened]:
    """Open the examples through the pixel cache and load the weights, in the run's own numerics.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
        DataError: the pictures are neither cached nor where they were.
    """
    prepare_training()
    checkpoint = Checkpoints(run.folder / "checkpoints").at_epoch(epoch)
    task = open_task(run, home_of(run))
    yield from task.prepare()
    network = task.empty().to(choose_device())
    checkpoint.load_weights(network)
    arithmetic = yield from settle_numerics(run.config, task, network, run.folder)
    return Reopened(task, network.eval(), arithmetic)


def home_of(run: Run) -> Path:
    """The home folder that a run lies in, be it in the trash."""
    return run.folder.parents[1]
