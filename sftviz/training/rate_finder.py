"""The learning-rate range test: raise the rate step by step, and see where the loss falls and where it diverges.

Source: Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3.

Shape legend: N steps, M training examples, D embedding width.
"""

import copy
from collections.abc import Callable, Generator

import numpy as np
import torch
from torch import Tensor

from sftviz.config import RunConfig
from sftviz.errors import CacheFullError, DivergedError
from sftviz.events import Event, PhaseProgressed
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import default_numerics
from sftviz.results import FloatArray
from sftviz.seeding import seeded
from sftviz.tasks.task import Task, choose_device
from sftviz.training.evaluate import embed
from sftviz.training.frozen import frozen_outputs
from sftviz.training.inputs import StageInputs
from sftviz.training.learning import StageLearning
from sftviz.training.probe import fit_probe, set_head
from sftviz.training.sampling import epoch_order
from sftviz.trials import RateTest

_LOWEST, _HIGHEST, _NUM_STEPS = 1e-6, 1.0, 60
_SMOOTHING = 0.8
_MOST_RISE = 4.0  # of the smoothed loss over its best, after which the test is over


def search_rate(config: RunConfig, task: Task) -> Generator[Event, None, RateTest]:
    """Test the rates of a recipe's first stage from where epoch 0 leaves the network.

    Raises:
        SftvizError: the data or the model cannot be used.
    """
    yield from task.fetch_weights()
    yield from task.prepare()
    network = task.pretrained().to(choose_device())
    if config.recipe.head == "probe":
        network.eval()
        arithmetic = _arithmetic(task, network)
        train_MD = yield from _train_embeddings(task, network, arithmetic)
        if not config.model.keeps_head:
            set_head(network, fit_probe(train_MD.numpy(), task.train.labels_N, len(task.classes), seed=config.seed))
    else:
        with seeded(config.seed, "fresh head"):
            network.head.reset_parameters()
    return (yield from try_rates(config, task, network))


def _train_embeddings(task: Task, network: Network, arithmetic: Arithmetic) -> Generator[Event, None, Tensor]:
    try:
        found = yield from frozen_outputs(network.backbone, arithmetic, task.train, range(1), task.caches)
    except CacheFullError:
        return (yield from embed(network.backbone, arithmetic, network, task.train))
    return found[0].float()


def _arithmetic(task: Task, network: Network) -> Arithmetic:
    device = network.head.weight.device
    return Arithmetic(default_numerics(device), network, task.train.evaluation_batch(range(1)).to(device))


def try_rates(config: RunConfig, task: Task, network: Network) -> Generator[Event, None, RateTest]:
    """Test the rates of a recipe's first stage on a copy of a network, which itself stays exactly as it is.

    Args:
        config: recipe and seed.
        task: whose training examples are learned from.
        network: where the test begins.
    """
    recipe, stage, seed = config.recipe, config.recipe.stages[0], config.seed
    tried, labels_M = copy.deepcopy(network), torch.from_numpy(task.train.labels_N)
    start = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    tried.let_learn(stage.learns)
    inputs = StageInputs(stage, task, tried, _arithmetic(task, tried))
    yield from inputs.prepare()
    labels_N = task.train.labels_N
    learning = StageLearning(recipe, stage, tried, inputs.logits, labels_N, seed=seed, most_at_once=0, pretrained=start)
    tried.train()
    device, size = network.head.weight.device, min(recipe.batch_size * recipe.accumulate, len(labels_M))

    def take_step(step: int, rate: float) -> float:
        for group in learning.optimizer.param_groups:
            group["lr"] = group["peak_lr"] * rate / stage.head_lr
        passes, place = divmod(step, len(labels_M) // size)
        order = epoch_order(labels_M, recipe.sampling, seed=seed, epoch=passes + 1)
        indices = order[place * size : (place + 1) * size]
        (batch,) = inputs.train_batches([indices], passes + 1)
        labels = labels_M[indices].to(device)
        return learning.learner.step(batch.to(device), labels, epoch=passes + 1, step=place).loss

    return (yield from range_test(take_step, lowest=_LOWEST, highest=_HIGHEST, num_steps=_NUM_STEPS))


def range_test(
    take_step: Callable[[int, float], float], *, lowest: float, highest: float, num_steps: int
) -> Generator[Event, None, RateTest]:
    """Take steps at rates that grow by one factor, until the smoothed loss is four times its best or not finite.

    Args:
        take_step: takes the step of a number (from 0) at a rate, and returns the loss before it.
        lowest: the first rate.
        highest: the last one.
        num_steps: at most so many, N.
    """
    losses: list[float] = []
    smoothed: list[float] = []
    rates = np.geomspace(lowest, highest, num_steps)
    for step, rate in enumerate(rates):
        try:
            losses.append(take_step(step, float(rate)))
        except DivergedError:
            break
        smoothed.append(_moving_average(losses))
        yield PhaseProgressed(phase="rates", done=step + 1, total=num_steps, unit="trials")
        if not smoothed[-1] <= _MOST_RISE * min(smoothed):
            break
    tried_N, smoothed_N = rates[: len(losses)].astype(np.float32), np.array(smoothed, dtype=np.float32)
    return RateTest(tried_N, np.array(losses, dtype=np.float32), smoothed_N, steepest_rate(tried_N, smoothed_N))


def steepest_rate(rates_N: FloatArray, smoothed_N: FloatArray) -> float | None:
    """The rate at which the loss falls most per factor of the rate, before it is lowest; None where it never falls."""
    lowest = int(smoothed_N.argmin()) if len(smoothed_N) else 0
    if lowest == 0:
        return None
    slope_N = np.gradient(smoothed_N[: lowest + 1], np.log(rates_N[: lowest + 1]))
    return float(rates_N[int(slope_N.argmin())])


def _moving_average(losses: list[float]) -> float:
    """Of the last losses, those further back counting less; the first ones are not pulled towards zero."""
    weights = _SMOOTHING ** np.arange(len(losses))[::-1]
    return float(np.average(losses, weights=weights))
