"""Which pictures are nearly the same: copies, other sizes and qualities of one picture, shots that hardly differ.

Shape legend: N pictures, B bytes of a hash, W words of a hash, C pictures in a chunk.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sftviz.caches import CacheFolder
from sftviz.data.decode import opened
from sftviz.data.listing import Listing, Picture
from sftviz.data.noting import note_pictures, read_notes
from sftviz.errors import DataError
from sftviz.results import IntArray

_SIDE = 16
_NUM_BYTES = _SIDE * _SIDE // 8
_KIND = f"hashes/{_SIDE}"
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
    return note_pictures(listing, cache, _KIND, _NUM_BYTES, _hash)


def near_duplicates(listing: Listing, cache: CacheFolder) -> IntArray:
    """A number for each picture that all its near-duplicates share, also across classes; int64 (N,).

    Pictures that are joined by a chain of near-duplicates count as one group.

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: the hashes do not fit into the cache.
    """
    for _ in hash_pictures(listing, cache):
        pass
    hashes = read_notes(listing, cache, _KIND)
    if hashes is None:
        raise DataError("The cache was cleared just now; try again.")
    return grouped(hashes.reshape(-1, _NUM_BYTES))


def grouped(hashes_NB: NDArray[np.uint8]) -> IntArray:
    """Numbers of the groups of hashes that are joined by few differing bits; int64 (N,)."""
    groups_N: IntArray = np.arange(len(hashes_NB))
    for near, other in near_pairs(hashes_NB, hashes_NB):
        groups_N = joined(groups_N, near, other)
    return groups_N


def near_pairs(
    hashes_NB: NDArray[np.uint8], others_NB: NDArray[np.uint8]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Pairs of pictures, the first not behind the second, of which few bits differ.

    Few are a tenth of all bits at most, and a third of those that are set in either: of drawings on a plain ground most
    bits are 0 whatever they show.

    Args:
        hashes_NB: of the first of each pair.
        others_NB: of the second: the same hashes, or those of the pictures mirrored.

    Yields:
        Places of the firsts and of the seconds, of some pairs at a time.
    """
    words, others = (np.ascontiguousarray(each).view(np.uint64) for each in (hashes_NB, others_NB))
    for start in range(0, len(words), _CHUNK):
        ours = words[start : start + _CHUNK]
        near, other = _near(ours, others[start:])
        is_ordered = near <= other
        yield near[is_ordered] + start, other[is_ordered] + start


def _near(ours_CW: NDArray[np.uint64], all_NW: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    # As set = (ours + theirs + differing) / 2, a third of the set bits is a fifth of the bits of both.
    num_ours, num_all = (np.bitwise_count(words).sum(axis=1, dtype=np.uint16) for words in (ours_CW, all_NW))
    most_CN = np.minimum((num_ours[:, None] + num_all) // (2 * _OF_SET - 1), _MOST_DIFFERING_BITS)
    # Half of the bits rules nearly all pairs out; only the rest is looked at in full.
    half_CN = sum(np.bitwise_count(ours_CW[:, None, word] ^ all_NW[:, word]) for word in range(ours_CW.shape[1] // 2))
    near, other = np.nonzero(half_CN <= most_CN)
    differing = np.bitwise_count(ours_CW[near] ^ all_NW[other]).sum(axis=1, dtype=np.int64)
    is_near = differing <= most_CN[near, other]
    return near[is_near], other[is_near]


def joined(groups_N: IntArray, row: NDArray[np.intp], column: NDArray[np.intp]) -> IntArray:
    """Groups after more links; one link a picture stands for those before, so that memory stays small."""
    _, first, place_N = np.unique(groups_N, return_index=True, return_inverse=True)
    everyone = np.arange(len(groups_N))
    rows, columns = np.concatenate([everyone, row]), np.concatenate([first[place_N], column])
    links = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(len(groups_N), len(groups_N)))
    numbers: NDArray[np.int32] = connected_components(links, directed=False)[1]
    return numbers.astype(np.int64)


def _hash(data: bytes, picture: Picture) -> bytes:
    return difference_hash(opened(data, picture.path)).tobytes()
