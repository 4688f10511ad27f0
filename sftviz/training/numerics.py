"""How a run does its arithmetic: decided once, and the same whenever it goes on."""

from collections.abc import Generator
from pathlib import Path

import torch
from torch import Tensor

from sftviz.config import RunConfig
from sftviz.durable import write_durably
from sftviz.events import Event, NumericsChosen
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import default_numerics, numerics_named
from sftviz.tasks.task import Task
from sftviz.training.pilot import fly, is_worthwhile


def settle_numerics(
    config: RunConfig, task: Task, network: Network, folder: Path
) -> Generator[Event, None, Arithmetic]:
    """Arrange the network for the way that the run took before, that it asks for, or that turns out fastest here.

    Raises:
        ModelError: the configuration names a way that there is not.
    """

    def load(count: int) -> Tensor:
        return task.train.training_batch(range(min(count, len(task.train.names))), 1)

    kept = folder / "numerics.txt"
    example = task.train.evaluation_batch(range(min(2, len(task.train.names)))).to(network.head.weight.device)
    if kept.exists():
        return Arithmetic(numerics_named(kept.read_text(encoding="utf-8")), network, example)
    if config.numerics != "measured":
        event = NumericsChosen(numerics=numerics_named(config.numerics).name)
    elif is_worthwhile(config, len(task.train.names)):
        pilot = yield from fly(config, network, task.caches, load, torch.from_numpy(task.train.labels_N))
        event = NumericsChosen(
            numerics=pilot.numerics, seconds_per_example=pilot.seconds_per_example, errors=pilot.errors
        )
    else:
        event = NumericsChosen(numerics=default_numerics(network.head.weight.device).name)
    write_durably(kept, event.numerics.encode())
    yield event
    return Arithmetic(numerics_named(event.numerics), network, example)
