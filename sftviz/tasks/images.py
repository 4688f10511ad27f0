"""Image classification: the first task, and the only module of training that knows what a picture is.

Shape legend: N pictures, C channels, H and W rows and columns.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cached_property
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sftviz.attribution.watched import WatchedPictures
from sftviz.caches import CacheFolder
from sftviz.config import RunConfig
from sftviz.data.augment import training_view
from sftviz.data.listing import Listing, Picture, Side
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.pixels import center_crop
from sftviz.data.views import picture_view
from sftviz.events import PhaseProgressed
from sftviz.models.build import build_network
from sftviz.models.catalogue import Preprocessing, preprocessing_for
from sftviz.models.network import Network
from sftviz.models.weights import load_pretrained, provide_weights
from sftviz.results import FloatArray, IntArray
from sftviz.seeding import draw

Item = TypeVar("Item")

_VIEWERS = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="views")  # Pillow and NumPy work side by side


class Pictures:
    """One side of a picture data set, read from the pixel cache."""

    def __init__(self, task: "ImageClassification", pictures: Sequence[Picture], side: Side) -> None:
        self._task = task
        self._pictures = pictures
        self._positions = [index for index, picture in enumerate(pictures) if picture.side == side]
        self.names = tuple(pictures[index].path for index in self._positions)
        self.labels_N: IntArray = np.array([pictures[index].label for index in self._positions], dtype=np.int64)
        self.is_varied = side == "train" and task.config.data.augment

    @cached_property
    def fingerprint(self) -> str:
        """Stands for the pictures' content in their order, their preparation, and how views are drawn."""
        contents = [self._pictures[position].sha256 for position in self._positions]
        facts = [contents, asdict(self._task.preprocessing), self._task.config.seed if self.is_varied else None]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def evaluation_batch(self, indices: Sequence[int]) -> Tensor:
        """The middle of each picture, normalised: float32 (N, C, H, W), channels last in memory."""
        task = self._task
        return network_inputs(
            lambda index: center_crop(task.pixels(self._positions[index]), task.preprocessing.crop),
            indices,
            task.preprocessing,
        )

    def training_batch(self, indices: Sequence[int], view: int) -> Tensor:
        """A random view of each picture, the same one for the same seed, number and picture."""
        if not self.is_varied:
            return self.evaluation_batch(indices)
        return network_inputs(lambda index: self._training_view(index, view), indices, self._task.preprocessing)

    def _training_view(self, index: int, view: int) -> NDArray[np.uint8]:
        key = draw(self._task.config.seed, "augment", view, index)
        return training_view(self._task.pixels(self._positions[index]), self._task.preprocessing.crop, key)


class HeldOutPictures(Pictures):
    """Pictures that are no part of the pixel cache: read from their files, once, if ever."""

    def evaluation_batch(self, indices: Sequence[int]) -> Tensor:
        """The same of each picture, decoded anew."""
        return self._task.from_files([self._pictures[self._positions[index]] for index in indices])


class ImageClassification:
    """A folder of pictures opened for one run.

    Args:
        config: what is asked.
        listing: the pictures, each with its side.
        caches: keeps the decoded pixels, for all runs.
    """

    def __init__(self, config: RunConfig, listing: Listing, caches: CacheFolder) -> None:
        self.config = config
        self.listing = listing.without_test()
        self.classes = listing.classes
        self.preprocessing = preprocessing_for(config)
        self.caches = caches
        self._pixels: PixelCache | None = None
        self.train = Pictures(self, self.listing.pictures, "train")
        self.validation = Pictures(self, self.listing.pictures, "validation")
        self.test = HeldOutPictures(self, listing.pictures, "test")

    @property
    def prepared_bytes(self) -> int:
        """What the decoded pictures take of the disk."""
        return PixelCache.needed_bytes(self.listing, self.preprocessing)

    def fetch_weights(self) -> Iterator[PhaseProgressed]:
        """Download the weights, unless they are bundled or were downloaded before."""
        for done, total in provide_weights(self.config.model):
            yield PhaseProgressed(phase="download", done=done, total=total, unit="bytes")

    def trial_inputs(self, count: int) -> Tensor:
        """The first training pictures, decoded from their files: float32 (N, C, H, W)."""
        return self.from_files(self.listing.side("train")[:count])

    def from_files(self, pictures: Sequence[Picture]) -> Tensor:
        """Pictures as they are evaluated, decoded from their files: float32 (N, C, H, W)."""
        return network_inputs(
            lambda picture: picture_view(self.listing.root / picture.path, self.preprocessing),
            pictures,
            self.preprocessing,
        )

    def prepare(self) -> Iterator[PhaseProgressed]:
        """Decode the pictures, unless that was done before."""
        for done, total in PixelCache.build(self.listing, self.preprocessing, self.caches):
            yield PhaseProgressed(phase="pixels", done=done, total=total, unit="examples")
        # Mapped at once: from here on it does not matter whether somebody clears the cache.
        self._pixels = PixelCache.open(self.listing, self.preprocessing, self.caches)

    def pixels(self, position: int) -> NDArray[np.uint8]:
        """Pixels (H, W, 3) of the picture at a position of the listing, fitted to the network."""
        if self._pixels is None:
            self._pixels = PixelCache.open(self.listing, self.preprocessing, self.caches)
        pixels: NDArray[np.uint8] = self._pixels[position]
        return pixels

    def pretrained(self) -> Network:
        """The pretrained backbone with a random head."""
        return load_pretrained(self.config.model, len(self.classes), seed=self.config.seed)

    def empty(self) -> Network:
        """The same architecture with random weights."""
        return build_network(self.config.model.backbone, len(self.classes), seed=self.config.seed)

    def watch(self, network: Network, indices: Sequence[int]) -> Callable[[], FloatArray]:
        """Makes HiResCAM maps (P, h, w) of validation pictures, at the resolution of the explained layer.

        Raises:
            AttributionError: the network has no layer to explain.
        """
        inputs_NCHW = self.validation.evaluation_batch(indices)
        labels_N = torch.from_numpy(self.validation.labels_N[list(indices)])
        return WatchedPictures(network, inputs_NCHW, labels_N).maps


def network_inputs(
    view_of: Callable[[Item], NDArray[np.uint8]], items: Sequence[Item], preprocessing: Preprocessing
) -> Tensor:
    """What a network takes in: (value / 255 − mean) / std of a view of each item, several of them at a time.

    Args:
        view_of: makes the view uint8 (crop, crop, 3) of an item; called in other threads.
        items: N of them.
        preprocessing: of the network.

    Returns:
        float32 (N, C, H, W), channels last in memory.
    """
    size = preprocessing.crop
    mean, std = (np.array(values, np.float32) for values in (preprocessing.mean, preprocessing.std))
    # Whole rows at once are several times faster than the three channels of each pixel.
    scale_WC, shift_WC = np.tile(1 / (255 * std), size), np.tile(mean / std, size)
    inputs_NHWC = np.empty((len(items), size, size, 3), np.float32)

    def fill(place: int) -> None:
        rows = inputs_NHWC[place].reshape(size, -1)
        np.multiply(view_of(items[place]).reshape(size, -1), scale_WC, out=rows)
        rows -= shift_WC

    for _ in _VIEWERS.map(fill, range(len(items))):
        pass
    return torch.from_numpy(inputs_NHWC).permute(0, 3, 1, 2)
