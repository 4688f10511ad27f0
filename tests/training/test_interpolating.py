"""Weights between two checkpoints."""

import numpy as np
import pytest
import torch
from torch import nn

from sftviz.pulling import result_of
from sftviz.training.interpolating import have_other_statistics, interpolated, weights_between, what_moved
from tests.training.small_task import SmallTask


def _moved(weights: dict[str, torch.Tensor], part: str, by: float = 0.5) -> dict[str, torch.Tensor]:
    return {
        name: tensor + by if part in name and tensor.is_floating_point() else tensor.clone()
        for name, tensor in weights.items()
    }


def test_the_ends_are_exact() -> None:
    torch.manual_seed(0)
    old, new = ({"a": torch.randn(1000), "n": torch.tensor(each)} for each in (3, 5))
    for share, end in ((0, old), (1, new)):
        found = interpolated(old, new, share)
        assert all(torch.equal(found[name], end[name]) for name in end)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.7])
def test_nothing_changed_is_nothing_changed(share: float) -> None:
    weights = SmallTask().pretrained().state_dict()
    found = interpolated(weights, weights, share)
    assert all(torch.equal(found[name], weights[name]) for name in weights)
    assert what_moved(weights, found) == "nothing"


def test_a_linear_model_with_squared_loss_makes_a_parabola() -> None:
    torch.manual_seed(0)
    old, new = nn.Linear(7, 3).double(), nn.Linear(7, 3).double()
    inputs, targets = torch.randn(50, 7).double(), torch.randn(50, 3).double()
    shares = np.linspace(0, 1, 11)
    losses = []
    for share in shares:
        model = nn.Linear(7, 3).double()
        model.load_state_dict(interpolated(old.state_dict(), new.state_dict(), share))
        with torch.no_grad():
            losses.append(float((model(inputs) - targets).square().mean()))
    parabola = np.polyfit(shares, losses, 2)
    np.testing.assert_allclose(np.polyval(parabola, shares), losses, rtol=1e-12)
    assert parabola[0] > 0


def test_it_is_told_what_moved() -> None:
    weights = SmallTask().pretrained().state_dict()
    assert what_moved(weights, _moved(weights, "head.")) == "head"
    assert what_moved(weights, _moved(weights, "backbone.0")) == "all"


def test_equal_statistics_stay_and_other_ones_are_measured_anew() -> None:
    task = SmallTask()
    network = task.pretrained().eval()
    old = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    new = _moved(old, "weight", 0.1)
    assert not have_other_statistics(network, old, new)
    assert list(weights_between(task, network, old, new, 0.5)) == []
    drifted = _moved(new, "running_")
    assert have_other_statistics(network, old, drifted)
    for share, end in ((0, old), (1, drifted)):
        found = result_of(weights_between(task, network, old, drifted, share))
        assert all(torch.equal(found[name], end[name]) for name in end), "the ends keep their own"
    found = result_of(weights_between(task, network, old, drifted, 0.5))
    halfway = interpolated(old, drifted, 0.5)
    same = [name for name in found if torch.equal(found[name], halfway[name])]
    assert {name for name in found if "running_" not in name and "num_batches" not in name} == set(same)
    network.load_state_dict(found)
    with torch.no_grad():
        first = network.backbone[0][0](task.train.evaluation_batch(range(20)))
    np.testing.assert_allclose(found["backbone.0.1.running_mean"], first.mean(dim=(0, 2, 3)), rtol=1e-4)
    np.testing.assert_allclose(found["backbone.0.1.running_var"], first.var(dim=(0, 2, 3)), rtol=1e-4)
