import numpy as np
import pytest
import timm
import torch
from torch import nn

from sftviz.attribution.guard import evaluating
from sftviz.attribution.rollout import attention_rollout, rolled_out
from sftviz.errors import AttributionError
from sftviz.models.network import Network

TARGETS = torch.tensor([0, 2])


def rollout(network, inputs):
    with evaluating(network):
        return attention_rollout(network, inputs, TARGETS)


def by_hand(network, inputs):
    """The same with attention that hooks have read where timm computes it openly."""
    seen = []
    for block in network.backbone.blocks:
        block.attn.fused_attn = False
        block.attn.attn_drop.register_forward_hook(lambda _m, _i, output: seen.append(output.detach().numpy()))
    network.eval()(inputs)
    mixed = np.eye(seen[0].shape[-1])
    for attention in seen:
        mixed = (0.5 * attention.mean(axis=1) + 0.5 * np.eye(mixed.shape[-1])) @ mixed
    return mixed


@pytest.mark.parametrize(("pooling", "rows"), [("token", slice(0, 1)), ("avg", slice(1, None))])
def test_rollout_follows_its_paper(pooling, rows, build, inputs):
    network = build("vit_tiny_patch16_224", img_size=(64, 96), depth=3, global_pool=pooling)
    found = rollout(network, inputs(2, 64, 96)).maps_Nhw
    expected = by_hand(network, inputs(2, 64, 96))
    np.testing.assert_allclose(expected.sum(axis=2), 1, atol=1e-6)
    np.testing.assert_allclose(found.flatten(1), expected[:, rows, 1:].mean(axis=1), atol=1e-6)
    assert found.shape == (2, 4, 6)


def test_attention_is_the_same_where_it_is_computed_openly(build, inputs):
    network = build("vit_small_patch14_reg4_dinov2", img_size=56, depth=2)
    fused = rollout(network, inputs(2, 56, 56)).maps_Nhw
    for block in network.backbone.blocks:
        block.attn.fused_attn = False
    assert torch.allclose(rollout(network, inputs(2, 56, 56)).maps_Nhw, fused, atol=1e-6)
    assert fused.shape == (2, 4, 4)


def test_torchvisions_transformer_has_attention_too(build, inputs):
    network = build("vit_b_16")
    seen = []
    for layer in network.backbone.encoder.layers:
        layer.self_attention.register_forward_pre_hook(lambda module, args: seen.append((module, args[0].detach())))
    found = rollout(network, inputs()).maps_Nhw
    weights = [module(values, values, values)[1].detach() for module, values in seen[-12:]]
    assert torch.allclose(found.flatten(1), rolled_out(weights)[:, 0, 1:], atol=1e-6)


def test_rows_sum_to_one():
    weights = torch.rand(3, 2, 5, 5, generator=torch.Generator().manual_seed(0)).softmax(dim=-1)
    assert torch.allclose(rolled_out(list(weights)).sum(dim=2), torch.ones(2, 5))


@pytest.mark.parametrize("name", ["efficientnet_lite0", "swin_tiny_patch4_window7_224"])
def test_other_networks_have_none(name, inputs):
    options = {"img_size": 64, "depths": (1, 1, 1, 1)} if name.startswith("swin") else {}
    backbone = timm.create_model(name, num_classes=0, **options)
    with pytest.raises(AttributionError, match=r"between all patches of a picture, which .* does not have"):
        rollout(Network(backbone, nn.Linear(backbone.num_features, 5), ()), inputs())
