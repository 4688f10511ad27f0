from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import timm
import torch
import torchvision
from torch import Tensor, nn

from sftviz.models.build import build_network
from sftviz.models.network import Network
from sftviz.results import AttributionMap, Source


class Pooled(nn.Module):
    """A convolution and the mean of its places: with a linear head, every formula is known."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, width, 3, stride=2, padding=1), nn.ReLU(inplace=True))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.body(inputs).mean(dim=(2, 3))


@pytest.fixture
def pooled() -> Network:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Network(Pooled(), nn.Linear(6, 4), (("body",),))


@pytest.fixture
def small() -> Network:
    """Two frozen or learning parts, a batch-norm and dropout: fast enough for methods of hundreds of passes."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        first = nn.Sequential(nn.Conv2d(3, 8, 3, stride=8, padding=1), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        second = nn.Sequential(nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU())
        pooling = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout())
        backbone = nn.Sequential(OrderedDict(first=first, second=second, pooling=pooling))
        return Network(backbone, nn.Linear(16, 5), (("first",), ("second",)))


@pytest.fixture(scope="session")
def lite() -> Network:
    return build_network("efficientnet_lite0", 5, seed=0)


@pytest.fixture
def inputs() -> Callable[..., Tensor]:
    def make(count: int = 2, height: int = 64, width: int = 64) -> Tensor:
        return torch.randn(count, 3, height, width, generator=torch.Generator().manual_seed(1))

    return make


@pytest.fixture
def build() -> Callable[..., Network]:
    """A catalogue's backbone for small pictures, or one of timm's."""

    def make(name: str, **options: object) -> Network:
        if name == "vit_b_16":
            backbone = torchvision.models.get_model(name, image_size=64)
            backbone.heads.head = nn.Identity()
            return Network(backbone, nn.Linear(768, 5), ())
        if options:
            backbone = timm.create_model(name, num_classes=0, **options)
            return Network(backbone, nn.Linear(backbone.num_features, 5), ())
        return build_network(name, 5, seed=0)

    return make


@pytest.fixture
def heat() -> Callable[..., AttributionMap]:
    def make(values: np.ndarray, **changes: object) -> AttributionMap:
        found = AttributionMap(Source("r", 1), "a/1.png", "gradcam", 1, "layer4", 0.5, np.asarray(values, np.float32))
        return replace(found, **changes)

    return make
