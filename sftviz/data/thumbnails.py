"""Small pictures for pages: always re-encoded here, so a page never serves a file as it came."""

import base64
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sftviz.data.decode import decode


def thumbnail(path: Path, size: int = 128) -> bytes:
    """A JPEG of the whole picture, upright, its longest side `size` pixels.

    Raises:
        UnreadablePictureError: the file cannot be decoded.
    """
    return small_jpeg(decode(path), size)  # pixels alone: nothing else that the file says goes along


def small_jpeg(pixels: NDArray[np.uint8], size: int) -> bytes:
    """A JPEG of pixels (height, width, 3), its longest side `size` pixels."""
    image = Image.fromarray(pixels)
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return jpeg(image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0))


def jpeg(image: Image.Image) -> bytes:
    """An RGB image as a file for a browser."""
    file = BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()


def data_uri(content: bytes) -> str:
    """A JPEG as text that an image tag or a table column shows."""
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
