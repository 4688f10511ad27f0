"""What a network sees of a picture: a square, cut from it, put around it, or made of it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sftviz.data.decode import decode
from sftviz.data.pixels import RESAMPLING, center_crop, resized, resized_size
from sftviz.models.catalogue import Preprocessing


def fitted_size(height: int, width: int, preprocessing: Preprocessing) -> tuple[int, int]:
    """Height and width that `fitted` gives to a picture of this height and width."""
    if preprocessing.fit == "crop":
        return resized_size(height, width, preprocessing.resize)
    return preprocessing.crop, preprocessing.crop


def fitted(image: Image.Image, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """The pixels that are kept of an RGB image: all that evaluation and random views are cut from.

    Returns:
        uint8 (height, width, 3), as `fitted_size` says.
    """
    if preprocessing.fit == "crop":
        return resized(image, preprocessing.resize, preprocessing.interpolation)
    side, resampling = preprocessing.crop, RESAMPLING[preprocessing.interpolation]
    if preprocessing.fit == "squash":
        return np.asarray(image.resize((side, side), resampling))
    scale = side / max(image.size)
    # However thin it is, something of it stays.
    width, height = (max(1, round(length * scale)) for length in image.size)
    red, green, blue = (round(255 * value) for value in preprocessing.mean)
    # The colour that a network takes for nothing: its input is about zero.
    square = Image.new("RGB", (side, side), (red, green, blue))
    square.paste(image.resize((width, height), resampling), (round((side - width) / 2), round((side - height) / 2)))
    return np.asarray(square)


def picture_view(path: Path, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """What the network sees of a picture file when it is evaluated: uint8 (crop, crop, 3).

    Raises:
        UnreadablePictureError: the file is gone or cannot be decoded.
    """
    return view_of_pixels(decode(path), preprocessing)


def view_of_pixels(pixels: NDArray[np.uint8], preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """`picture_view`, of a picture already decoded: pixels (height, width, 3) of any size."""
    return center_crop(fitted(Image.fromarray(pixels), preprocessing), preprocessing.crop)
