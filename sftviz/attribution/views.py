"""How far a map drifts when nothing changes: other views of one picture, and their maps laid over each other.

Shape legend: C channels, H and W height and width of the input.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from torch import Tensor
from torch.nn.functional import pad

from sftviz.attribution.cells import READABLE, in_cells
from sftviz.attribution.compare import drift
from sftviz.attribution.explain import explain
from sftviz.models.network import Network
from sftviz.results import AttributionMap, Drift


@dataclass(frozen=True)
class View:
    """A picture moved by whole readable cells, down and to the right, then perhaps mirrored."""

    down: int = 0
    right: int = 0
    is_mirrored: bool = False

    def of(self, input_CHW: Tensor) -> Tensor:
        """The view; what moves in at an edge repeats it."""
        _, height, width = input_CHW.shape
        top, left = READABLE * (1 - self.down), READABLE * (1 - self.right)
        wide_CHW = pad(input_CHW, (READABLE,) * 4, mode="replicate")
        moved_CHW = wide_CHW[:, top : top + height, left : left + width]
        return moved_CHW.flip(2) if self.is_mirrored else moved_CHW

    def undone(self, attribution: AttributionMap) -> AttributionMap:
        """The map of the view as one of the picture, without the margin that some views do not show."""
        values_HW = np.flip(attribution.values_HW, 1) if self.is_mirrored else attribution.values_HW
        height, width = values_HW.shape
        top, left = READABLE * (1 + self.down), READABLE * (1 + self.right)
        inner_HW = values_HW[top : top + height - 2 * READABLE, left : left + width - 2 * READABLE]
        return replace(attribution, values_HW=inner_HW)


VIEWS = (View(is_mirrored=True), View(down=1), View(right=-1), View(down=-1, right=1, is_mirrored=True))


def maps_of_views(network: Network, input_CHW: Tensor, attribution: AttributionMap) -> Iterator[AttributionMap]:
    """The same evidence in each view of the picture, laid back over it, one after the other.

    Args:
        network: any mode.
        input_CHW: float32, normalised: the picture that the map explains.
        attribution: of that picture.

    Raises:
        AttributionError: a view has no map.
    """
    for view in VIEWS:
        (found,) = explain(
            network,
            view.of(input_CHW)[None],
            [attribution.target],
            attribution.method,
            source=attribution.source,
            examples=[attribution.example],
            against=attribution.against,
        )
        yield view.undone(found)


def drifts_of_views(attribution: AttributionMap, of_views: Sequence[AttributionMap]) -> tuple[Drift, ...]:
    """The drift between any two of a map and those of its views."""
    maps = [View().undone(attribution), *of_views]
    if attribution.layer == "input":
        maps = [in_cells(each, READABLE) for each in maps]
    return tuple(drift(one, other) for one, other in combinations(maps, 2))
