"""What a run is going to cost, from a few measured batches: seconds, memory and disk.

Shape legend: N training examples, M validation examples.
"""

import time
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from sftviz.config import Recipe, RunConfig, Stage
from sftviz.events import CostForecast, Event
from sftviz.models.network import Network
from sftviz.tasks.task import Task, choose_device
from sftviz.training.pilot import Pilot, StageCosts, fly

_MIB = 2**20
_MOST_CHECKPOINTS = 3  # besides epoch 0: the best, the last and the newest
_STATE_SIZES = {"sgd": 1, "adamw": 2}  # numbers that the optimizer keeps for each parameter


def preflight(config: RunConfig, task: Task) -> Generator[Event, None, CostForecast]:
    """Measure a few batches, decoded from their sources, before anything is prepared.

    Raises:
        SftvizError: the data or the model cannot be used.
    """
    yield from task.fetch_weights()
    network = task.pretrained().to(choose_device())
    started_at = time.perf_counter()
    inputs = task.trial_inputs(min(config.recipe.batch_size, len(task.train.names)))
    decoding_s = (time.perf_counter() - started_at) / len(inputs)
    labels_N = torch.from_numpy(task.train.labels_N)
    pilot = yield from fly(config, network, task.caches, inputs.to(network.head.weight.device), labels_N)
    expected = forecast(pilot, config, task, network)
    prepare_s = decoding_s * (len(task.train.names) + len(task.validation.names))
    return expected.model_copy(update={"seconds": {"prepare": prepare_s} | expected.seconds})


def forecast(pilot: Pilot, config: RunConfig, task: Task, network: Network) -> CostForecast:
    """What follows from a pilot's figures for all examples and epochs."""
    counts = _Counts(len(task.train.names), len(task.validation.names), is_varied=task.train.is_varied)
    cached = (counts.train + counts.checked) * network.head.in_features * _size(network.head.weight)
    for stage in config.recipe.stages:
        costs = pilot.stages[str(stage.learns)]
        cached += counts.through_front(stage, costs) * costs.front_bytes
    return CostForecast(
        seconds=_seconds(pilot, config.recipe, counts),
        peak_mib=pilot.peak_mib,
        disk_mib=(cached + task.prepared_bytes + _checkpoint_bytes(config, network)) / _MIB,
        most_at_once=min((costs.most_at_once for costs in pilot.stages.values() if costs.most_at_once), default=0),
    )


def projected_seconds(pilot: Pilot, recipe: Recipe, num_train: int, num_checked: int, *, is_varied: bool) -> float:
    """How long a run of a recipe takes over so many examples, after these are prepared."""
    return sum(_seconds(pilot, recipe, _Counts(num_train, num_checked, is_varied=is_varied)).values())


@dataclass(frozen=True)
class _Counts:
    """Examples to learn from and to check on, and whether the former come in other views."""

    train: int
    checked: int
    is_varied: bool

    def through_front(self, stage: Stage, costs: StageCosts) -> int:
        """How many views pass a stage's frozen part, besides the plain ones that epoch 0 takes through all of it."""
        views = stage.views if self.is_varied else 1
        is_needed = costs.front_bytes and (stage.learns != "head" or views > 1)
        return views * self.train + self.checked if is_needed else 0


def _seconds(pilot: Pilot, recipe: Recipe, counts: _Counts) -> dict[str, float]:
    features_s = (counts.train + counts.checked) * pilot.forward_s
    train_s = evaluate_s = 0.0
    for stage in recipe.stages:
        costs = pilot.stages[str(stage.learns)]
        train_s += stage.epochs * counts.train * costs.step_s
        evaluate_s += stage.epochs * counts.checked * costs.rest_s
        features_s += counts.through_front(stage, costs) * costs.front_s
    return {"features": features_s, "train": train_s, "evaluate": evaluate_s}


def _checkpoint_bytes(config: RunConfig, network: Network) -> int:
    """Epoch 0 in full, and of the others what learns, with the optimizer's state and the average's own weights."""
    every = sum(tensor.numel() * _size(tensor) for tensor in network.state_dict().values())
    if not config.recipe.stages:
        return int(every)
    network.let_learn(config.recipe.stages[-1].learns)
    learning = sum(each.numel() * _size(each) for each in network.parameters() if each.requires_grad)
    copies = 1 + _STATE_SIZES[config.recipe.optimizer] + (1 if config.recipe.averaging else 0)
    return int(every + _MOST_CHECKPOINTS * copies * learning)


def _size(tensor: Tensor) -> int:
    return int(tensor.element_size())
