"""What a picture has besides its content, each as one of a few bins: brightness, size, border, file, camera, name.

Shape legend: N pictures, B bins.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from sftviz.audit.looks import Looks
from sftviz.data.decode import FORMATS
from sftviz.data.listing import Listing
from sftviz.results import IntArray

_MOST_BINS = 12
_LEVELS = 3  # of red, green and blue of a border: dark, middle, bright


@dataclass(frozen=True, eq=False)
class Property:
    """One property of all pictures.

    Attributes:
        key: unique.
        title: in words.
        is_content: whether it may belong to what the classes are, as the colour of fruit does.
        bins_N: the bin of each picture.
        names: of the bins.
        values_N: numbers in the unit that the title names; None where the bins are no intervals of a number.
    """

    key: str
    title: str
    is_content: bool
    bins_N: IntArray
    names: tuple[str, ...]
    values_N: NDArray[np.float64] | None = None


def properties_of(listing: Listing, looks_N: Looks) -> list[Property]:
    """All properties in which the pictures differ."""
    widths, heights = (
        np.array([getattr(picture, side) for picture in listing.pictures], np.float64) for side in ("width", "height")
    )
    cameras = [camera.decode("utf-8", "replace") or "none named" for camera in looks_N["camera"].tolist()]
    names = [name_form(picture.path) for picture in listing.pictures]
    every = [
        _measured("brightness", "brightness, %", 100 * looks_N["brightness"], is_content=True),
        _measured("contrast", "contrast, %", 100 * looks_N["contrast"], is_content=True),
        _measured("saturation", "saturation, %", 100 * looks_N["saturation"], is_content=True),
        _named("border", "colour of the border", _border_colors(looks_N["border"]), is_content=True),
        _measured("size", "size, megapixels", widths * heights / 1e6),
        _measured("shape", "width over height", widths / heights),
        _measured("bytes", "file size, KiB", looks_N["file_bytes"] / 1024),
        _named("type", "file type", [FORMATS[form] for form in looks_N["format"].tolist()]),
        _named("camera", "camera", cameras),
        _named("name", "form of the file name", names),
    ]
    return [each for each in every if len(each.names) > 1]


def name_form(path: str) -> str:
    """How a file is named, not what: runs of capitals stay, other letters are `a`, digits `9`, a mixture `x`.

    Cameras and sites name in ways of their own, IMG_0042 or 2817_3f9ac; words say what is in the picture.
    """
    stem = PurePosixPath(path).stem
    return re.sub(r"[^\W_]+", lambda found: _form(found[0]), stem)[:40]


def _form(word: str) -> str:
    if word.isdecimal():
        return "9"
    if not word.isalpha():
        return "x"
    return word if word.isupper() else "a"


def _measured(key: str, title: str, values_N: NDArray[np.number], *, is_content: bool = False) -> Property:
    """Bins that hold about as many pictures each; equal values stay together."""
    values = values_N.astype(np.float64)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _MOST_BINS + 1)[1:-1], method="lower"))
    used, bins_N = np.unique(np.searchsorted(edges, values, side="left"), return_inverse=True)
    return Property(key, title, is_content, bins_N.astype(np.int64), tuple(map(str, used.tolist())), values)


def _named(key: str, title: str, names: Sequence[str], *, is_content: bool = False) -> Property:
    """The most common names, and one bin for all others."""
    common = [name for name, _ in Counter(names).most_common(_MOST_BINS - 1)]
    place = {name: index for index, name in enumerate(common)}
    bins_N = np.array([place.get(name, len(common)) for name in names], dtype=np.int64)
    has_others = bool((bins_N == len(common)).any())
    return Property(key, title, is_content, bins_N, (*common, "others") if has_others else tuple(common))


def _border_colors(colors_N3: NDArray[np.float32]) -> list[str]:
    """Each border's colour as `#rrggbb`, of three levels a channel."""
    levels = np.minimum((colors_N3 * _LEVELS).astype(np.int64), _LEVELS - 1)
    shades = np.rint((levels + 0.5) / _LEVELS * 255).astype(np.int64)
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in shades.tolist()]
