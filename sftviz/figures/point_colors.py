"""What the colour of a point on the map of embeddings says.

Shape legend: E checkpoints, N examples.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sftviz.figures.theme import CLASS_COLORS
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
_VALUES = ((0.0, "#D55E00"), (0.5, "#E69F00"), (1.0, "#0072B2"))


@dataclass(frozen=True, eq=False)
class PointColors:
    """A number for each point, and how numbers are coloured.

    Attributes:
        title: what it says.
        numbers_EN: float32: places in `colors` where these name groups, else shares in [0, 1].
        names: of the groups; empty for shares.
        colors: of the groups; empty for shares.
        names_classes: whether the groups are the true classes, whose colours come again after the tenth.
        is_hollow_N: the examples that were learned from, drawn as outlines; None where there are none.
    """

    title: str
    numbers_EN: FloatArray
    names: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    names_classes: bool = False
    is_hollow_N: NDArray[np.bool_] | None = None

    def axis(self) -> dict[str, object]:
        """Plotly's colour axis: a step for each group, named beside it, or a scale of shares in per cent."""
        if not self.names:
            bar = {"title": {"text": self.title}, "tickformat": ".0%", "thickness": 12, "len": 0.75}
            return {"cmin": 0, "cmax": 1, "colorscale": _VALUES, "colorbar": bar}
        count = len(self.colors)
        ends = [(place / count, color) for index, color in enumerate(self.colors) for place in (index, index + 1)]
        ticks = {"tickvals": list(range(count)), "ticktext": list(self.names[:count]), "ticks": ""}
        bar = {"title": {"text": self.title}, "thickness": 12, "len": min(1.0, 0.2 * count), **ticks}
        return {"cmin": -0.5, "cmax": count - 0.5, "colorscale": ends, "colorbar": bar}


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
        return PointColors("confidence", np.stack(confidence).astype(np.float32))
    if coloring == "split" and is_training_N is not None:
        return _groups(coloring, [is_training_N] * len(checkpoints))
    if coloring == "kept" and kept_EN is not None:
        return PointColors("neighbours kept", kept_EN)
    return _classes(checkpoints)


def _groups(coloring: str, codes: Sequence[NDArray[np.generic]]) -> PointColors:
    names, colors = _GROUPS[coloring]
    return PointColors(COLORINGS[coloring], np.stack(codes).astype(np.float32), names, colors)


def _classes(checkpoints: Sequence[Predictions]) -> PointColors:
    labels_N, classes = checkpoints[0].labels_N, checkpoints[0].classes
    numbers_EN = np.tile(labels_N.astype(np.float32), (len(checkpoints), 1))
    return PointColors(COLORINGS["class"], numbers_EN, classes, CLASS_COLORS, names_classes=True)
