"""What a run is going to cost, from a few measured batches: seconds, memory and disk.

Shape legend: N training examples, M validation examples.
"""

import time
from collections.abc import Generator

import torch
from torch import Tensor

from sftviz.config import RunConfig
from sftviz.events import CostForecast, Event
from sftviz.models.network import Network
from sftviz.tasks.task import Task, choose_device
from sftviz.training.pilot import Pilot, fly

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
    num_train, num_checked = len(task.train.names), len(task.validation.names)
    features_s = (num_train + num_checked) * pilot.forward_s
    cached = (num_train + num_checked) * network.head.in_features * _size(network.head.weight)
    train_s = evaluate_s = 0.0
    for stage in config.recipe.stages:
        costs = pilot.stages[str(stage.learns)]
        train_s += stage.epochs * num_train * costs.step_s
        evaluate_s += stage.epochs * num_checked * costs.rest_s
        views = stage.views if task.train.is_varied else 1
        if costs.front_bytes and (stage.learns != "head" or views > 1):
            features_s += (views * num_train + num_checked) * costs.front_s
            cached += (views * num_train + num_checked) * costs.front_bytes
    return CostForecast(
        seconds={"features": features_s, "train": train_s, "evaluate": evaluate_s},
        peak_mib=pilot.peak_mib,
        disk_mib=(cached + task.prepared_bytes + _checkpoint_bytes(config, network)) / _MIB,
        most_at_once=min((costs.most_at_once for costs in pilot.stages.values() if costs.most_at_once), default=0),
    )


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
