"""Which pictures are nearly the same: copies, other sizes and qualities of one picture, shots that hardly differ.

Shape legend: N pictures, B bytes of a hash, W words of a hash, C pictures in a chunk.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sftviz.data.parallel import in_threads
from sftviz.results import IntArray

_SIDE = 16
# A tenth of the bits. Of the sample's pictures, two that only look alike differ in 39 and more; what is left of one
# after strong compression, at half its size or cropped by a fiftieth differs in 24 and less, nine times in ten.
_MOST_DIFFERING_BITS = 26
# A third: the sample's copies differ in 0.28 of the bits that are set in either and less, all others in 0.5 and more.
_OF_SET = 3
_CHUNK = 64
# Hashes say where a picture is brighter than beside it, not by how much: a hand before one wall is like another hand.
# So cells of 8 × 8 must be as bright, too: of real copies (half the size, strong compression) no cell differs by more
# than 0.45 standard deviations, and of 2,062 hand signs 129 pairs with like hashes differ by 0.5 and more.
_MOST_CELL_DIFFERENCE = 0.45
_MOST_AT_ONCE = 2**16
_CELLS = 8
_LEAST_DEVIATION = 1e-6  # of a picture of one tone: far below a grey level
_PLAIN = 0.05  # from the darkest to the brightest of 32 × 32 places: hardly visible on any screen

# A field a line:
# - hashes of the picture, and of the picture mirrored;
# - brightness in 8 × 8 cells, less the mean, in standard deviations;
# - whether nothing is to be seen on it.
SIGNATURE = np.dtype(
    [
        *(("hash", np.uint8, _SIDE * _SIDE // 8), ("mirrored", np.uint8, _SIDE * _SIDE // 8)),
        ("cells", np.float16, (_CELLS, _CELLS)),
        ("is_plain", np.bool_),
    ]
)


def difference_hash(image: Image.Image) -> NDArray[np.uint8]:
    """For each of 16 × 16 places whether it is brighter than the one to its left, whatever the size and brightness.

    Source: Krawetz 2013, "Kind of like that" (dHash), with 256 bits instead of 64.

    Returns:
        uint8 (32,), eight bits a byte.
    """
    small = np.asarray(image.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX))
    return np.packbits(small[:, 1:] > small[:, :-1])


def signature_of(image: Image.Image) -> NDArray[np.void]:
    """What is compared of a picture, `SIGNATURE` ()."""
    grey = image.convert("L")
    small = np.asarray(grey.resize((4 * _CELLS, 4 * _CELLS), Image.Resampling.BOX), np.float32) / np.float32(255)
    cells = (small - small.mean()).reshape(_CELLS, 4, _CELLS, 4).mean(axis=(1, 3))
    signature = np.zeros((), SIGNATURE)
    signature["hash"] = difference_hash(grey)
    signature["mirrored"] = difference_hash(grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    signature["cells"] = cells / np.float32(max(float(small.std()), _LEAST_DEVIATION))
    signature["is_plain"] = float(np.ptp(small)) < _PLAIN
    return signature


def near_groups(signatures_N: NDArray[np.void]) -> IntArray:
    """A number for each picture that all its near-duplicates share, mirrored ones included; int64 (N,).

    Pictures that are joined by a chain of near-duplicates count as one group. Plain ones all look alike, and each is a
    group of its own.

    Args:
        signatures_N: `SIGNATURE` (N,), as `signature_of` makes them.
    """
    groups_N: IntArray = np.arange(len(signatures_N))
    hashes, cells = signatures_N["hash"], signatures_N["cells"].astype(np.float32)
    is_plain = signatures_N["is_plain"]
    for own_hashes, own_cells in ((hashes, cells), (signatures_N["mirrored"], cells[:, :, ::-1])):
        for near, other in near_pairs(own_hashes, hashes):
            # Those that a chain has joined already need not be looked at again: of many alike, nearly all.
            is_pair = (near < other) & ~is_plain[near] & ~is_plain[other] & (groups_N[near] != groups_N[other])
            one, two = near[is_pair], other[is_pair]
            for start in range(0, len(one), _MOST_AT_ONCE):
                part = slice(start, start + _MOST_AT_ONCE)
                differing = np.abs(own_cells[one[part]] - cells[two[part]]).max(axis=(1, 2))
                is_copy = differing <= _MOST_CELL_DIFFERENCE
                groups_N = joined(groups_N, one[part][is_copy], two[part][is_copy])
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

    def of_chunk(start: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        near, other = _near(words[start : start + _CHUNK], others[start:])
        is_ordered = near <= other
        return near[is_ordered] + start, other[is_ordered] + start

    yield from in_threads(of_chunk, range(0, len(words), _CHUNK))


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
