"""One pretrained network in plain facts: where it comes from, what it costs, what it sees. Loads no torch."""

from dataclasses import dataclass
from typing import Literal

from sftviz.config import Fit

Blocks = tuple[tuple[str, ...], ...]
Source = Literal["bundled", "torchvision", "timm", "hub"]
Interpolation = Literal["bilinear", "bicubic"]


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
    interpolation: Interpolation
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    fit: Fit = "crop"


@dataclass(frozen=True)
class Backbone:
    """One pretrained network on offer.

    Attributes:
        name: as configurations write it.
        source: "bundled" weights lie in an installed package; all others are downloaded on first use, as torchvision
            or timm publish them, or from a model on the Hugging Face hub that names timm's architecture.
        weights_name: the publisher's name and version of the weights.
        licence: of the weights, as the publisher states it.
        million_parameters: with the publisher's head.
        gmac: billions of multiply-accumulates for one picture at `preprocessing.crop`.
        file_mib: size of the weights file in MiB; where the publisher states none, what 32-bit weights take.
        imagenet_top1: publisher's accuracy on the ImageNet-1K validation set, in [0, 1]; None where it is not stated.
        head: name of the module that the new head replaces; "" where it is no single linear layer.
        blocks: parts of the backbone from input to output, each a group of parameter-name prefixes.
        preprocessing: what its weights were trained to see.
        is_transformer: whether it is made of attention, which low-rank adapters suit.
        architecture: what the library that builds it calls it; "" where that is `name`.
        num_classes: width of the publisher's head; 0 where the weights have none.
        address: where the weights lie: a URL, or the hub's owner/name; "" where torchvision knows it by name.
        settings: what else timm is told to build it, a JSON object.
    """

    name: str
    title: str
    source: Source
    weights_name: str
    licence: str
    million_parameters: float
    gmac: float
    file_mib: float
    imagenet_top1: float | None
    head: str
    blocks: Blocks
    preprocessing: Preprocessing
    is_transformer: bool = False
    architecture: str = ""
    num_classes: int = 1000
    address: str = ""
    settings: str = "{}"

    @property
    def pretrained(self) -> Literal["bundled", "default"]:
        """What a run's configuration calls its publisher's weights."""
        return "bundled" if self.source == "bundled" else "default"
