"""What a picture file says of itself before any pixel is decoded."""

from contextlib import suppress
from io import BytesIO
from typing import NamedTuple

from PIL import ExifTags, Image

from sftviz.data.decode import FORMATS

PECULIARITIES = ("turned", "animated", "deep", "cmyk", "transparent")  # in the order of their bits

_UPRIGHT = (0, 1)  # values of EXIF's orientation; 0 stands for none
_MOST_CAMERA_BYTES = 40


class Header(NamedTuple):
    """The facts.

    Attributes:
        format: its place in `FORMATS`.
        peculiarities: a bit for each of `PECULIARITIES`, the first one lowest.
        camera: maker and model from EXIF, UTF-8, cut to 40 bytes; empty where it says none.
    """

    format: int
    peculiarities: int
    camera: bytes


def header_of(data: bytes) -> Header:
    """Read the header of a file that was found readable."""
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        exif = image.getexif()
        is_so = {
            "turned": exif.get(ExifTags.Base.Orientation, 1) not in _UPRIGHT,
            "animated": _is_animated(image),
            "deep": image.mode.startswith(("I", "F")),
            "cmyk": image.mode == "CMYK",
            "transparent": image.has_transparency_data,
        }
        # A multi-picture JPEG is one to us: the format by which it was opened.
        form = FORMATS.index("JPEG" if image.format == "MPO" else str(image.format))
        maker, model = (_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
        camera = model if model.startswith(maker) else f"{maker} {model}".strip()
    flags = sum(1 << place for place, name in enumerate(PECULIARITIES) if is_so[name])
    return Header(form, flags, camera.encode("utf-8", "replace")[:_MOST_CAMERA_BYTES])


def _is_animated(image: Image.Image) -> bool:
    with suppress(Exception):  # later frames may be broken in any way; the first one is what counts
        return bool(getattr(image, "is_animated", False))
    return False


def _text(value: object) -> str:
    return " ".join(str(value or "").replace("\0", " ").split())
