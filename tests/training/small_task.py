"""A task without pictures on disk: noise with a class-dependent brightness, and networks of a few thousand weights."""

import shutil
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import torch
from torch import Tensor, nn
from torchvision.models.vision_transformer import VisionTransformer

from sftviz.attribution.watched import WatchedPictures
from sftviz.caches import CacheFolder
from sftviz.events import PhaseProgressed
from sftviz.models.network import Network
from sftviz.results import FloatArray
from sftviz.seeding import generator, seeded


class SmallExamples:
    def __init__(self, side: str, counts: Sequence[int]) -> None:
        self.labels_N = np.repeat(np.arange(len(counts)), counts).astype(np.int64)
        self.names = tuple(f"{side}/{index}" for index in range(len(self.labels_N)))
        noise = torch.randn(len(self.names), 3, 16, 16, generator=generator(0, side))
        self._inputs = noise + torch.from_numpy(self.labels_N).reshape(-1, 1, 1, 1)
        self.fingerprint = f"{side} {counts}"
        self.is_varied = side == "train"

    def evaluation_batch(self, indices: Sequence[int]) -> Tensor:
        return self._inputs[list(indices)]

    def training_batch(self, indices: Sequence[int], view: int) -> Tensor:
        noise = [torch.randn(3, 16, 16, generator=generator(0, "view", view, index)) for index in indices]
        return self._inputs[list(indices)] + 0.1 * torch.stack(noise)


class SmallTask:
    """Three classes, one of them rare."""

    classes = ("a", "b", "c")

    def __init__(self, *, is_transformer: bool = False, cache_bytes: int = 10**9) -> None:
        folder = Path(mkdtemp())
        weakref.finalize(self, shutil.rmtree, folder)
        self.caches = CacheFolder(folder, cache_bytes)
        self.train = SmallExamples("train", (10, 7, 3))
        self.validation = SmallExamples("validation", (4, 4, 4))
        self.test = SmallExamples("test", (2, 2, 2))
        self._is_transformer = is_transformer

    prepared_bytes = 2**20

    def fetch_weights(self) -> Iterator[PhaseProgressed]:
        yield from ()

    def prepare(self, _settle: Callable[[str], None] | None = None, /) -> Iterator[PhaseProgressed]:
        yield PhaseProgressed(phase="pixels", done=20, total=20, unit="examples")

    def trial_inputs(self, count: int) -> Tensor:
        return self.train.evaluation_batch(range(count))

    def pretrained(self) -> Network:
        return self._network(seed=0)

    def empty(self) -> Network:
        return self._network(seed=1)

    def watch(self, network: Network, indices: Sequence[int]) -> Callable[[], FloatArray]:
        labels_N = torch.from_numpy(self.validation.labels_N[list(indices)])
        return WatchedPictures(network, self.validation.evaluation_batch(indices), labels_N).maps

    def _network(self, seed: int) -> Network:
        with seeded(seed, "small"):
            return _transformer() if self._is_transformer else _convolutional()


def _convolutional() -> Network:
    blocks = [
        nn.Sequential(nn.Conv2d(width, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        for width in (3, 8)
    ]
    backbone = nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return Network(backbone, nn.Linear(8, 3), (("0",), ("1",)))


def _transformer() -> Network:
    backbone = VisionTransformer(16, 8, 3, 2, hidden_dim=16, mlp_dim=32, dropout=0.1)
    backbone.heads = nn.Identity()
    first = ("class_token", "conv_proj", "encoder.pos_embedding", "encoder.layers.encoder_layer_0")
    last = ("encoder.layers.encoder_layer_1", "encoder.layers.encoder_layer_2", "encoder.ln")
    return Network(backbone, nn.Linear(16, 3), (first, last))
