"""Every picture decoded once: 8-bit pixels at the size of the network's preprocessing, mapped from disk."""

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sftviz.caches import CacheFolder
from sftviz.data.decode import opened
from sftviz.data.listing import Listing, Picture
from sftviz.data.lost import read_as_scanned
from sftviz.data.parallel import in_threads
from sftviz.data.views import fitted, fitted_size
from sftviz.errors import DataError
from sftviz.models.catalogue import Preprocessing


class PixelCache:
    """The resized pixels of a listing's pictures, by their place in `listing.pictures`.

    The file holds the pictures one after the other and nothing else: their places follow from the listing.
    """

    def __init__(self, pixels: NDArray[np.uint8], places: "_Places") -> None:
        self._pixels = pixels
        self._places = places

    @staticmethod
    def needed_bytes(listing: Listing, preprocessing: Preprocessing) -> int:
        """What `build` takes of the disk."""
        return _Places(listing, preprocessing).num_bytes

    @staticmethod
    def build(listing: Listing, preprocessing: Preprocessing, cache: CacheFolder) -> Iterator[tuple[int, int]]:
        """Decode all pictures into a file of the cache; nothing is done where it is there already.

        The work happens as the result is walked through. What a walk that stopped early has done is kept, and what
        somebody else is doing meanwhile is waited for.

        Yields:
            Pictures done, and pictures in all.

        Raises:
            LostPictureError: a picture has changed or gone since the scan; what was decoded before it is kept.
            DataError: the disk is full.
            CacheFullError: the pictures do not fit into the cache.
        """
        name, places = _name(listing, preprocessing), _Places(listing, preprocessing)
        if places.are_filled_by(cache.find(name)):
            return
        total = len(listing.pictures)
        try:
            for num_bytes in cache.awaited(name):
                yield places.num_whole(num_bytes), total
            with cache.growing(name, places.num_bytes) as file:
                first = places.num_whole(file.position)
                file.rewind(places.start(first))
                pixels = in_threads(partial(_pixels, listing.root, preprocessing), listing.pictures[first:])
                for done, picture in enumerate(pixels, start=first + 1):
                    file.write(picture)
                    yield done, total
        except OSError as error:
            raise DataError(f"The decoded pictures could not be stored: {error.strerror}.") from error

    @classmethod
    def open(cls, listing: Listing, preprocessing: Preprocessing, cache: CacheFolder) -> "PixelCache":
        """Map the file that `build` wrote; it stays readable when the cache is cleared meanwhile.

        Raises:
            DataError: there is none, or it is not complete.
        """
        file, places = cache.find(_name(listing, preprocessing)), _Places(listing, preprocessing)
        if file is None or not places.are_filled_by(file):
            raise DataError(f"The pixels of the data set {listing.identity} are not prepared yet; prepare them first.")
        return cls(np.memmap(file, np.uint8, "r"), places)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        """The pixels of one picture: a read-only view uint8 (height, width, 3)."""
        start, end = self._places.start(index), self._places.start(index + 1)
        return np.asarray(self._pixels[start:end]).reshape(self._places.shape(index))


class _Places:
    """Where each picture lies in the file: a few bytes a picture, for listings can be long."""

    def __init__(self, listing: Listing, preprocessing: Preprocessing) -> None:
        sizes = (fitted_size(picture.height, picture.width, preprocessing) for picture in listing.pictures)
        self._sizes = np.fromiter(sizes, np.dtype((np.int32, 2)), len(listing.pictures))
        self._starts = np.concatenate([[0], np.cumsum(3 * self._sizes.prod(axis=1, dtype=np.int64))])

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def num_bytes(self) -> int:
        return self.start(len(self))

    def start(self, index: int) -> int:
        return int(self._starts[index])

    def shape(self, index: int) -> tuple[int, int, int]:
        height, width = self._sizes[index].tolist()
        return height, width, 3

    def num_whole(self, num_bytes: int) -> int:
        """How many pictures lie wholly within the first bytes."""
        return int(np.searchsorted(self._starts, num_bytes, side="right")) - 1

    def are_filled_by(self, file: Path | None) -> bool:
        return file is not None and file.exists() and file.stat().st_size == self.num_bytes


def _name(listing: Listing, preprocessing: Preprocessing) -> str:
    # Named for what it holds and in which order: two listings of the same pictures may differ in that.
    contents = hashlib.sha256("".join(picture.sha256 for picture in listing.pictures).encode()).hexdigest()[:16]
    size = preprocessing.resize if preprocessing.fit == "crop" else f"{preprocessing.fit}-{preprocessing.crop}"
    return f"pixels/{contents}-{size}-{preprocessing.interpolation}.bin"


def _pixels(root: Path, preprocessing: Preprocessing, picture: Picture) -> bytes:
    return fitted(opened(read_as_scanned(root, picture), picture.path), preprocessing).tobytes()
