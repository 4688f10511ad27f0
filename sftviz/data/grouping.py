"""Which pictures of a listing belong together: on one side of a split, in one fold.

A scan notes it in the listing. `hash_pictures` and `near_duplicates` look for it only in listings from before that: of
old runs, and of data sets whose pictures were not added again since.

Shape legend: N pictures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sftviz.caches import CacheFolder
from sftviz.data.decode import opened
from sftviz.data.listing import Listing, Picture
from sftviz.data.noting import note_pictures, read_notes
from sftviz.data.perceptual import SIGNATURE, joined, near_groups, signature_of
from sftviz.errors import DataError
from sftviz.results import IntArray

_KIND = "hashes/1"


def with_groups(pictures: Sequence[Picture], signatures_N: NDArray[np.void]) -> tuple[Picture, ...]:
    """The pictures, each with the number of its group: exact copies and near-duplicates, also across classes."""
    groups = _same_or_near(pictures, signatures_N).tolist()
    return tuple(replace(picture, group=group) for picture, group in zip(pictures, groups, strict=True))


def known_groups(listing: Listing) -> IntArray:
    """The group of each picture as far as its listing knows; int64 (N,).

    Where nobody looked for near-duplicates, those are exact copies.
    """
    if listing.is_grouped:
        return np.array([picture.group for picture in listing.pictures], dtype=np.int64)
    return _numbers([picture.sha256 for picture in listing.pictures])


def hash_pictures(listing: Listing, cache: CacheFolder) -> Iterator[tuple[int, int]]:
    """Note what is compared of all pictures in a file of the cache, where neither it nor the listing has it.

    Yields:
        Pictures done, and pictures in all.

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: it does not fit into the cache.
    """
    if not listing.is_grouped:
        yield from note_pictures(listing, cache, _KIND, SIGNATURE.itemsize, _sign)


def near_duplicates(listing: Listing, cache: CacheFolder) -> IntArray:
    """The group of each picture, looked for where its listing does not know; int64 (N,).

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: what is compared does not fit into the cache.
    """
    if listing.is_grouped:
        return known_groups(listing)
    for _ in hash_pictures(listing, cache):
        pass
    notes = read_notes(listing, cache, _KIND)
    if notes is None:
        raise DataError("The cache was cleared just now; try again.")
    return _same_or_near(listing.pictures, notes.view(SIGNATURE))


def _same_or_near(pictures: Sequence[Picture], signatures_N: NDArray[np.void]) -> IntArray:
    contents_N = _numbers([picture.sha256 for picture in pictures])
    _, first, place_N = np.unique(contents_N, return_index=True, return_inverse=True)
    return joined(near_groups(signatures_N), np.arange(len(contents_N)), first[place_N])


def _numbers(keys: Sequence[str]) -> IntArray:
    """Equal numbers for equal keys."""
    numbers: IntArray = np.unique(np.array(keys, dtype=np.str_), return_inverse=True)[1].astype(np.int64)
    return numbers


def _sign(data: bytes, picture: Picture) -> bytes:
    return signature_of(opened(data, picture.path)).tobytes()
