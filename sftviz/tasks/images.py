"""Image classification: the first task, and the only module of training that knows what a picture is.

Shape legend: N pictures, C channels, H and W rows and columns.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sftviz.caches import CacheFolder
from sftviz.config import RunConfig
from sftviz.data.augment import training_view
from sftviz.data.decode import decode
from sftviz.data.listing import Listing, Side
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.pixels import center_crop, resized
from sftviz.events import PhaseProgressed
from sftviz.models.build import build_network
from sftviz.models.catalogue import Preprocessing, backbone_named
from sftviz.models.network import Network
from sftviz.models.weights import load_pretrained, provide_weights
from sftviz.results import IntArray
from sftviz.seeding import draw


class Pictures:
    """One side of a picture data set, read from the pixel cache."""

    def __init__(self, task: "ImageClassification", side: Side) -> None:
        self._task = task
        pictures = task.listing.pictures
        self._positions = [index for index, picture in enumerate(pictures) if picture.side == side]
        self.names = tuple(pictures[index].path for index in self._positions)
        self.labels_N: IntArray = np.array([pictures[index].label for index in self._positions], dtype=np.int64)
        self.is_varied = side == "train" and task.config.data.augment

    @cached_property
    def fingerprint(self) -> str:
        """Stands for the pictures' content in their order, their preparation, and how views are drawn."""
        pictures = self._task.listing.pictures
        contents = [pictures[position].sha256 for position in self._positions]
        facts = [contents, asdict(self._task.preprocessing), self._task.config.seed if self.is_varied else None]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def evaluation_batch(self, indices: Sequence[int]) -> Tensor:
        """The middle of each picture, normalised: float32 (N, C, H, W), channels last in memory."""
        task = self._task
        views = [center_crop(task.pixels(self._positions[index]), task.preprocessing.crop) for index in indices]
        return normalised(np.stack(views), task.preprocessing)

    def training_batch(self, indices: Sequence[int], view: int) -> Tensor:
        """A random view of each picture, the same one for the same seed, number and picture."""
        if not self.is_varied:
            return self.evaluation_batch(indices)
        views = [self._training_view(index, view) for index in indices]
        return normalised(np.stack(views), self._task.preprocessing)

    def _training_view(self, index: int, view: int) -> NDArray[np.uint8]:
        key = draw(self._task.config.seed, "augment", view, index)
        return training_view(self._task.pixels(self._positions[index]), self._task.preprocessing.crop, key)


class ImageClassification:
    """A folder of pictures opened for one run.

    Args:
        config: what is asked.
        listing: the pictures, each with its side.
        caches: keeps the decoded pixels, for all runs.
    """

    def __init__(self, config: RunConfig, listing: Listing, caches: CacheFolder) -> None:
        self.config = config
        self.listing = listing
        self.classes = listing.classes
        self.preprocessing = backbone_named(config.model.backbone).preprocessing
        self.caches = caches
        self._pixels: PixelCache | None = None
        self.train = Pictures(self, "train")
        self.validation = Pictures(self, "validation")

    def prepare(self, *, with_weights: bool) -> Iterator[PhaseProgressed]:
        """Download the weights if asked and decode the pictures, each only if that was not done before."""
        for done, total in provide_weights(self.config.model) if with_weights else ():
            yield PhaseProgressed(phase="download", done=done, total=total, unit="bytes")
        for done, total in PixelCache.build(self.listing, self.preprocessing, self.caches.folder / "pixels"):
            yield PhaseProgressed(phase="pixels", done=done, total=total, unit="examples")

    def pixels(self, position: int) -> NDArray[np.uint8]:
        """Pixels (H, W, 3) of the picture at a position of the listing, its short side resized."""
        if self._pixels is None:
            self._pixels = PixelCache.open(self.listing, self.preprocessing, self.caches.folder / "pixels")
        pixels: NDArray[np.uint8] = self._pixels[position]
        return pixels

    def pretrained(self) -> Network:
        """The pretrained backbone with a random head."""
        return load_pretrained(self.config.model, len(self.classes), seed=self.config.seed)

    def empty(self) -> Network:
        """The same architecture with random weights."""
        return build_network(self.config.model.backbone, len(self.classes), seed=self.config.seed)


def picture_view(path: Path, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """What the network sees of a picture file when it is evaluated: uint8 (crop, crop, 3).

    Raises:
        UnreadablePictureError: the file is gone or cannot be decoded.
    """
    return center_crop(resized(decode(path), preprocessing.resize, preprocessing.interpolation), preprocessing.crop)


def normalised(views_NHWC: NDArray[np.uint8], preprocessing: Preprocessing) -> Tensor:
    """Network inputs float32 (N, C, H, W), channels last in memory: (value / 255 − mean) / std."""
    mean, std = torch.tensor(preprocessing.mean), torch.tensor(preprocessing.std)
    scaled_NHWC = torch.from_numpy(views_NHWC).float().mul_(1 / (255 * std)).sub_(mean / std)
    return scaled_NHWC.permute(0, 3, 1, 2)
