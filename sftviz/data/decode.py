"""One file in, RGB pixels out; or a sentence that says why not."""

import errno
import os
import stat
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from sftviz.data.limits import MAX_FILE_BYTES, MIB
from sftviz.data.names import shown
from sftviz.errors import UnreadablePictureError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MAX_PIXELS = 89_000_000  # just under where Pillow itself begins to warn of decompression bombs

# Pillow looks at the header's size before we can; with this its warning stops there, as its documentation advises.
warnings.simplefilter("error", Image.DecompressionBombWarning)

# A link is not followed, and a pipe is not waited for without end; Windows knows neither flag, but needs a third.
_OPENING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


def decode(path: Path) -> NDArray[np.uint8]:
    """Read a picture the way a person sees it: upright, 8 bits, on white where it is transparent.

    The format is known by content, never by name. Of an animation or a multi-page file the first frame counts.

    Returns:
        uint8 (height, width, 3), RGB.

    Raises:
        UnreadablePictureError: the file is missing, damaged, cut short, too large, or no picture that we read.
    """
    return decode_bytes(read(path), path.name)


def read(path: Path) -> bytes:
    """The bytes of a picture file, to be hashed and decoded from one reading.

    Links are not followed: one may have taken the place of a picture since the scan, and lead anywhere.

    Raises:
        UnreadablePictureError: the file cannot be opened, is no plain file, or is too large.
    """
    try:
        with os.fdopen(os.open(path, _OPENING), "rb") as file:
            facts = os.fstat(file.fileno())
            if stat.S_ISREG(facts.st_mode) and facts.st_size <= MAX_FILE_BYTES:
                return file.read()
    except OSError as error:
        fault = "is a link" if error.errno == errno.ELOOP else f"cannot be opened: {error.strerror}"
        raise UnreadablePictureError(f"The file {shown(path.name)} {fault}.") from error
    if not stat.S_ISREG(facts.st_mode):
        raise UnreadablePictureError(f"{shown(path.name)} is no plain file.")
    size, most = facts.st_size / MIB, MAX_FILE_BYTES // MIB
    raise UnreadablePictureError(f"The file {shown(path.name)} has {size:,.0f} MiB; up to {most} MiB are read.")


def decode_bytes(data: bytes, name: str) -> NDArray[np.uint8]:
    """`decode`, for a file already read; `name` is for the sentence only."""
    return np.asarray(opened(data, name))


def opened(data: bytes, name: str) -> Image.Image:
    """`decode_bytes` as an image in memory, for those who go on with Pillow: a copy less."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            _require_bounded(image)
            ImageOps.exif_transpose(image, in_place=True)
            return _rgb(image)
    except Exception as error:  # what broken bytes make Pillow raise has no narrower common ancestor
        raise UnreadablePictureError(f"The file {shown(name)} {_fault(error)}") from error


def _require_bounded(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise Image.DecompressionBombError


def _fault(error: Exception) -> str:
    match error:
        case UnidentifiedImageError():
            return "is not a picture that we read: those are JPEG, PNG, WebP, GIF, BMP and TIFF."
        case Image.DecompressionBombError() | Image.DecompressionBombWarning():
            return f"has more than {MAX_PIXELS // 10**6} megapixels; make it smaller."
        case MemoryError():
            return "needs more memory than there is; make it smaller."
        case _:
            return f"is damaged or cut short ({str(error) or type(error).__name__}); save it anew or leave it out."


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):  # Pillow's own conversion would clip these at 255
        values = np.asarray(image)
        pixels = _eight_bits(values)
        if isinstance(clear := image.info.get("transparency"), int):
            pixels[values == clear] = 255
        return Image.fromarray(pixels).convert("RGB")
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return image.convert("RGB")


def _eight_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Whole numbers count as 16-bit, floats as [0, 1] or [0, 255]; others are stretched from their own range."""
    grey = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    ceilings = (65535.0,) if np.issubdtype(values.dtype, np.integer) else (1.0, 255.0)
    low, high = grey.min(), grey.max()
    ceiling = next((ceiling for ceiling in ceilings if high <= ceiling), None) if low >= 0 else None
    if ceiling is None:
        grey, ceiling = grey - low, max(high - low, np.finfo(np.float64).tiny)
    scaled: NDArray[np.float64] = np.rint(grey / ceiling * 255)
    return scaled.astype(np.uint8)
