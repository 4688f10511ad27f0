"""A map of pixels as a map of cells, which an eye can read."""

from dataclasses import replace

from sftviz.results import AttributionMap


def in_cells(attribution: AttributionMap, side: int) -> AttributionMap:
    """Add up the evidence in square cells; its total stays the same.

    Args:
        attribution: a map whose height and width are multiples of `side`.
        side: of a cell, in pixels.
    """
    height, width = attribution.values_HW.shape
    cells = attribution.values_HW.reshape(height // side, side, width // side, side)
    return replace(attribution, values_HW=cells.sum(axis=(1, 3)))
