"""Which pictures are nearly the same: copies, other sizes and qualities of one picture, shots that hardly differ.

Shape legend: N pictures, B bytes of a hash, C pictures in a chunk.
"""

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sftviz.caches import CacheFolder
from sftviz.data.decode import opened, read
from sftviz.data.listing import Listing, Picture
from sftviz.data.parallel import in_threads
from sftviz.errors import DataError
from sftviz.results import IntArray

_SIDE = 16
_NUM_BYTES = _SIDE * _SIDE // 8
# A tenth of the bits. Of the sample's pictures, two that only look alike differ in 39 and more; what is left of one
# after strong compression, at half its size or cropped by a fiftieth differs in 24 and less, nine times in ten.
_MOST_DIFFERING_BITS = 26
# A third: the sample's copies differ in 0.28 of the bits that are set in either and less, all others in 0.5 and more.
_OF_SET = 3
_CHUNK = 256


def difference_hash(image: Image.Image) -> NDArray[np.uint8]:
    """For each of 16 × 16 places whether it is brighter than the one to its left, whatever the size and brightness.

    Source: Krawetz 2013, "Kind of like that" (dHash), with 256 bits instead of 64.

    Returns:
        uint8 (32,), eight bits a byte.
    """
    small = np.asarray(image.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX))
    return np.packbits(small[:, 1:] > small[:, :-1])


def hash_pictures(listing: Listing, cache: CacheFolder) -> Iterator[tuple[int, int]]:
    """Hash all pictures into a file of the cache; nothing is done where it is there already.

    Yields:
        Pictures done, and pictures in all.

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: the hashes do not fit into the cache.
    """
    name, total = _name(listing), len(listing.pictures)
    try:
        for num_bytes in cache.awaited(name):
            yield num_bytes // _NUM_BYTES, total
        with cache.growing(name, total * _NUM_BYTES) as file:
            first = file.position // _NUM_BYTES
            file.rewind(first * _NUM_BYTES)
            hashes = in_threads(partial(_hash, listing.root), listing.pictures[first:])
            for done, content in enumerate(hashes, start=first + 1):
                file.write(content)
                yield done, total
    except OSError as error:
        raise DataError(f"What the pictures look like could not be noted: {error.strerror}.") from error


def near_duplicates(listing: Listing, cache: CacheFolder) -> IntArray:
    """A number for each picture that all its near-duplicates share, also across classes; int64 (N,).

    Pictures that are joined by a chain of near-duplicates count as one group.

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: the hashes do not fit into the cache.
    """
    for _ in hash_pictures(listing, cache):
        pass
    file = cache.find(_name(listing))
    if file is None:
        raise DataError("The cache was cleared just now; try again.")
    return grouped(np.fromfile(file, np.uint8).reshape(-1, _NUM_BYTES))


def grouped(hashes_NB: NDArray[np.uint8]) -> IntArray:
    """Numbers of the groups of hashes that are joined by few differing bits; int64 (N,).

    Few are a tenth of all bits at most, and a third of those that are set in either: of drawings on a plain ground most
    bits are 0 whatever they show.
    """
    words = np.ascontiguousarray(hashes_NB).view(np.uint64)
    groups_N: NDArray[np.integer] = np.arange(len(words))
    for start in range(0, len(words), _CHUNK):
        ours = words[start : start + _CHUNK, None]
        differing_CN = np.bitwise_count(ours ^ words[None]).sum(axis=-1, dtype=np.int16)
        set_CN = np.bitwise_count(ours | words[None]).sum(axis=-1, dtype=np.int16)
        near, other = np.nonzero((differing_CN <= _MOST_DIFFERING_BITS) & (differing_CN * _OF_SET <= set_CN))
        groups_N = _joined(groups_N, near + start, other)
    return groups_N.astype(np.int64)


def _joined(groups_N: NDArray[np.integer], row: NDArray[np.intp], column: NDArray[np.intp]) -> NDArray[np.integer]:
    """Groups after more links; one link a picture stands for those before, so that memory stays small."""
    _, first, place_N = np.unique(groups_N, return_index=True, return_inverse=True)
    everyone = np.arange(len(groups_N))
    rows, columns = np.concatenate([everyone, row]), np.concatenate([first[place_N], column])
    links = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(len(groups_N), len(groups_N)))
    joined: NDArray[np.integer] = connected_components(links, directed=False)[1]
    return joined


def _name(listing: Listing) -> str:
    contents = hashlib.sha256("".join(picture.sha256 for picture in listing.pictures).encode()).hexdigest()[:16]
    return f"hashes/{contents}-{_SIDE}.bin"


def _hash(root: Path, picture: Picture) -> bytes:
    return difference_hash(opened(read(root / picture.path), picture.path)).tobytes()
