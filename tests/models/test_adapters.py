"""Low-rank adapters on real transformer architectures with random weights."""

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torchvision.models.swin_transformer import SwinTransformer
from torchvision.models.vision_transformer import VisionTransformer

from sftviz.errors import ModelError
from sftviz.models.adapters import LowRank, adapt, merge, merged_weights
from sftviz.models.build import build_network
from sftviz.models.network import Network
from sftviz.seeding import seeded


def _vit() -> Network:
    with seeded(0, "vit"):
        backbone = VisionTransformer(32, 8, 4, 2, hidden_dim=32, mlp_dim=64)
        backbone.heads = nn.Identity()
        blocks = (("class_token", "conv_proj", "encoder.pos_embedding"), ("encoder.layers", "encoder.ln"))
        return Network(backbone, nn.Linear(32, 3), blocks)


def _swin() -> Network:
    with seeded(0, "swin"):
        backbone = SwinTransformer([4, 4], 16, [2, 2], [2, 2], [2, 2], stochastic_depth_prob=0.0)
        backbone.head = nn.Identity()
        blocks = (*((f"features.{index}",) for index in range(4)), ("norm",))
        return Network(backbone, nn.Linear(32, 3), blocks)


NETWORKS = pytest.mark.parametrize("make", [_vit, _swin])
INPUTS = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))


def _logits(network: Network) -> torch.Tensor:
    network.eval()
    with torch.no_grad():
        return network(INPUTS.to(network.head.weight))


def _adapted(make: Callable[[], Network], rank: int = 2) -> Network:
    network = make()
    network.let_learn("all")
    adapt(network, rank, seed=0)
    return network


def _learn(network: Network) -> None:
    network.train()
    optimizer = torch.optim.SGD([each for each in network.parameters() if each.requires_grad], lr=1.0)
    for _ in range(2):
        optimizer.zero_grad()
        network(INPUTS.to(network.head.weight)).square().mean().backward()
        optimizer.step()


@NETWORKS
def test_at_first_the_outputs_are_the_same_to_the_bit(make: Callable[[], Network]) -> None:
    plain = make()
    assert torch.equal(_logits(plain), _logits(_adapted(make)))


@NETWORKS
def test_only_the_adapters_and_the_head_learn_and_each_change_has_their_rank(make: Callable[[], Network]) -> None:
    # In double precision: rounding has every rank.
    network = _adapted(make).double()
    plain = make().double().state_dict()
    learning = {name for name, each in network.named_parameters() if each.requires_grad}
    assert all(name.startswith("head.") or name.endswith((".up", ".down")) for name in learning)
    _learn(network)
    moved = {name: each - plain[name] for name, each in merged_weights(network).items() if "backbone" in name}
    changed = {name for name, change in moved.items() if change.abs().max() > 0}
    assert any("in_proj_weight" in name or "qkv.weight" in name for name in changed)
    assert any("mlp" in name for name in changed)
    assert all(name.endswith("weight") for name in changed)
    for name in changed:
        stacked = 3 if "in_proj" in name or "qkv" in name else 1
        for change in moved[name].chunk(stacked):
            assert torch.linalg.matrix_rank(change, rtol=1e-9) <= 2


@NETWORKS
def test_merged_is_unmerged_and_a_plain_network_loads_it(make: Callable[[], Network]) -> None:
    network = _adapted(make)
    _learn(network)
    unmerged, weights = _logits(network), merged_weights(network)
    plain = make()
    plain.load_state_dict(weights)
    torch.testing.assert_close(_logits(plain), unmerged, rtol=0, atol=1e-5)
    merge(network)
    assert list(network.state_dict()) == list(plain.state_dict())
    assert [name for name, _ in network.named_parameters()] == [name for name, _ in plain.named_parameters()]
    assert all(torch.equal(tensor, weights[name]) for name, tensor in network.state_dict().items())
    assert not any(isinstance(module, LowRank) for module in network.modules())


def test_only_the_blocks_that_learn_are_adapted() -> None:
    network = _swin()
    network.let_learn(2)
    adapt(network, 2, seed=0)
    learning = [name for name, each in network.named_parameters() if each.requires_grad and "backbone" in name]
    assert learning
    assert all(name.startswith("backbone.features.3.") for name in learning)


@pytest.mark.parametrize("name", ["efficientnet_lite0", "mobilenet_v3_small"])
def test_a_convolutional_backbone_is_refused_with_a_sentence(name: str) -> None:
    network = build_network(name, 3, seed=0)
    with pytest.raises(ModelError, match="linear layers"):
        adapt(network, 4, seed=0)


def test_the_catalogues_largest_transformer_can_be_adapted() -> None:
    network = build_network("vit_b_16", 3, seed=0)
    network.let_learn(1)
    adapt(network, 4, seed=0)
    learning = sum(each.numel() for each in network.backbone.parameters() if each.requires_grad)
    # One encoder block: query, key, value; output; and the two layers of the perceptron, each of rank 4.
    assert learning % (4 * (3 * (768 + 768) + (768 + 768) + 2 * (768 + 3072))) == 0
