"""Every picture decoded once: 8-bit pixels at the size of the network's preprocessing, mapped from disk."""

import hashlib
from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sftviz.data.decode import decode_bytes, read
from sftviz.data.listing import Listing, Picture
from sftviz.data.names import shown
from sftviz.data.parallel import in_threads
from sftviz.data.pixels import resized, resized_size
from sftviz.durable import TEMPORARY_SUFFIX, remove_leftovers, replacing
from sftviz.errors import DataError, UnreadablePictureError
from sftviz.models.catalogue import Preprocessing


class PixelCache:
    """The resized pixels of a listing's pictures, by their place in `listing.pictures`.

    The file holds the pictures one after the other and nothing else: their sizes follow from the listing.
    """

    def __init__(self, pixels: NDArray[np.uint8], shapes: list[tuple[int, int, int]]) -> None:
        self._pixels = pixels
        self._shapes = shapes
        self._offsets = list(accumulate((height * width * 3 for height, width, _ in shapes), initial=0))

    @staticmethod
    def build(listing: Listing, preprocessing: Preprocessing, folder: Path) -> Iterator[tuple[int, int]]:
        """Decode all pictures into a file of `folder`; nothing is done where it is there already.

        The work happens as the result is walked through, and is lost if the walk stops early.

        Yields:
            Pictures done, and pictures in all.

        Raises:
            DataError: a picture has changed or gone since the scan, or the disk is full.
        """
        file = _file(listing, preprocessing, folder)
        if _is_complete(file, _shapes(listing, preprocessing)):
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            remove_leftovers(folder.glob(f"*{TEMPORARY_SUFFIX}"))
            with replacing(file) as target:
                pixels = in_threads(partial(_pixels, listing.root, preprocessing), listing.pictures)
                for done, picture in enumerate(pixels, start=1):
                    target.write(picture)
                    yield done, len(listing.pictures)
        except OSError as error:
            raise DataError(f"The decoded pictures could not be stored: {error.strerror}.") from error

    @classmethod
    def open(cls, listing: Listing, preprocessing: Preprocessing, folder: Path) -> "PixelCache":
        """Map the file that `build` wrote.

        Raises:
            DataError: there is none, or it is not complete.
        """
        file = _file(listing, preprocessing, folder)
        shapes = _shapes(listing, preprocessing)
        if not _is_complete(file, shapes):
            raise DataError(f"The pixels of the data set {listing.identity} are not prepared yet; prepare them first.")
        return cls(np.memmap(file, np.uint8, "r"), shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        """The pixels of one picture: a read-only view uint8 (height, width, 3)."""
        start, end = self._offsets[index], self._offsets[index + 1]
        return np.asarray(self._pixels[start:end]).reshape(self._shapes[index])


def _file(listing: Listing, preprocessing: Preprocessing, folder: Path) -> Path:
    # Named for what it holds and in which order: two listings of the same pictures may differ in that.
    contents = hashlib.sha256("".join(picture.sha256 for picture in listing.pictures).encode()).hexdigest()[:16]
    return folder / f"{contents}-{preprocessing.resize}-{preprocessing.interpolation}.bin"


def _shapes(listing: Listing, preprocessing: Preprocessing) -> list[tuple[int, int, int]]:
    return [(*resized_size(picture.height, picture.width, preprocessing.resize), 3) for picture in listing.pictures]


def _is_complete(file: Path, shapes: list[tuple[int, int, int]]) -> bool:
    try:
        return file.stat().st_size == sum(height * width * 3 for height, width, _ in shapes)
    except OSError:
        return False


def _pixels(root: Path, preprocessing: Preprocessing, picture: Picture) -> bytes:
    try:
        data = read(root / picture.path)
    except UnreadablePictureError as error:
        raise DataError(f"{error} It was there at the scan; put it back, or scan the folder again.") from error
    if hashlib.sha256(data).hexdigest() != picture.sha256:
        raise DataError(f"The file {shown(picture.path)} has changed since the scan; scan the folder again.")
    return resized(decode_bytes(data, picture.path), preprocessing.resize, preprocessing.interpolation).tobytes()
