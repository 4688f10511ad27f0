"""Networks of many makings, as the table describes them: with random weights each behaves as a backbone must."""

from dataclasses import replace

import pytest
import torch

from sftviz.attribution.layers import explained_layer
from sftviz.errors import ModelError, NotDescribedError
from sftviz.models.build import build_network
from sftviz.models.catalogue import BACKBONES, backbone_named, can_be_described
from sftviz.models.describing import counted, describe, timm_facts, torchvision_facts
from sftviz.models.network import Network
from sftviz.models.published import num_published, search_published
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import FOLDED

NAMES = [
    "torchvision/mnasnet0_5.IMAGENET1K_V1",
    "torchvision/regnet_y_400mf.IMAGENET1K_V2",
    "torchvision/shufflenet_v2_x0_5.IMAGENET1K_V1",
    "torchvision/squeezenet1_1.IMAGENET1K_V1",
    "torchvision/densenet121.IMAGENET1K_V1",
    "torchvision/googlenet.IMAGENET1K_V1",
    "torchvision/alexnet.IMAGENET1K_V1",
    "torchvision/vgg11_bn.IMAGENET1K_V1",
    "torchvision/vit_b_32.IMAGENET1K_V1",
    "torchvision/swin_v2_t.IMAGENET1K_V1",
    "timm/test_vit.r160_in1k",
    "timm/test_resnet.r160_in1k",
    "timm/test_convnext.r160_in1k",
    "timm/test_efficientnet.r160_in1k",
    "timm/test_byobnet.r160_in1k",
    "timm/test_nfnet.r160_in1k",
    "timm/resnet18.a3_in1k",
    "timm/vit_tiny_patch16_224.augreg_in21k",
    "timm/deit_tiny_distilled_patch16_224.fb_in1k",
    "timm/mobilenetv4_conv_small.e2400_r224_in1k",
    "timm/mobilenetv3_small_050.lamb_in1k",
    "timm/mobilevit_xxs.cvnets_in1k",
    "timm/efficientvit_b0.r224_in1k",
    "timm/edgenext_xx_small.in1k",
    "timm/levit_128s.fb_dist_in1k",
    "timm/pit_ti_224.in1k",
    "timm/regnetx_002.pycls_in1k",
    "timm/ghostnet_100.in1k",
    "timm/xcit_nano_12_p8_224.fb_dist_in1k",
    "timm/pvt_v2_b0.in1k",
    "timm/lcnet_050.ra2_in1k",
    "timm/tinynet_e.in1k",
    "timm/dla34.in1k",
]
# It asks for the size of what it sees, which cannot be traced.
UNCUTTABLE = {"timm/test_vit.r160_in1k"}


@pytest.mark.parametrize("name", NAMES)
def test_the_table_says_what_is_found_when_the_network_is_built(name: str) -> None:
    entry = backbone_named(name)
    kind, _, rest = name.partition("/")
    facts = torchvision_facts(*rest.rsplit(".", 1)) if kind == "torchvision" else timm_facts(rest)
    assert counted(facts) == entry
    assert 2 <= len(entry.blocks) <= 64


@pytest.mark.parametrize("name", NAMES)
def test_it_embeds_learns_and_can_be_explained(name: str) -> None:
    entry = backbone_named(name)
    network = build_network(name, 7, seed=0).eval()
    inputs = torch.randn(1, 3, entry.preprocessing.crop, entry.preprocessing.crop)
    blocks = [{id(parameter) for parameter in block} for block in network.block_parameters()]
    assert all(blocks)
    assert sum(map(len, blocks)) == len(set().union(*blocks)) == len(list(network.backbone.parameters()))
    with torch.no_grad():
        embeddings = network.backbone(inputs)
        assert embeddings.shape == (1, network.head.in_features)
        assert network.head(embeddings).shape == (1, 7)
        is_cut = [_is_cut_right(network, number, inputs, embeddings) for number in (1, len(blocks) // 2)]
        assert any(is_cut) == (name not in UNCUTTABLE)
        folded = Arithmetic(FOLDED, network, inputs)(network.backbone, inputs)
        torch.testing.assert_close(folded, embeddings, rtol=1e-3, atol=1e-3 * float(embeddings.abs().max()))
    layer = explained_layer(network, inputs, torch.tensor([0]))
    assert layer.gradients_NChw.dim() == 4
    assert layer.gradients_NChw.abs().max() > 0


def _is_cut_right(network: Network, number: int, inputs: torch.Tensor, embeddings: torch.Tensor) -> bool:
    network.let_learn(number)
    front, rest = network.cut()
    if front is None:
        return False
    assert torch.equal(rest(front(inputs)), embeddings)
    return True


def test_parts_of_a_name_find_it_whatever_lies_between_them() -> None:
    found, count = search_published("ResNet50 V1", 5)
    assert found[0].name == "torchvision/resnet50.IMAGENET1K_V1"
    assert (found[0].million_parameters, found[0].preprocessing.crop, found[0].file_mib) == (25.557, 224, 97.8)
    assert count >= len(found)
    assert search_published("vit-tiny patch16", 3)[0]
    assert search_published("no such network", 5) == ([], 0)
    assert search_published("  ", 5) == ([], 0)
    assert num_published() == 1914


def test_both_versions_of_weights_can_be_chosen() -> None:
    older, newer = (backbone_named(f"torchvision/resnet50.IMAGENET1K_V{version}") for version in (1, 2))
    assert older.address.endswith("resnet50-0676ba61.pth")
    assert newer.address == BACKBONES["resnet50"].address
    assert (older.imagenet_top1, older.preprocessing.resize) == (0.7613, 256)
    assert (newer.imagenet_top1, newer.preprocessing.resize) == (0.80858, 232)


@pytest.mark.parametrize("name", [name for name, entry in BACKBONES.items() if entry.source == "torchvision"])
def test_what_is_suggested_agrees_with_the_table(name: str) -> None:
    entry = BACKBONES[name]
    published = backbone_named(f"torchvision/{name}.{entry.weights_name}")
    assert entry.preprocessing == published.preprocessing
    assert (entry.address, entry.head, entry.licence) == (published.address, published.head, published.licence)
    assert entry.imagenet_top1 == pytest.approx(published.imagenet_top1, abs=1e-5)
    assert entry.gmac == pytest.approx(published.gmac, abs=1e-3)
    assert entry.million_parameters == pytest.approx(published.million_parameters, abs=0.01)
    assert entry.file_mib == pytest.approx(published.file_mib, abs=0.06)
    assert entry.is_transformer == published.is_transformer


def test_what_is_in_no_table_is_looked_up_and_remembered(home: object) -> None:
    del home
    name = "torchvision/resnet18.IMAGENET1K_V9"
    assert can_be_described(name)
    with pytest.raises(NotDescribedError, match="looked up"):
        backbone_named(name)
    with pytest.raises(ModelError, match="no weights IMAGENET1K_V9"):
        describe(name)
    with pytest.raises(ModelError, match="no pretrained"):
        describe("timm/no_such_network.at_all")
    entry = describe("timm/test_vit.r160_in1k")
    assert entry == replace(backbone_named("timm/test_vit.r160_in1k"))
    with pytest.raises(ModelError, match="There is no backbone"):
        backbone_named("<b>")
