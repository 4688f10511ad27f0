"""What blocks hand on and what their weights do, on small networks and on those of the catalogue."""

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from sftviz.embeddings.block_outputs import block_outputs
from sftviz.embeddings.block_weights import (
    acting_gradients,
    acting_weights,
    differences,
    norm_pairs,
    ratios,
    statistics,
)
from sftviz.models.build import build_network
from sftviz.models.network import Network


@pytest.fixture
def network() -> Network:
    """Two blocks, each a convolution with a batch-norm that is no identity."""
    torch.manual_seed(0)
    parts = {"conv1": nn.Conv2d(3, 4, 3), "bn1": nn.BatchNorm2d(4), "act": nn.ReLU()}
    parts |= {"conv2": nn.Conv2d(4, 5, 3, bias=False), "bn2": nn.BatchNorm2d(5)}
    backbone = nn.Sequential()
    for name, part in {**parts, "pool": nn.AdaptiveAvgPool2d(1), "flat": nn.Flatten()}.items():
        backbone.add_module(name, part)
    for norm in (backbone.bn1, backbone.bn2):
        for tensor in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
            nn.init.uniform_(tensor, 0.5, 2)
    return Network(backbone, nn.Linear(5, 3), (("conv1", "bn1"), ("conv2", "bn2"))).eval()


@pytest.fixture
def inputs() -> Tensor:
    return torch.rand(6, 3, 9, 9, generator=torch.Generator().manual_seed(0))


def _pull(network: Network, inputs: Tensor) -> None:
    network.zero_grad()
    network(inputs).square().sum().backward()


def test_each_block_hands_on_its_mean_over_places(network: Network, inputs: Tensor) -> None:
    found = block_outputs(network, network.backbone, inputs)
    with torch.no_grad():
        first = network.backbone.act(network.backbone.bn1(network.backbone.conv1(inputs))).mean(dim=(2, 3))
        last = network.backbone(inputs)
    assert np.allclose(found[0], first, atol=1e-6)
    assert np.array_equal(found[1], last)
    assert not network.backbone.conv2._forward_pre_hooks


@pytest.mark.parametrize(
    ("name", "widths"),
    [
        ("efficientnet_lite0", [32, 16, 24, 40, 80, 112, 192, 320, 1280]),
        ("resnet18", [64, 64, 128, 256, 512]),
        ("swin_t", [96, 96, 192, 192, 384, 384, 768, 768]),
        ("vit_b_16", [768] * 13),
    ],
)
def test_every_kind_of_backbone_is_read_block_by_block(name: str, widths: list[int]) -> None:
    network = build_network(name, 3, seed=0).eval()
    found = block_outputs(network, network.backbone, torch.zeros(2, 3, 224, 224))
    assert [values.shape for values in found] == [(2, width) for width in widths]


def test_nothing_drifts_where_nothing_changed(network: Network, inputs: Tensor) -> None:
    pairs = norm_pairs(network, inputs)
    assert pairs == (("conv1", "bn1"), ("conv2", "bn2"))
    weights = acting_weights(network, pairs)
    same = acting_weights(copy.deepcopy(network), pairs)
    assert ratios(network, differences(weights, same), weights) == [0, 0]


def test_how_a_weight_and_its_norm_share_a_scale_does_not_count(network: Network, inputs: Tensor) -> None:
    pairs = norm_pairs(network, inputs)
    other = copy.deepcopy(network)
    with torch.no_grad():
        other.backbone.conv1.weight *= 3
        other.backbone.conv1.bias *= 3
        other.backbone.bn1.weight /= 3
        other.backbone.bn1.running_mean *= 3
    old, new = (acting_weights(each, pairs) for each in (network, other))
    assert ratios(network, differences(old, new), old) == pytest.approx([0, 0], abs=1e-6)
    _pull(network, inputs)
    _pull(other, inputs)
    demands = [ratios(each, acting_gradients(each, pairs), old) for each in (network, other)]
    assert demands[0] == pytest.approx(demands[1], rel=1e-4)


def test_drift_and_pull_are_those_of_the_folded_convolution(network: Network, inputs: Tensor) -> None:
    pairs = norm_pairs(network, inputs)
    _pull(network, inputs)
    slopes = acting_gradients(network, pairs)
    folded = nn.utils.fusion.fuse_conv_bn_eval(network.backbone.conv2, network.backbone.bn2).requires_grad_(
        requires_grad=True
    )
    other = copy.deepcopy(network)
    other.backbone.conv2, other.backbone.bn2 = folded, nn.Identity()
    _pull(other, inputs)
    assert torch.allclose(slopes["conv2.weight"], folded.weight.grad, rtol=1e-4, atol=1e-5)
    assert torch.allclose(slopes["bn2.bias"], folded.bias.grad, rtol=1e-4, atol=1e-5)
    weights = acting_weights(network, pairs)
    assert torch.allclose(weights["conv2.weight"], folded.weight, atol=1e-6)
    with torch.no_grad():
        network.backbone.conv2.weight *= 1.5
    moved = ratios(network, differences(weights, acting_weights(network, pairs)), weights)
    assert moved[0] == 0
    assert 0 < moved[1] <= 0.5


def test_a_channel_that_is_scaled_by_zero_asks_for_nothing(network: Network, inputs: Tensor) -> None:
    pairs = norm_pairs(network, inputs)
    with torch.no_grad():
        network.backbone.bn1.weight[0] = 0
    _pull(network, inputs)
    assert torch.isfinite(acting_gradients(network, pairs)["conv1.weight"]).all()


def test_statistics_are_reported_apart(network: Network) -> None:
    old = {name: tensor.clone() for name, tensor in statistics(network).items()}
    network.backbone.bn2.running_mean *= 2
    drifts = ratios(network, differences(old, statistics(network)), old)
    assert drifts[0] == 0
    assert drifts[1] > 0
    bare = Network(nn.Sequential(nn.Linear(2, 2)), nn.Linear(2, 2), (("0",),))
    assert ratios(bare, statistics(bare), statistics(bare)) == [None]
