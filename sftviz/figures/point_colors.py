"""What the colour of a point on the map of embeddings says.

Shape legend: E checkpoints, N examples.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sftviz.figures.theme import class_color
from sftviz.results import FloatArray, Predictions

COLORINGS = {
    "class": "true class",
    "right": "right or wrong",
    "flip": "flip",
    "confidence": "confidence",
    "kept": "neighbourhood kept",
    "split": "training or validation",
}
_RIGHT, _WRONG, _FIXED, _BROKEN, _FAINT = "#0072B2", "#D55E00", "#009E73", "#D55E00", "#999999"
_GROUPS = {
    "right": (("wrong", "right"), (_WRONG, _RIGHT)),
    "split": (("validation", "training"), ("#0072B2", "#E69F00")),
    "flip": (("still wrong", "still right", "broken", "fixed"), ("#CC79A7", _FAINT, _BROKEN, _FIXED)),
}
# From rare to usual: what is odd shows on a light page and on a dark one.
_VALUES = ("#D55E00", "#E69F00", "#0072B2")
_NUM_SHADES = 256
_MOST_CLASSES_NAMED = 20


@dataclass(frozen=True, eq=False)
class PointColors:
    """The group of each point, and how groups are coloured.

    Attributes:
        title: what it says.
        groups_EN: uint16, places in `colors`.
        colors: of the groups, "#rrggbb"; of shares, from 0 to 1 in even steps.
        names: of the groups; empty where they are shares, or too many to be named.
        is_scale: whether the groups are shares.
        is_hollow_N: the examples that were learned from, drawn as outlines; None where there are none.
    """

    title: str
    groups_EN: NDArray[np.uint16]
    colors: tuple[str, ...]
    names: tuple[str, ...] = ()
    is_scale: bool = False
    is_hollow_N: NDArray[np.bool_] | None = None


def point_colors(
    coloring: str,
    checkpoints: Sequence[Predictions],
    kept_EN: NDArray[np.float32] | None = None,
    is_training_N: NDArray[np.bool_] | None = None,
) -> PointColors:
    """Colours of the examples at each checkpoint.

    Args:
        coloring: a key of `COLORINGS`.
        checkpoints: what was said of the same examples, from before to after.
        kept_EN: share of each neighbourhood that the map keeps; without it "kept" is the class.
        is_training_N: which examples were learned from; without them "split" is the class.
    """
    colors = _colors(coloring, checkpoints, kept_EN, is_training_N)
    return replace(colors, is_hollow_N=is_training_N)


def _colors(
    coloring: str,
    checkpoints: Sequence[Predictions],
    kept_EN: NDArray[np.float32] | None,
    is_training_N: NDArray[np.bool_] | None,
) -> PointColors:
    first, last = checkpoints[0].is_right_N, checkpoints[-1].is_right_N
    if coloring == "right":
        return _groups(coloring, [each.is_right_N for each in checkpoints])
    if coloring == "flip":
        codes_N = np.where(first == last, last, 2 + last)
        return _groups(coloring, [codes_N] * len(checkpoints))
    if coloring == "confidence":
        confidence = [each.probabilities_NK.max(axis=1) for each in checkpoints]
        return _shares("confidence", np.stack(confidence))
    if coloring == "split" and is_training_N is not None:
        return _groups(coloring, [is_training_N] * len(checkpoints))
    if coloring == "kept" and kept_EN is not None:
        return _shares("neighbours kept", kept_EN)
    return _classes(checkpoints)


def _groups(coloring: str, codes: Sequence[NDArray[np.generic]]) -> PointColors:
    names, colors = _GROUPS[coloring]
    return PointColors(COLORINGS[coloring], np.stack(codes).astype(np.uint16), colors, names)


def _shares(title: str, shares_EN: FloatArray) -> PointColors:
    groups_EN = (shares_EN * (_NUM_SHADES - 1)).round().astype(np.uint16)
    return PointColors(title, groups_EN, _SHADES, is_scale=True)


def _classes(checkpoints: Sequence[Predictions]) -> PointColors:
    labels_N, classes = checkpoints[0].labels_N, checkpoints[0].classes
    groups_EN = np.tile(labels_N.astype(np.uint16), (len(checkpoints), 1))
    colors = tuple(map(class_color, range(len(classes))))
    names = classes if len(classes) <= _MOST_CLASSES_NAMED else ()
    return PointColors(COLORINGS["class"], groups_EN, colors, names)


def _shades() -> tuple[str, ...]:
    corners = np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in _VALUES])
    at = np.linspace(0, len(corners) - 1, _NUM_SHADES)
    shades = np.stack([np.interp(at, np.arange(len(corners)), part) for part in corners.T], axis=1)
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in shades.round().astype(int).tolist())


_SHADES = _shades()
