"""The backbones that are suggested first: figures of the publishers, and blocks as a person would divide them.

Figures are torchvision's weight metadata, and for EfficientNet-Lite the table of the original weights; work and size of
these as counted and packed here.
"""

from sftviz.models.backbone import Backbone, Blocks, Interpolation, Preprocessing


def _imagenet(resize: int, interpolation: Interpolation = "bilinear") -> Preprocessing:
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
_PUBLISHER = "https://download.pytorch.org/models/"
_BSD = "BSD-3-Clause (torchvision); trained on ImageNet-1K"

_ALL = (
    Backbone(
        "efficientnet_lite0", "EfficientNet-Lite0", "bundled", "efficientnet-lite0-57934424", "Apache-2.0",
        4.65, 0.385, 18.0, 0.751, "classifier", _LITE,
        Preprocessing(256, 224, "bicubic", _LITE_SCALE, _LITE_SCALE),
        architecture="tf_efficientnet_lite0",
    ),
    Backbone(
        "efficientnet_lite1", "EfficientNet-Lite1", "bundled", "efficientnet-lite1-77cc7160", "Apache-2.0",
        5.42, 0.600, 20.9, 0.767, "classifier", _LITE,
        Preprocessing(272, 240, "bicubic", _LITE_SCALE, _LITE_SCALE),
        architecture="tf_efficientnet_lite1",
    ),
    Backbone(
        "efficientnet_lite2", "EfficientNet-Lite2", "bundled", "efficientnet-lite2-9656183e", "Apache-2.0",
        6.09, 0.860, 23.5, 0.776, "classifier", _LITE,
        Preprocessing(292, 260, "bicubic", _LITE_SCALE, _LITE_SCALE),
        architecture="tf_efficientnet_lite2",
    ),
    Backbone(
        "mobilenet_v3_small", "MobileNetV3 Small", "torchvision", "IMAGENET1K_V1", _BSD,
        2.54, 0.057, 9.8, 0.67668, "classifier.3", _features(13, "classifier.0"), _imagenet(256),
        address=_PUBLISHER + "mobilenet_v3_small-047dcff4.pth",
    ),
    Backbone(
        "mobilenet_v3_large", "MobileNetV3 Large", "torchvision", "IMAGENET1K_V2", _BSD,
        5.48, 0.217, 21.1, 0.75274, "classifier.3", _features(17, "classifier.0"), _imagenet(232),
        address=_PUBLISHER + "mobilenet_v3_large-5c1a4163.pth",
    ),
    Backbone(
        "efficientnet_b0", "EfficientNet-B0", "torchvision", "IMAGENET1K_V1", _BSD,
        5.29, 0.386, 20.5, 0.77692, "classifier.1", _features(9), _imagenet(256, "bicubic"),
        address=_PUBLISHER + "efficientnet_b0_rwightman-7f5810bc.pth",
    ),
    Backbone(
        "resnet18", "ResNet-18", "torchvision", "IMAGENET1K_V1", _BSD,
        11.69, 1.814, 44.7, 0.69758, "fc", _RESNET, _imagenet(256),
        address=_PUBLISHER + "resnet18-f37072fd.pth",
    ),
    Backbone(
        "resnet50", "ResNet-50", "torchvision", "IMAGENET1K_V2", _BSD,
        25.56, 4.089, 97.8, 0.80858, "fc", _RESNET, _imagenet(232),
        address=_PUBLISHER + "resnet50-11ad3fa6.pth",
    ),
    Backbone(
        "convnext_tiny", "ConvNeXt Tiny", "torchvision", "IMAGENET1K_V1", _BSD,
        28.59, 4.456, 109.1, 0.8252, "classifier.2", _features(8, "classifier.0"), _imagenet(236),
        address=_PUBLISHER + "convnext_tiny-983f1562.pth",
    ),
    Backbone(
        "swin_t", "Swin Tiny", "torchvision", "IMAGENET1K_V1", _BSD,
        28.29, 4.491, 108.2, 0.81474, "head", _features(8, "norm"), _imagenet(232, "bicubic"), is_transformer=True,
        address=_PUBLISHER + "swin_t-704ceda3.pth",
    ),
    Backbone(
        "vit_b_16", "ViT-B/16", "torchvision", "IMAGENET1K_V1", _BSD,
        86.57, 17.564, 330.3, 0.81072, "heads.head", _VIT, _imagenet(256), is_transformer=True,
        address=_PUBLISHER + "vit_b_16-c867db91.pth",
    ),
)  # fmt: skip

BACKBONES: dict[str, Backbone] = {backbone.name: backbone for backbone in _ALL}
