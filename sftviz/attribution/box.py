"""A part of the picture that a person marks: how much of the evidence lies elsewhere.

Shape legend: M pictures, g rows and columns of a coarse grid.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sftviz.results import FloatArray

_WHOLE = 100


@dataclass(frozen=True)
class Box:
    """A rectangle in whole percentages of the picture's sides, from its left and from its top."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def parsed(cls, text: str) -> "Box | None":
        """A box from its `text`, or None where that describes none."""
        parts = text.split(",")
        if len(parts) != 4 or not all(part.isdecimal() and len(part) <= 3 for part in parts):
            return None
        return cls.within(*map(int, parts))

    @classmethod
    def within(cls, left: float, top: float, right: float, bottom: float) -> "Box | None":
        """The nearest box of whole percentages that lies within the picture, or None where it has no area."""
        numbers = [min(max(round(each), 0), _WHOLE) for each in (left, top, right, bottom)]
        return cls(*numbers) if numbers[0] < numbers[2] and numbers[1] < numbers[3] else None

    @property
    def text(self) -> str:
        """The four numbers, as they stand in an address."""
        return f"{self.left},{self.top},{self.right},{self.bottom}"

    @property
    def area(self) -> float:
        """Its share of the picture."""
        return (self.right - self.left) * (self.bottom - self.top) / _WHOLE**2


def outside_share(grids_Mgg: FloatArray, box: Box) -> FloatArray:
    """Share of the evidence outside the box, in [0, 1], float32 (M,); NaN where there is no evidence.

    Args:
        grids_Mgg: share of the evidence in each cell; in a cell that the box cuts, it is taken to be spread evenly.
        box: within the picture that the grid covers.
    """
    rows_g = _covered(box.top, box.bottom, grids_Mgg.shape[1])
    columns_g = _covered(box.left, box.right, grids_Mgg.shape[2])
    inside_M = np.einsum("mrc,r,c->m", grids_Mgg.astype(np.float64), rows_g, columns_g)
    totals_M = grids_Mgg.sum(axis=(1, 2), dtype=np.float64)
    shares_M = 1 - np.divide(inside_M, totals_M, out=np.full(len(totals_M), np.nan), where=totals_M > 0)
    outside_M: FloatArray = shares_M.clip(min=0).astype(np.float32)
    return outside_M


def _covered(start: int, end: int, num_cells: int) -> NDArray[np.float64]:
    """Which share of each cell in a row of cells lies between two percentages."""
    edges = np.linspace(0, _WHOLE, num_cells + 1)
    overlap = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    covered: NDArray[np.float64] = overlap.clip(min=0) * num_cells / _WHOLE
    return covered
