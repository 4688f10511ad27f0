"""What each picture looks like, as a few numbers: decoded once, and everything that the audit says rests on them.

Shape legend: H and W rows and columns of a small picture, N pictures.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import laplace

from sftviz.audit.headers import header_of
from sftviz.caches import CacheFolder
from sftviz.data.decode import opened
from sftviz.data.listing import Listing, Picture
from sftviz.data.noting import has_notes, note_pictures, read_notes
from sftviz.data.perceptual import SIGNATURE, signature_of
from sftviz.results import FloatArray

# A field a line:
# - what is compared with other pictures;
# - mean and standard deviation of the brightness, its first and last hundredth, and the mean saturation, in [0, 1];
# - how sharp the sharpest part is, as a natural logarithm;
# - the mean colour of the outer ring, RGB in [0, 1];
# - the file's bytes, its format and peculiarities (as `Header` has them), and the camera that it names.
LOOK = np.dtype(
    [
        ("signature", SIGNATURE),
        *((name, np.float32) for name in ("brightness", "contrast", "darkest", "brightest", "saturation")),
        ("sharpness", np.float32),
        ("border", np.float32, 3),
        *(("file_bytes", np.uint32), ("format", np.uint8), ("peculiarities", np.uint8), ("camera", "S40")),
    ]
)
Looks = NDArray[np.void]

_KIND = "looks/2"
_LONG_SIDE = 256  # about what networks see of a picture; blur that vanishes at this size harms nobody
_TILES = 4  # a sharp subject before a soft ground fills one of 4 × 4 parts at least
_BORDER = 0.05  # of each side
_GREY = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow converts
_LEAST_VARIANCE = 1e-6  # of a plain picture: a quarter of a grey level


def look_at(listing: Listing, cache: CacheFolder) -> Iterator[tuple[int, int]]:
    """Measure all pictures into a file of the cache; nothing is done where it is there already.

    Yields:
        Pictures done, and pictures in all.

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: the numbers do not fit into the cache.
    """
    return note_pictures(listing, cache, _KIND, LOOK.itemsize, _look)


def has_looked_at(listing: Listing, cache: CacheFolder) -> bool:
    """Whether `look_at` has nothing left to do."""
    return has_notes(listing, cache, _KIND)


def looks_of(listing: Listing, cache: CacheFolder) -> Looks | None:
    """What was measured of the pictures, `LOOK` (N,); None where it was not, or is not kept any more."""
    content = read_notes(listing, cache, _KIND)
    return None if content is None else content.view(LOOK)


def _look(data: bytes, picture: Picture) -> bytes:
    image, header = opened(data, picture.path), header_of(data)
    scale = min(1.0, _LONG_SIDE / max(image.size))
    size = (max(1, round(scale * image.width)), max(1, round(scale * image.height)))
    small = image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    pixels_HW3 = np.asarray(small, np.float32) / np.float32(255)
    grey_HW = np.matmul(pixels_HW3, _GREY, dtype=np.float32)
    darkest, brightest = np.quantile(grey_HW, [0.01, 0.99])
    look = np.zeros((), LOOK)
    look["signature"] = signature_of(image)
    look["brightness"], look["contrast"] = grey_HW.mean(), grey_HW.std()
    look["darkest"], look["brightest"] = darkest, brightest
    look["saturation"] = _saturation(pixels_HW3)
    look["sharpness"] = _sharpness(grey_HW)
    look["border"] = _border(pixels_HW3)
    look["file_bytes"], look["format"] = len(data), header.format
    look["peculiarities"], look["camera"] = header.peculiarities, header.camera
    return look.tobytes()


def _sharpness(grey_HW: FloatArray) -> float:
    """Variance of the Laplacian in the sharpest part, over the variance of the whole: contrast does not matter.

    Source: Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy" (of the whole picture).
    """
    edges_HW = laplace(grey_HW, mode="nearest")
    parts = (tile for row in np.array_split(edges_HW, _TILES) for tile in np.array_split(row, _TILES, axis=1))
    sharpest = max(float(part.var()) for part in parts if part.size)
    return float(np.log(max(sharpest, _LEAST_VARIANCE**2) / max(float(grey_HW.var()), _LEAST_VARIANCE)))


def _saturation(pixels_HW3: FloatArray) -> float:
    most_HW, least_HW = pixels_HW3.max(axis=-1), pixels_HW3.min(axis=-1)
    return float(((most_HW - least_HW) / np.maximum(most_HW, 1 / 255)).mean())


def _border(pixels_HW3: FloatArray) -> FloatArray:
    height, width, _ = pixels_HW3.shape
    rows, columns = max(1, round(_BORDER * height)), max(1, round(_BORDER * width))
    is_ring_HW = np.ones((height, width), np.bool_)
    is_ring_HW[rows : height - rows, columns : width - columns] = False
    mean: FloatArray = pixels_HW3[is_ring_HW].mean(axis=0)
    return mean
