from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import timm
import torch
import torchvision
from torch import Tensor, nn

from sftviz.attribution.across import EvidenceAcross
from sftviz.models.build import build_network
from sftviz.models.network import Network
from sftviz.results import AttributionMap, Predictions, Source


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


@pytest.fixture
def across() -> EvidenceAcross:
    """Four pictures of two classes; the third of five was not explained."""
    before = np.array([[0.9, 0.1], [0.3, 0.7], [0.5, 0.5], [0.2, 0.8], [0.4, 0.6]], np.float32)
    after = np.array([[0.88, 0.12], [0.8, 0.2], [0.5, 0.5], [0.7, 0.3], [0.1, 0.9]], np.float32)
    labels, names = np.array([0, 0, 0, 1, 1]), ("a/1", "a/2", "a/3", "b/1", "b/2")
    sides = [Predictions(Source("r", e), ("a", "b"), names, labels, p) for e, p in ((0, before), (3, after))]
    grids = np.zeros((4, 14, 14), np.float32)
    grids[:, 0, 0] = 1
    return EvidenceAcross(
        *sides,
        method="hirescam",
        indices_M=np.array([0, 1, 3, 4]),
        rank_change_M=np.array([0.9, 0.1, 1.2, 0.3], np.float32),
        border_before_M=np.array([0.2, 0.2, 0.2, np.nan], np.float32),
        border_after_M=np.array([0.3, 0.9, 0.9, np.nan], np.float32),
        before_Mgg=grids,
        after_Mgg=grids[:, ::-1],
        uniform_border=0.36,
        unreadable=(),
    )
