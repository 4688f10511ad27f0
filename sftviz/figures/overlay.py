"""A map laid over its picture, as an image of the picture's size."""

import io
import re

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sftviz.figures.theme import DIVERGING, SEQUENTIAL
from sftviz.results import FloatArray

_SATURATED = 0.995  # share of pixels within the scale: a few glaring ones would pale out all others


def color_limit(values: FloatArray) -> float:
    """Where the scale of a map, or of several maps, ends: 0.5 % of the pixels lie beyond."""
    largest = float(np.quantile(np.abs(values), _SATURATED, method="higher"))
    return largest if largest > 0 else 1.0


def overlay_png(
    picture_HW3: NDArray[np.uint8], values_hw: FloatArray, *, limit: float, opacity: float, is_diverging: bool
) -> bytes:
    """A PNG of what `overlay` makes."""
    file = io.BytesIO()
    mixed = overlay(picture_HW3, values_hw, limit=limit, opacity=opacity, is_diverging=is_diverging)
    Image.fromarray(mixed).save(file, "PNG")
    return file.getvalue()


def overlay(
    picture_HW3: NDArray[np.uint8],
    values_hw: FloatArray,
    *,
    limit: float,
    opacity: float,
    is_diverging: bool = False,
    is_smooth: bool = False,
) -> NDArray[np.uint8]:
    """The picture under the map, in the colours of `attribution_figure`, without text: uint8 (H, W, 3).

    Args:
        picture_HW3: what the network saw.
        values_hw: the map; its cells are stretched over the picture.
        limit: the value that gets the last colour.
        opacity: of the map, in [0, 1].
        is_diverging: colours from -limit to limit instead of from 0.
        is_smooth: values run from the middle of one cell to that of the next.
    """
    height, width, _ = picture_HW3.shape
    resampling = Image.Resampling.BILINEAR if is_smooth else Image.Resampling.NEAREST
    stretched = Image.fromarray(values_hw.astype(np.float32)).resize((width, height), resampling)
    shares_HW = np.asarray(stretched) / limit
    colors_HW4 = _colored((shares_HW + 1) / 2, DIVERGING) if is_diverging else _colored(shares_HW, SEQUENTIAL)
    alpha_HW1 = opacity * colors_HW4[..., 3:]
    mixed = (1 - alpha_HW1) * picture_HW3 + alpha_HW1 * colors_HW4[..., :3]
    return np.rint(mixed).astype(np.uint8)


def _colored(shares_HW: NDArray[np.floating], scale: tuple[tuple[float, str], ...]) -> NDArray[np.float64]:
    """Red, green and blue in [0, 255] and opacity in [0, 1], between the scale's colours; beyond its ends they stay."""
    places = [place for place, _ in scale]
    stops_S4 = np.array([[float(number) for number in re.findall(r"[\d.]+", color)] for _, color in scale])
    return np.stack([np.interp(shares_HW, places, stops_S4[:, channel]) for channel in range(4)], axis=-1)
