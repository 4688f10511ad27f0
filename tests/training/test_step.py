"""One step of the optimizer: the same gradients in parts as at once, and fewer at once when memory runs out."""

import pytest
import torch
from torch import Tensor, nn

from sftviz.config import Recipe
from sftviz.errors import DivergedError
from sftviz.memory import is_out_of_memory
from sftviz.models.network import Network
from sftviz.training.objective import Objective
from sftviz.training.step import Learner


def _network() -> Network:
    torch.manual_seed(0)
    return Network(nn.Linear(5, 4), nn.Linear(4, 3), (("weight", "bias"),))


def _learner(network: Network, *, most_at_once: int = 0, fits: int = 1000) -> Learner:
    def forward(inputs: Tensor) -> Tensor:
        if len(inputs) > fits:
            raise torch.OutOfMemoryError
        logits: Tensor = network(inputs)
        return logits

    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    recipe = Recipe(name="any")
    return Learner(recipe, network, optimizer, forward, Objective(0.1), seed=0, most_at_once=most_at_once)


INPUTS = torch.linspace(-1, 1, 35).reshape(7, 5)
LABELS = torch.tensor([0, 1, 2, 0, 1, 2, 2])


def test_in_parts_it_takes_the_same_step_as_at_once() -> None:
    whole, parts = _network(), _network()
    at_once = _learner(whole).step(INPUTS, LABELS, epoch=1, step=0)
    in_parts = _learner(parts, most_at_once=3).step(INPUTS, LABELS, epoch=1, step=0)
    assert at_once.num_right == in_parts.num_right
    assert at_once.loss == pytest.approx(in_parts.loss, rel=1e-6)
    for one, other in zip(whole.parameters(), parts.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_out_of_memory_halves_what_passes_at_once_until_it_fits() -> None:
    network, reference = _network(), _network()
    learner = _learner(network, fits=2)
    learner.step(INPUTS, LABELS, epoch=1, step=0)
    assert learner.most_at_once == 2  # 7, 4, 2
    _learner(reference).step(INPUTS, LABELS, epoch=1, step=0)
    for one, other in zip(network.parameters(), reference.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_not_even_one_example_fits() -> None:
    with pytest.raises(torch.OutOfMemoryError):
        _learner(_network(), fits=0).step(INPUTS, LABELS, epoch=1, step=0)


def test_the_allocator_of_the_cpu_is_understood() -> None:
    with pytest.raises(RuntimeError) as failure:
        torch.empty(10**16)
    assert is_out_of_memory(failure.value)
    assert not is_out_of_memory(RuntimeError("shapes do not match"))


def test_a_step_that_diverges_leaves_the_weights_alone() -> None:
    network = _network()
    before = [parameter.clone() for parameter in network.parameters()]
    with pytest.raises(DivergedError, match="epoch 2, step 4"):
        _learner(network).step(INPUTS * float("nan"), LABELS, epoch=2, step=3)
    assert all(torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))
