"""Networks whose batch-norms are in the weights for good: the same results, and nothing left to do in a pass."""

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn

from sftviz.config import ModelConfig
from sftviz.models.network import Network
from sftviz.models.weights import load_pretrained
from sftviz.numerics.fused import fuse


@pytest.fixture(scope="module")
def network() -> Network:
    return load_pretrained(ModelConfig(), 3, seed=0).eval()


@pytest.fixture(scope="module")
def inputs() -> Tensor:
    return torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_results_and_the_gradient_at_the_input_stay_in_double_precision(network: Network, inputs: Tensor) -> None:
    plain, inputs = copy.deepcopy(network).double(), inputs.double().requires_grad_()
    fused = fuse(copy.deepcopy(plain), inputs)
    found, expected = fused(inputs), plain(inputs)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)
    slopes = [torch.autograd.grad(scores[:, 1].sum(), inputs)[0] for scores in (found, expected)]
    torch.testing.assert_close(*slopes, rtol=1e-7, atol=1e-9)


def test_no_convolution_is_folded_anew_and_nothing_learns(network: Network, inputs: Tensor) -> None:
    fused = fuse(copy.deepcopy(network), inputs)
    convolutions = [module for module in fused.modules() if isinstance(module, nn.Conv2d)]
    assert all(module.bias is not None and "forward" not in module.__dict__ for module in convolutions)
    assert not any(parameter.requires_grad for parameter in fused.parameters())
    assert not fused.training


def test_two_threads_may_run_it_at_once(network: Network, inputs: Tensor) -> None:
    fused = fuse(copy.deepcopy(network), inputs)
    with torch.no_grad():
        expected = fused(inputs)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(torch.no_grad()(fused), [inputs] * 6))
    assert all(torch.allclose(each, expected, atol=1e-5) for each in found)


def test_a_network_without_batch_norms_computes_as_it_did(inputs: Tensor) -> None:
    backbone = nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    network = Network(backbone, nn.Linear(4, 2), (("0",),)).eval()
    with torch.no_grad():
        torch.testing.assert_close(fuse(copy.deepcopy(network), inputs)(inputs), network(inputs))
