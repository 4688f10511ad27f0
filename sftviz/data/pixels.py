"""From a picture's own size to a network's, with the arithmetic of torchvision's Resize and CenterCrop."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Interpolation = Literal["bilinear", "bicubic"]

MAX_ASPECT = 3  # of a longer strip only the middle counts; a network's square crop never sees its ends

RESAMPLING = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


def resized_size(height: int, width: int, short_side: int) -> tuple[int, int]:
    """Height and width that `resized` gives to a picture of this height and width."""
    height, width = _bounded(height, width)
    if height < width:
        return short_side, int(short_side * width / height)
    return int(short_side * height / width), short_side


def resized(image: Image.Image, short_side: int, interpolation: Interpolation) -> NDArray[np.uint8]:
    """Scale a picture, antialiased, so that its short side has `short_side` pixels.

    Args:
        image: RGB. Of a side more than three times the other the middle is kept.
        short_side: in pixels.
        interpolation: "bilinear" or "bicubic".

    Returns:
        uint8 (height, width, 3), as `resized_size` says.
    """
    width, height = image.size
    top, left, bottom, right = _middle(height, width, *_bounded(height, width))
    if (bottom - top, right - left) != (height, width):
        image = image.crop((left, top, right, bottom))
    height, width = resized_size(height, width, short_side)
    return np.asarray(image.resize((width, height), RESAMPLING[interpolation]))


def center_crop(pixels: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The middle square: a view uint8 (size, size, 3) of pixels that have at least `size` in both directions."""
    height, width, _ = pixels.shape
    top, left, bottom, right = _middle(height, width, size, size)
    return pixels[top:bottom, left:right]


def _bounded(height: int, width: int) -> tuple[int, int]:
    return min(height, MAX_ASPECT * width), min(width, MAX_ASPECT * height)


def _middle(height: int, width: int, inner_height: int, inner_width: int) -> tuple[int, int, int, int]:
    # Half pixels are rounded to even, as torchvision does.
    top, left = round((height - inner_height) / 2), round((width - inner_width) / 2)
    return top, left, top + inner_height, left + inner_width
