import pytest
import torch
from torch import Tensor, nn

from sftviz.attribution.guard import evaluating
from sftviz.attribution.layers import Layer, explained_layer
from sftviz.errors import AttributionError
from sftviz.models.network import Network


def find(network: Network, inputs: Tensor, **options: object) -> Layer:
    with evaluating(network):
        return explained_layer(network, inputs, torch.ones(len(inputs), dtype=torch.int64), **options)


@pytest.mark.parametrize(
    ("name", "layer", "shape"),
    [
        ("efficientnet_lite0", "bn2", (1280, 2, 3)),
        ("mobilenet_v3_small", "features", (576, 2, 3)),
        ("mobilenet_v3_large", "features", (960, 2, 3)),
        ("efficientnet_b0", "features", (1280, 2, 3)),
        ("resnet18", "layer4", (512, 2, 3)),
        ("resnet50", "layer4", (2048, 2, 3)),
        ("convnext_tiny", "features", (768, 2, 3)),
        ("swin_t", "permute", (768, 2, 3)),
        ("vit_b_16", "encoder.layers.encoder_layer_11.ln_1", (768, 4, 4)),
    ],
)
def test_the_last_layer_that_still_knows_places_is_found(name, layer, shape, build, inputs):
    width = 64 if name == "vit_b_16" else 96
    found = find(build(name), inputs(1, 64, width))
    assert found.name == layer
    assert found.activations_NChw.shape == found.gradients_NChw.shape == (1, *shape)
    assert found.gradients_NChw.any()


def test_tokens_of_oblong_pictures_lie_as_the_patches_did(build, inputs):
    found = find(build("vit_tiny_patch16_224", img_size=(64, 96)), inputs(2, 64, 96))
    assert found.name == "blocks.11.norm1"
    assert found.activations_NChw.shape == (2, 192, 4, 6)


def test_register_tokens_are_left_out(build, inputs):
    found = find(build("vit_small_patch14_reg4_dinov2", img_size=56, depth=2), inputs(1, 56, 56))
    assert found.activations_NChw.shape == (1, 384, 4, 4)


def test_a_grid_with_channels_last_is_turned(build, inputs):
    network = build("swin_tiny_patch4_window7_224", img_size=(64, 96), depths=(1, 1, 1, 1))
    assert find(network, inputs(1, 64, 96)).activations_NChw.shape == (1, 768, 2, 3)


def test_behind_the_last_attention_patches_have_no_gradient(build, inputs):
    network = build("vit_tiny_patch16_224", img_size=64, depth=1)
    outputs = {}
    handle = network.backbone.blocks[0].register_forward_hook(lambda _m, _i, output: outputs.update(block=output))
    network.eval()(inputs(1)).sum().backward(inputs=list(network.backbone.blocks[0].parameters()))
    handle.remove()
    (gradient,) = torch.autograd.grad(
        network.head(network.backbone.norm(outputs["block"])[:, 0]).sum(), outputs["block"]
    )
    assert gradient[:, 0].any()
    assert not gradient[:, 1:].any()


def test_values_and_gradient_belong_together_where_the_next_layer_works_in_place(inputs):
    class Dense(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.features = nn.Conv2d(3, 6, 3, stride=8)

        def forward(self, inputs: Tensor) -> Tensor:
            return nn.functional.relu(self.features(inputs), inplace=True).mean(dim=(2, 3))

    network = Network(Dense(), nn.Linear(6, 3), ())
    found = find(network, inputs())
    bias = (network.head.bias - network.head.bias.mean())[1]
    total = (found.activations_NChw * found.gradients_NChw).sum(dim=(1, 2, 3)) + bias
    assert found.name == "features"
    assert torch.allclose(total, found.scores_N, atol=1e-6)


def test_a_small_picture_steps_back_to_a_layer_with_places(lite, inputs):
    found = find(lite, inputs(1, 32, 32))
    assert found.name == "blocks.5.0.bn1"
    assert found.activations_NChw.shape == (1, 672, 2, 2)


def test_a_frozen_backbone_is_explained_all_the_same(lite, inputs):
    free = find(lite, inputs())
    lite.backbone.requires_grad_(requires_grad=False)
    frozen = find(lite, inputs())
    lite.backbone.requires_grad_(requires_grad=True)
    assert torch.equal(free.gradients_NChw, frozen.gradients_NChw)


def test_a_head_that_says_nothing_has_no_layer_to_explain(pooled, inputs):
    nn.init.zeros_(pooled.head.weight)
    with pytest.raises(AttributionError, match="No layer of Pooled has places"):
        find(pooled, inputs())


class Thin(nn.Module):
    """Its places do not lie as the picture does: 8 × 3 of a square."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Conv2d(3, 32, 8, stride=(8, 28))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.body(inputs).mean(dim=(2, 3))


def test_an_unsupported_model_says_which_layer_could_be_named_and_lets_one(inputs):
    network = Network(Thin(), nn.Linear(32, 3), ())
    with pytest.raises(AttributionError, match=r"Thin has places .* name one of these layers by hand: body"):
        find(network, inputs())
    found = find(network, inputs(), layer="body")
    assert (found.name, found.activations_NChw.shape) == ("body", (2, 32, 8, 3))


def test_a_head_that_was_trained_meanwhile_is_explained_anew(pooled, inputs):
    known = find(pooled, inputs())
    with torch.no_grad():
        pooled.head.weight *= 2
    again = find(pooled, inputs())
    assert again.name == known.name
    assert torch.allclose(again.gradients_NChw, 2 * known.gradients_NChw)
    nn.init.zeros_(pooled.head.weight)
    with pytest.raises(AttributionError, match="No layer of Pooled has places"):
        find(pooled, inputs())
