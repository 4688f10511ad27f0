"""How a run does its arithmetic: decided once, and the same whenever it goes on."""

from collections.abc import Generator
from pathlib import Path

import torch

from sftviz.config import RunConfig
from sftviz.durable import write_durably
from sftviz.events import Event, NumericsChosen
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import default_numerics, numerics_named
from sftviz.tasks.task import Task
from sftviz.training.pilot import Pilot, fly, is_worthwhile, remembered
from sftviz.training.preflight import forecast


def settle_numerics(
    config: RunConfig, task: Task, network: Network, folder: Path
) -> Generator[Event, None, Arithmetic]:
    """Arrange the network for the way that the run took before, that it asks for, or that turns out fastest here.

    Raises:
        ModelError: the configuration names a way that there is not.
    """
    kept = folder / "numerics.txt"
    example = task.train.evaluation_batch(range(min(2, len(task.train.names)))).to(network.head.weight.device)
    if kept.exists():
        return Arithmetic(numerics_named(kept.read_text(encoding="utf-8")), network, example)
    pilot = yield from _measured(config, task, network)
    if pilot:
        event = NumericsChosen(
            reason="measured",
            numerics=pilot.numerics,
            seconds_per_example=pilot.seconds_per_example,
            errors=pilot.errors,
        )
    else:
        event = NumericsChosen(reason="usual", numerics=default_numerics(network.head.weight.device).name)
    if config.numerics != "measured":
        event = NumericsChosen(reason="asked for", numerics=numerics_named(config.numerics).name)
    write_durably(kept, event.numerics.encode())
    yield event
    if pilot:
        yield forecast(pilot, config, task, network)
    return Arithmetic(numerics_named(event.numerics), network, example)


def _measured(config: RunConfig, task: Task, network: Network) -> Generator[Event, None, Pilot | None]:
    """What was measured before, or what is worth measuring now."""
    known = remembered(config, network, task.caches, len(task.train.names))
    if known or not is_worthwhile(config, len(task.train.names)):
        return known
    count = min(config.recipe.batch_size, len(task.train.names))
    inputs = task.train.training_batch(range(count), 1).to(network.head.weight.device)
    return (yield from fly(config, network, task.caches, inputs, torch.from_numpy(task.train.labels_N)))
