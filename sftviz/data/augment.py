"""A fresh look at a picture for each epoch: a random crop, perhaps mirrored."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

AREA_SHARE = (0.5, 1.0)
MAX_CROP_ASPECT = 4 / 3

_TRIES = 10

Box = tuple[int, int, int, int]


def training_view(pixels: NDArray[np.uint8], size: int, key: int) -> NDArray[np.uint8]:
    """Crop at random, mirror every second time, and scale to a square with antialiasing.

    Source: Szegedy et al. 2015, "Going Deeper with Convolutions", section 6, with torchvision's RandomResizedCrop's
    ten tries and fallback, and a gentler area.

    Args:
        pixels: uint8 (height, width, 3).
        size: side of the square, in pixels.
        key: decides everything; the same key gives the same view.

    Returns:
        uint8 (size, size, 3).
    """
    random = np.random.default_rng(key)
    box = _crop(random, *pixels.shape[:2])
    view = np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BILINEAR, box=box))
    return np.ascontiguousarray(view[:, ::-1]) if random.random() < 0.5 else view


def _crop(random: np.random.Generator, height: int, width: int) -> Box:
    """Left, top, right and bottom of the part to be seen."""
    log_aspect = math.log(MAX_CROP_ASPECT)
    for _ in range(_TRIES):
        area = height * width * random.uniform(*AREA_SHARE)
        aspect = math.exp(random.uniform(-log_aspect, log_aspect))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= width and 0 < h <= height:
            left, top = int(random.integers(width - w + 1)), int(random.integers(height - h + 1))
            return left, top, left + w, top + h
    return _middle(height, width)


def _middle(height: int, width: int) -> Box:
    w, h = min(width, round(height * MAX_CROP_ASPECT)), min(height, round(width * MAX_CROP_ASPECT))
    left, top = (width - w) // 2, (height - h) // 2
    return left, top, left + w, top + h
