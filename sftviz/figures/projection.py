"""The joint map of embeddings as plain arrays, for the browser to draw: side by side, with arrows, through the epochs.

Shape legend: E checkpoints, N examples, M movers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sftviz.figures.point_colors import PointColors
from sftviz.results import FloatArray, Predictions, Projection

Layout = Literal["sides", "arrows", "epochs"]
CROSS, HOLLOW = 1, 2  # bits of a mark

_MOST_ARROWS = 30
_NAMES = {"pca": "Principal components", "tsne": "t-SNE"}
_AXES = {"pca": "principal component {}, arbitrary units", "tsne": "t-SNE axis {}, arbitrary units"}


@dataclass(frozen=True)
class Panel:
    """One frame of the map.

    Attributes:
        step: which of the E checkpoints it shows; None for the one that a slider is at.
    """

    title: str
    step: int | None


@dataclass(frozen=True, eq=False)
class PointMap:
    """What is drawn of a map.

    Attributes:
        title, subtitle: of the whole.
        axes: names of x and y.
        steps: E names of checkpoints.
        panels: side by side; they share their axes.
        places_EN2: float32, in one common plane.
        marks_EN: uint8, `CROSS` for a wrong prediction and `HOLLOW` for an example that was learned from.
        colors: of the points.
        arrows_M: int32, examples that get an arrow from the first checkpoint to the last.
        size: of a point, in pixels.
    """

    title: str
    subtitle: str
    axes: tuple[str, str]
    steps: tuple[str, ...]
    panels: tuple[Panel, ...]
    places_EN2: FloatArray
    marks_EN: NDArray[np.uint8]
    colors: PointColors
    arrows_M: NDArray[np.int32]
    size: float


def point_map(
    projection: Projection, checkpoints: Sequence[Predictions], colors: PointColors, layout: Layout
) -> PointMap:
    """A map in one of its layouts.

    Args:
        projection: of these checkpoints.
        checkpoints: what was said of the same examples, in the same order.
        colors: of the points.
        layout: "sides" for the first checkpoint beside the last, "arrows" for the last with arrows of those examples
            that moved most, "epochs" for one after the other.
    """
    arrows_M = _most_moved(projection) if layout == "arrows" else np.empty(0, np.int32)
    count = len(projection.examples)
    axis = _AXES[projection.method]
    return PointMap(
        title=_title(projection),
        subtitle=_subtitle(projection, colors, layout, len(arrows_M)),
        axes=(axis.format(1), axis.format(2)),
        steps=tuple(str(source.epoch) for source in projection.sources),
        panels=_panels(projection, layout),
        places_EN2=projection.points_EN2.astype(np.float32),
        marks_EN=_marks_EN(checkpoints, colors),
        colors=colors,
        arrows_M=arrows_M,
        size=9 if count <= 400 else 6 if count <= 3000 else 4,
    )


def _panels(projection: Projection, layout: Layout) -> tuple[Panel, ...]:
    last = len(projection.sources) - 1
    after = Panel(f"After: epoch {projection.after.epoch}", last)
    if layout == "sides":
        return Panel(f"Before: epoch {projection.before.epoch}", 0), after
    return (after,) if layout == "arrows" else (Panel("Epoch", None),)


def _most_moved(projection: Projection) -> NDArray[np.int32]:
    movers = np.argsort(-projection.displacement_N, kind="stable")[:_MOST_ARROWS]
    return movers[projection.displacement_N[movers] > 0].astype(np.int32)


def _marks_EN(checkpoints: Sequence[Predictions], colors: PointColors) -> NDArray[np.uint8]:
    marks_EN = CROSS * np.stack([~each.is_right_N for each in checkpoints]).astype(np.uint8)
    if colors.is_hollow_N is not None:
        marks_EN += HOLLOW * colors.is_hollow_N.astype(np.uint8)
    return marks_EN


def _title(projection: Projection) -> str:
    title = f"{_NAMES[projection.method]} of {len(projection.examples):,} embeddings, one map for all"
    if projection.explained_share is not None:
        title += f"; {100 * projection.explained_share:.0f} % of the variance kept"
    return title


def _subtitle(projection: Projection, colors: PointColors, layout: Layout, num_arrows: int) -> str:
    before, after = projection.before, projection.after
    words = f"run {after.run}, epoch {before.epoch} → epoch {after.epoch}; × is a wrong prediction"
    if colors.is_hollow_N is not None:
        words += "; hollow is a training example"
    if layout == "arrows":
        words += f"; arrows: the {num_arrows} that moved most"
    return words + (f"; {len(projection.sources)} epochs on one map" if layout == "epochs" else "")
