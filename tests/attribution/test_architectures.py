"""The layer finds itself in architectures of every kind, frozen and with random weights."""

from collections.abc import Callable
from functools import partial

import pytest
import timm
import torch
from torch import nn
from torchvision import models

from sftviz.attribution.guard import evaluating
from sftviz.attribution.layers import explained_layer
from sftviz.models.network import Network


def _torchvision(name: str, head: str, **options: object) -> tuple[nn.Module, int]:
    backbone = models.get_model(name, weights=None, **options)
    width = backbone.get_submodule(head).in_features
    backbone.set_submodule(head, nn.Identity())
    return backbone, width


def _timm(name: str, **options: object) -> tuple[nn.Module, int]:
    backbone = timm.create_model(name, num_classes=0, **options)
    return backbone, getattr(backbone, "head_hidden_size", None) or backbone.num_features


def _squeezenet() -> tuple[nn.Module, int]:
    features = models.get_model("squeezenet1_1", weights=None).features
    return nn.Sequential(features, nn.AdaptiveAvgPool2d(1), nn.Flatten()), 512


def _maxvit() -> tuple[nn.Module, int]:
    sizes = {"stem_channels": 8, "block_channels": [8, 16], "block_layers": [1, 1], "head_dim": 8}
    backbone = models.MaxVit((64, 64), partition_size=2, stochastic_depth_prob=0, **sizes)
    backbone.set_submodule("classifier.5", nn.Identity())
    return backbone, 16


# Name, how it is built, input size, the layer, its channels and grid.
CASES = [
    ("resnet18", partial(_torchvision, "resnet18", "fc"), (64, 96), "layer4", (512, 2, 3)),
    ("timm resnet", partial(_timm, "resnet10t"), (64, 96), "layer4", (512, 2, 3)),
    ("regnet", partial(_torchvision, "regnet_y_400mf", "fc"), (64, 96), "trunk_output", (440, 2, 3)),
    ("mobilenet v2", partial(_torchvision, "mobilenet_v2", "classifier.1"), (64, 96), "features", (1280, 2, 3)),
    ("mobilenet v3", partial(_torchvision, "mobilenet_v3_small", "classifier.3"), (64, 96), "features", (576, 2, 3)),
    ("timm mobilenet v3", partial(_timm, "mobilenetv3_small_050"), (64, 96), "blocks", (288, 2, 3)),
    ("timm efficientnet", partial(_timm, "efficientnet_lite0"), (64, 96), "bn2", (1280, 2, 3)),
    ("timm convnext", partial(_timm, "convnext_atto"), (64, 96), "norm_pre", (320, 2, 3)),
    ("vgg", partial(_torchvision, "vgg11", "classifier.6"), (64, 96), "features", (512, 2, 3)),
    ("densenet", partial(_torchvision, "densenet121", "classifier"), (64, 96), "features", (1024, 2, 3)),
    ("mnasnet", partial(_torchvision, "mnasnet0_5", "classifier.1"), (64, 96), "layers", (1280, 2, 3)),
    ("shufflenet", partial(_torchvision, "shufflenet_v2_x0_5", "fc"), (64, 96), "conv5", (1024, 2, 3)),
    ("squeezenet", _squeezenet, (64, 96), "0", (512, 3, 5)),
    (
        "googlenet",
        partial(_torchvision, "googlenet", "fc", aux_logits=False, init_weights=False),
        (64, 96),
        "inception5b",
        (1024, 2, 3),
    ),
    (
        "inception",
        partial(_torchvision, "inception_v3", "fc", aux_logits=False, init_weights=False),
        (107, 139),
        "Mixed_7c",
        (2048, 2, 3),
    ),
    ("swin", partial(_torchvision, "swin_t", "head"), (64, 96), "permute", (768, 2, 3)),
    (
        "timm swin",
        partial(_timm, "swin_tiny_patch4_window7_224", img_size=(64, 96), depths=(1, 1, 1, 1)),
        (64, 96),
        "norm",
        (768, 2, 3),
    ),
    ("maxvit", _maxvit, (64, 64), "blocks.1", (16, 8, 8)),
    (
        "vit, class token",
        partial(_timm, "vit_tiny_patch16_224", img_size=(64, 96), depth=2),
        (64, 96),
        "blocks.1.norm1",
        (192, 4, 6),
    ),
    (
        "vit, average",
        partial(_timm, "vit_tiny_patch16_224", img_size=(64, 96), depth=2, global_pool="avg"),
        (64, 96),
        "norm",
        (192, 4, 6),
    ),
    (
        "deit, 2 prefix tokens",
        partial(_timm, "deit_tiny_distilled_patch16_224", img_size=(64, 96), depth=2),
        (64, 96),
        "blocks.1.norm1",
        (192, 4, 6),
    ),
    (
        "dinov2, 5 prefix tokens",
        partial(_timm, "vit_small_patch14_reg4_dinov2", img_size=(56, 84), depth=2),
        (56, 84),
        "blocks.1.norm1",
        (384, 4, 6),
    ),
    ("eva02", partial(_timm, "eva02_tiny_patch14_224", img_size=(56, 84), depth=2), (56, 84), "norm", (192, 4, 6)),
    ("beit", partial(_timm, "beit_base_patch16_224", img_size=(64, 96), depth=2), (64, 96), "norm", (768, 4, 6)),
    (
        "siglip, attention pooling",
        partial(_timm, "vit_base_patch16_siglip_224", img_size=(64, 96), depth=2),
        (64, 96),
        "norm",
        (768, 4, 6),
    ),
    ("mixer", partial(_timm, "mixer_s32_224", img_size=(64, 96)), (64, 96), "norm", (512, 2, 3)),
    ("levit, no grid of its tokens", partial(_timm, "levit_128s"), (224, 224), "stages", (384, 4, 4)),
]


@pytest.mark.parametrize(
    ("build", "size", "layer", "shape"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_layer_finds_itself(
    build: Callable[[], tuple[nn.Module, int]], size: tuple[int, int], layer: str, shape: tuple[int, int, int]
) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        backbone, width = build()
        network = Network(backbone, nn.Linear(width, 5), ())
    network.requires_grad_(requires_grad=False)
    inputs = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(1))
    with evaluating(network):
        found = explained_layer(network, inputs, torch.tensor([1, 2]))
        again = explained_layer(network, inputs, torch.tensor([1, 2]))
    assert found.name == layer
    assert found.activations_NChw.shape == (2, *shape)
    assert found.gradients_NChw.flatten(1).any(dim=1).all()
    # The second time only what lies behind the layer is differentiated, with the same result.
    assert again.places == found.places
    torch.testing.assert_close(again.gradients_NChw, found.gradients_NChw, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(again.scores_N, found.scores_N)
