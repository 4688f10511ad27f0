"""The range test: a quadratic diverges exactly where theory says, and the network it began with stays as it was."""

from collections.abc import Generator

import numpy as np
import pytest
import torch

from sftviz.config import DataConfig, Recipe, RunConfig, Stage
from sftviz.errors import DivergedError
from sftviz.events import PhaseProgressed
from sftviz.training.rate_finder import range_test, search_rate, steepest_rate, try_rates
from sftviz.trials import RateTest
from tests.training.small_task import SmallTask


def _result(steps: Generator[PhaseProgressed, None, RateTest]) -> tuple[list[PhaseProgressed], RateTest]:
    seen: list[PhaseProgressed] = []
    try:
        while True:
            seen.append(next(steps))
    except StopIteration as ended:
        return seen, ended.value


class Quadratic:
    """a w² / 2 by plain gradient descent."""

    def __init__(self, curvature: float) -> None:
        self.curvature, self.weight = curvature, 1.0

    def take_step(self, _: int, rate: float) -> float:
        loss = self.curvature * self.weight**2 / 2
        self.weight -= rate * self.curvature * self.weight
        return loss


@pytest.mark.parametrize("curvature", [0.5, 3.0, 40.0])
def test_a_quadratic_diverges_exactly_beyond_two_over_its_curvature(curvature: float) -> None:
    quadratic = Quadratic(curvature)
    _, test = _result(range_test(quadratic.take_step, lowest=1e-3 / curvature, highest=10 / curvature, num_steps=90))
    grew = np.diff(test.losses_N.astype(np.float64)) > 0
    np.testing.assert_array_equal(grew, test.rates_N[:-1] > 2 / curvature)
    assert grew.any()
    assert test.suggestion is not None
    assert test.suggestion < 2 / curvature


def test_it_ends_at_four_times_the_best_loss_or_when_training_diverges() -> None:
    losses = [1.0, 0.5, *[100.0] * 8]
    seen, test = _result(range_test(lambda step, _: losses[step], lowest=1e-3, highest=1.0, num_steps=10))
    assert [(event.done, event.total) for event in seen] == [(1, 10), (2, 10), (3, 10)]
    assert len(test.rates_N) == len(test.losses_N) == len(test.smoothed_N) == 3

    def diverge(step: int, _: float) -> float:
        if step == 4:
            raise DivergedError("not finite")
        return 1.0 - step / 10

    assert len(_result(range_test(diverge, lowest=1e-3, highest=1.0, num_steps=10))[1].rates_N) == 4


def test_the_suggestion_is_where_the_loss_falls_most_steeply() -> None:
    rates = np.geomspace(1e-5, 1.0, 51).astype(np.float32)
    logs = np.log10(rates)
    losses = (1 - 1 / (1 + np.exp(-4 * (logs + 3))) + np.where(logs > -1, (logs + 1) * 5, 0)).astype(np.float32)
    assert steepest_rate(rates, losses) == pytest.approx(1e-3, rel=0.3)
    assert steepest_rate(rates, np.linspace(0, 1, 51, dtype=np.float32)) is None
    assert steepest_rate(rates[:0], losses[:0]) is None


@pytest.mark.parametrize("learns", ["head", "all"])
@pytest.mark.parametrize("is_transformer", [False, True])
def test_the_network_it_began_with_stays_exactly_as_it_was(learns: str, *, is_transformer: bool) -> None:
    task = SmallTask(is_transformer=is_transformer)
    stage = Stage(learns=learns, epochs=1, head_lr=1e-3, backbone_lr=1e-4)
    recipe = Recipe(
        name="any", stages=(stage,), batch_size=8, averaging=0.9, adapter_rank=2 if is_transformer else None
    )
    config = RunConfig(name="any", data=DataConfig(dataset="small"), recipe=recipe)
    network = task.pretrained()
    network.let_learn(1)
    network.train()
    network.head.weight.grad = torch.ones_like(network.head.weight)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    modes = {name: module.training for name, module in network.named_modules()}
    learning = {name: each.requires_grad for name, each in network.named_parameters()}
    torch.manual_seed(5)
    random = torch.get_rng_state()

    _, test = _result(try_rates(config, task, network))
    assert len(test.rates_N) > 10

    assert list(network.state_dict()) == list(before)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert {name: module.training for name, module in network.named_modules()} == modes
    assert {name: each.requires_grad for name, each in network.named_parameters()} == learning
    assert torch.equal(network.head.weight.grad, torch.ones_like(network.head.weight))
    assert torch.equal(torch.get_rng_state(), random)


def test_a_search_prepares_and_finds_the_same_again() -> None:
    stage = Stage(learns="all", epochs=1, head_lr=1e-3, backbone_lr=1e-3)
    recipe = Recipe(name="any", head="fresh", stages=(stage,), batch_size=8, optimizer="sgd")
    config = RunConfig(name="any", data=DataConfig(dataset="small"), recipe=recipe)
    seen, test = _result(search_rate(config, SmallTask()))
    assert (seen[-1].done, seen[-1].total) == (len(test.rates_N), 60)
    again = _result(search_rate(config, SmallTask()))[1]
    np.testing.assert_array_equal(test.losses_N, again.losses_N)
    assert test.suggestion is not None
