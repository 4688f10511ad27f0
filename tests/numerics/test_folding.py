"""Folded batch-norms: the same results and gradients as unfolded ones, on the real network and on what timm adds."""

import pytest
import torch
from torch import Tensor, nn

from sftviz.config import ModelConfig
from sftviz.models.network import Network
from sftviz.models.weights import load_pretrained
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.folding import fold, unfold
from sftviz.numerics.ways import FOLDED, HALF, HALF_MIXED, PLAIN, numerics_named


@pytest.fixture(scope="module")
def network() -> Network:
    return load_pretrained(ModelConfig(), 3, seed=0)


@pytest.fixture(scope="module")
def inputs() -> Tensor:
    return torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(0)) * 2 - 1


def _gradients(network: Network, arithmetic: Arithmetic, inputs: Tensor) -> dict[str, Tensor]:
    network.zero_grad()
    network.head(arithmetic(network.backbone, inputs).float()).square().sum().backward()
    return {name: each.grad.clone() for name, each in network.named_parameters() if each.grad is not None}


def test_every_batch_norm_is_folded_and_results_and_gradients_agree(network: Network, inputs: Tensor) -> None:
    network.let_learn("all")
    network.eval()
    plain = Arithmetic(PLAIN, network, inputs)
    expected, slopes = plain(network.backbone, inputs), _gradients(network, plain, inputs)
    names = list(network.state_dict())
    folded = Arithmetic(FOLDED, network, inputs)
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    assert len(norms) == 49
    assert all("forward" in norm.__dict__ for norm in norms)
    torch.testing.assert_close(folded(network.backbone, inputs), expected, rtol=1e-3, atol=1e-4)
    for name, slope in _gradients(network, folded, inputs).items():
        error = torch.linalg.vector_norm(slope - slopes[name]) / torch.linalg.vector_norm(slopes[name])
        assert error < 1e-2, name
    assert list(network.state_dict()) == names


def test_arranged_anew_it_computes_as_before_to_the_bit(network: Network, inputs: Tensor) -> None:
    network.eval()
    with torch.no_grad():
        expected = Arithmetic(PLAIN, network, inputs)(network.backbone, inputs)
        Arithmetic(FOLDED, network, inputs)(network.backbone, inputs)
        again = Arithmetic(PLAIN, network, inputs)(network.backbone, inputs)
    assert torch.equal(again, expected)
    assert not any("forward" in module.__dict__ for module in network.modules())


@pytest.mark.parametrize("way", [HALF, HALF_MIXED], ids=["all", "depth-wise in 32"])
def test_sixteen_bits_stay_close(way: object, network: Network, inputs: Tensor) -> None:
    network.eval()
    with torch.no_grad():
        expected = Arithmetic(PLAIN, network, inputs)(network.backbone, inputs)
        found = Arithmetic(numerics_named(way.name), network, inputs)(network.backbone, inputs).float()
    assert 0 < torch.linalg.vector_norm(found - expected) < 0.1 * torch.linalg.vector_norm(expected)


class _Forked(nn.Module):
    """A convolution that is read twice: folding its batch-norm into it would be wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)

    def forward(self, inputs: Tensor) -> Tensor:
        reached = self.convolution(inputs)
        result: Tensor = (self.norm(reached) + reached).mean(dim=(2, 3))
        return result


def test_where_folding_would_change_the_result_it_is_left_out(inputs: Tensor) -> None:
    backbone = _Forked()
    backbone.norm.running_mean += 1
    network = Network(backbone, nn.Linear(4, 2), (("convolution", "norm"),)).eval()
    with torch.no_grad():
        expected = backbone(inputs)
        found = Arithmetic(FOLDED, network, inputs)(backbone, inputs)
    torch.testing.assert_close(found, expected)
    assert not any("forward" in module.__dict__ for module in network.modules())


def test_unfolding_what_was_never_folded_does_nothing() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 1, bias=True), nn.BatchNorm2d(4)).eval()
    inputs = torch.rand(1, 3, 5, 5)
    with torch.no_grad():
        expected = module(inputs)
        fold(module, inputs, keeps_depthwise=False)
        torch.testing.assert_close(module(inputs), expected)
        unfold(module)
        unfold(module)
        assert torch.equal(module(inputs), expected)
