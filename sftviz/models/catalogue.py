"""The backbones on offer: provenance, cost and preprocessing as plain facts, without loading torch.

Figures are those of the publishers: torchvision's weight metadata, and for EfficientNet-Lite the table of the original
weights; work and size of these as counted and packed here.
"""

from dataclasses import dataclass, replace
from typing import Literal

from sftviz.config import Fit, RunConfig
from sftviz.errors import ModelError

Blocks = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Preprocessing:
    """How a picture becomes a network's input.

    Attributes:
        resize: short side in pixels before the crop.
        crop: side in pixels of the square that the network sees.
        mean, std: per channel (red, green, blue), for values scaled to [0, 1].
        fit: how the square comes about; see `DataConfig`.
    """

    resize: int
    crop: int
    interpolation: Literal["bilinear", "bicubic"]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    fit: Fit = "crop"


@dataclass(frozen=True)
class Backbone:
    """One pretrained network on offer.

    Attributes:
        source: "bundled" weights lie in an installed package, "torchvision" weights are downloaded on first use.
        weights_name: the publisher's name and version of the weights.
        licence: of the weights, as the publisher states it.
        million_parameters: with the publisher's 1,000-class head.
        gmac: billions of multiply-accumulates for one picture at `preprocessing.crop`.
        file_mib: size of the weights file in MiB.
        imagenet_top1: publisher's accuracy on the ImageNet-1K validation set, in [0, 1].
        head: name of the module that the new head replaces.
        blocks: parts of the backbone from input to output, each a group of parameter-name prefixes.
        preprocessing: what its weights were trained to see.
        is_transformer: whether it is made of attention, which low-rank adapters suit.
    """

    name: str
    title: str
    source: Literal["bundled", "torchvision"]
    weights_name: str
    licence: str
    million_parameters: float
    gmac: float
    file_mib: float
    imagenet_top1: float
    head: str
    blocks: Blocks
    preprocessing: Preprocessing
    is_transformer: bool = False

    @property
    def pretrained(self) -> Literal["bundled", "default"]:
        """What a run's configuration calls its publisher's weights."""
        return "bundled" if self.source == "bundled" else "default"


def _imagenet(resize: int, interpolation: Literal["bilinear", "bicubic"] = "bilinear") -> Preprocessing:
    return Preprocessing(resize, 224, interpolation, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def _features(count: int, *last: str) -> Blocks:
    names = [(f"features.{index}",) for index in range(count)]
    return (*names[:-1], (*names[-1], *last))


_LITE = (("conv_stem", "bn1"), *((f"blocks.{index}",) for index in range(7)), ("conv_head", "bn2"))
_LITE_SCALE = (0.5, 0.5, 0.5)
_RESNET = (("conv1", "bn1"), ("layer1",), ("layer2",), ("layer3",), ("layer4",))
_VIT = (
    ("class_token", "conv_proj", "encoder.pos_embedding"),
    *((f"encoder.layers.encoder_layer_{index}",) for index in range(11)),
    ("encoder.layers.encoder_layer_11", "encoder.ln"),
)
_BSD = "BSD-3-Clause (torchvision); trained on ImageNet-1K"

_ALL = (
    Backbone(
        "efficientnet_lite0", "EfficientNet-Lite0", "bundled", "efficientnet-lite0-57934424", "Apache-2.0",
        4.65, 0.385, 18.0, 0.751, "classifier", _LITE,
        Preprocessing(256, 224, "bicubic", _LITE_SCALE, _LITE_SCALE),
    ),
    Backbone(
        "efficientnet_lite1", "EfficientNet-Lite1", "bundled", "efficientnet-lite1-77cc7160", "Apache-2.0",
        5.42, 0.600, 20.9, 0.767, "classifier", _LITE,
        Preprocessing(272, 240, "bicubic", _LITE_SCALE, _LITE_SCALE),
    ),
    Backbone(
        "efficientnet_lite2", "EfficientNet-Lite2", "bundled", "efficientnet-lite2-9656183e", "Apache-2.0",
        6.09, 0.860, 23.5, 0.776, "classifier", _LITE,
        Preprocessing(292, 260, "bicubic", _LITE_SCALE, _LITE_SCALE),
    ),
    Backbone(
        "mobilenet_v3_small", "MobileNetV3 Small", "torchvision", "IMAGENET1K_V1", _BSD,
        2.54, 0.057, 9.8, 0.67668, "classifier.3", _features(13, "classifier.0"), _imagenet(256),
    ),
    Backbone(
        "mobilenet_v3_large", "MobileNetV3 Large", "torchvision", "IMAGENET1K_V2", _BSD,
        5.48, 0.217, 21.1, 0.75274, "classifier.3", _features(17, "classifier.0"), _imagenet(232),
    ),
    Backbone(
        "efficientnet_b0", "EfficientNet-B0", "torchvision", "IMAGENET1K_V1", _BSD,
        5.29, 0.386, 20.5, 0.77692, "classifier.1", _features(9), _imagenet(256, "bicubic"),
    ),
    Backbone(
        "resnet18", "ResNet-18", "torchvision", "IMAGENET1K_V1", _BSD,
        11.69, 1.814, 44.7, 0.69758, "fc", _RESNET, _imagenet(256),
    ),
    Backbone(
        "resnet50", "ResNet-50", "torchvision", "IMAGENET1K_V2", _BSD,
        25.56, 4.089, 97.8, 0.80858, "fc", _RESNET, _imagenet(232),
    ),
    Backbone(
        "convnext_tiny", "ConvNeXt Tiny", "torchvision", "IMAGENET1K_V1", _BSD,
        28.59, 4.456, 109.1, 0.8252, "classifier.2", _features(8, "classifier.0"), _imagenet(236),
    ),
    Backbone(
        "swin_t", "Swin Tiny", "torchvision", "IMAGENET1K_V1", _BSD,
        28.29, 4.491, 108.2, 0.81474, "head", _features(8, "norm"), _imagenet(232, "bicubic"), is_transformer=True,
    ),
    Backbone(
        "vit_b_16", "ViT-B/16", "torchvision", "IMAGENET1K_V1", _BSD,
        86.57, 17.564, 330.3, 0.81072, "heads.head", _VIT, _imagenet(256), is_transformer=True,
    ),
)  # fmt: skip

BACKBONES: dict[str, Backbone] = {backbone.name: backbone for backbone in _ALL}


def backbone_named(name: str) -> Backbone:
    """Look a backbone up.

    Raises:
        ModelError: there is none of that name.
    """
    if name not in BACKBONES:
        raise ModelError(f"There is no backbone {name!r}; choose one of {', '.join(BACKBONES)}.")
    return BACKBONES[name]


def preprocessing_for(config: RunConfig) -> Preprocessing:
    """How a picture becomes an input of the network that is asked for.

    Raises:
        ModelError: there is no such backbone.
    """
    return replace(backbone_named(config.model.backbone).preprocessing, fit=config.data.fit)
