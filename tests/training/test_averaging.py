"""The moving average of weights."""

import pytest
import torch
from torch import nn

from sftviz.training.averaging import AveragedWeights, limited_decay


def _network() -> nn.Sequential:
    network = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    network[0].requires_grad_(requires_grad=False)
    return network


def test_it_is_torchs_exponential_average_of_what_learns() -> None:
    network = _network()
    averaged = AveragedWeights(network, 0.9)
    theirs = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9))
    theirs.update_parameters(network)
    for _ in range(5):
        with torch.no_grad():
            network[1].weight += torch.randn(1, 2)
        averaged.update()
        theirs.update_parameters(network)
    assert set(averaged.tensors()) == {"1.weight", "1.bias"}
    torch.testing.assert_close(averaged.tensors()["1.weight"], theirs.module[1].weight.data)


def test_the_network_shows_the_average_and_gets_its_own_back_also_on_failure() -> None:
    network = _network()
    averaged = AveragedWeights(network, 0.5)
    before = network[1].weight.detach().clone()
    with torch.no_grad():
        network[1].weight += 1
    averaged.update()
    with averaged.shown():
        torch.testing.assert_close(network[1].weight.data, before + 0.5)
    torch.testing.assert_close(network[1].weight.data, before + 1)
    with pytest.raises(RuntimeError, match="shapes"), averaged.shown():
        network(torch.ones(1, 3))
    torch.testing.assert_close(network[1].weight.data, before + 1)
    torch.testing.assert_close(averaged.tensors()["1.weight"], before + 0.5)


def test_short_runs_forget_faster() -> None:
    assert limited_decay(0.99, 100_000) == 0.99
    assert limited_decay(0.99, 200) == 0.95
    assert limited_decay(0.99, 5) == 0.0
