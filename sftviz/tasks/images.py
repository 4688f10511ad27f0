"""Image classification: the first task, and the only module of training that knows what a picture is.

Shape legend: N pictures, C channels, H and W rows and columns.
"""

import hashlib
import json
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict
from functools import cached_property
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sftviz.attribution.watched import WatchedPictures
from sftviz.caches import CacheFolder
from sftviz.config import RunConfig
from sftviz.data.augment import training_view
from sftviz.data.decode import decode_bytes
from sftviz.data.listing import Listing, Picture, Rejection, Side
from sftviz.data.lost import look_for_lost, read_as_scanned, without_lost
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.pixels import center_crop
from sftviz.data.views import view_of_pixels
from sftviz.errors import DataError, LostPictureError
from sftviz.events import ExamplesSkipped, PhaseProgressed
from sftviz.models.build import build_network
from sftviz.models.catalogue import preprocessing_for
from sftviz.models.network import Network
from sftviz.models.weights import load_pretrained, provide_weights
from sftviz.results import FloatArray, IntArray
from sftviz.seeding import draw
from sftviz.tasks.network_inputs import network_inputs


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
        """The same of each picture, decoded anew.

        Raises:
            DataError: one of them has changed or gone since the scan.
        """
        try:
            return self._task.from_files([self._pictures[self._positions[index]] for index in indices])
        except LostPictureError as error:
            raise DataError(
                f"{error.reason} It belongs to the test set, which stays closed; put it back as it was at the scan."
            ) from error


class ImageClassification:
    """A folder of pictures opened for one run.

    Args:
        config: what is asked.
        listing: the pictures, each with its side.
        caches: keeps the decoded pixels, for all runs.
    """

    def __init__(self, config: RunConfig, listing: Listing, caches: CacheFolder) -> None:
        self.config = config
        self.classes = listing.classes
        self.preprocessing = preprocessing_for(config)
        self.caches = caches
        self._take(listing)

    def _take(self, listing: Listing) -> None:
        """Have these pictures and no others."""
        self._with_test = listing
        self.listing = listing.without_test()
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
        """The first training pictures that are there, decoded from their files: float32 (N, C, H, W)."""
        train = self.listing.side("train")
        try:
            return self.from_files(train[:count])
        except LostPictureError:
            verdicts = zip(train, look_for_lost(self.listing.root, train), strict=True)
            present = list(islice((picture for picture, lost in verdicts if lost is None), count))
            if not present:
                raise
        return self.from_files(present)

    def from_files(self, pictures: Sequence[Picture]) -> Tensor:
        """Pictures as they are evaluated, decoded from their files: float32 (N, C, H, W).

        Raises:
            LostPictureError: one of them has changed or gone since the scan.
        """

        def view(picture: Picture) -> NDArray[np.uint8]:
            pixels = decode_bytes(read_as_scanned(self.listing.root, picture), picture.path)
            return view_of_pixels(pixels, self.preprocessing)

        return network_inputs(view, pictures, self.preprocessing)

    def prepare(self, settle: Callable[[str], None] | None = None, /) -> Iterator[PhaseProgressed | ExamplesSkipped]:
        """Decode the pictures, unless that was done before; a few that are lost are left out where that can be settled.

        Raises:
            LostPictureError: one is lost, and all are needed.
            DataError: too many are lost.
        """
        if skipped := {each.path: each.reason for each in self.listing.skipped}:
            counts = {"num_train": len(self.train.names), "num_validation": len(self.validation.names)}
            yield ExamplesSkipped(examples=skipped, **counts)
        try:
            for done, total in PixelCache.build(self.listing, self.preprocessing, self.caches):
                yield PhaseProgressed(phase="pixels", done=done, total=total, unit="examples")
        except LostPictureError:
            if settle is None or not (lost := (yield from self._lost())):
                raise
            left = without_lost(self._with_test, lost)
            settle(left.to_json())
            self._take(left)
            yield from self.prepare(settle)
        else:
            # Mapped at once: from here on it does not matter whether somebody clears the cache.
            self._pixels = PixelCache.open(self.listing, self.preprocessing, self.caches)

    def _lost(self) -> Generator[PhaseProgressed, None, list[Rejection]]:
        """Look through all pictures, not to fail over one after the other."""
        lost, pictures = [], self.listing.pictures
        for done, verdict in enumerate(look_for_lost(self.listing.root, pictures), start=1):
            lost += [] if verdict is None else [verdict]
            yield PhaseProgressed(phase="checking", done=done, total=len(pictures), unit="examples")
        return lost

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
