"""A map of pixels as a map of cells, which an eye can read and a test can cover.

Shape legend: H and W height and width of a map.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sftviz.attribution.catalogue import METHODS
from sftviz.results import AttributionMap, FloatArray, IntArray

READABLE = 7  # pixels of a cell's side: single ones are noise to the eye
SIDE = 14  # cells in a row and in a column of the grid on which maps are tested


def in_cells(attribution: AttributionMap, side: int) -> AttributionMap:
    """Add up the evidence in square cells; its total stays the same.

    Args:
        attribution: a map whose height and width are multiples of `side`.
        side: of a cell, in pixels.
    """
    height, width = attribution.values_HW.shape
    cells = attribution.values_HW.reshape(height // side, side, width // side, side)
    return replace(attribution, values_HW=cells.sum(axis=(1, 3)))


def as_measured(attribution: AttributionMap) -> AttributionMap:
    """A map at the resolution that drift is measured at, however it is shown: single pixels are noise."""
    return in_cells(attribution, READABLE) if METHODS[attribution.method].explains == "pixels" else attribution


def cell_means(values_HW: FloatArray) -> NDArray[np.float64]:
    """The mean of a map in each of 14 × 14 cells, fewer where it has fewer pixels."""
    cells_HW = cells_of_pixels(*values_HW.shape)
    sums = np.bincount(cells_HW.ravel(), weights=values_HW.ravel())
    height, width = values_HW.shape
    means: NDArray[np.float64] = (sums / np.bincount(cells_HW.ravel())).reshape(min(SIDE, height), min(SIDE, width))
    return means


def cells_of_pixels(height: int, width: int) -> IntArray:
    """Which of the cells, counted row by row, each pixel (H, W) lies in."""
    rows, columns = min(SIDE, height), min(SIDE, width)
    row_H, column_W = np.arange(height) * rows // height, np.arange(width) * columns // width
    cells: IntArray = row_H[:, None] * columns + column_W
    return cells
