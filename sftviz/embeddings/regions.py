"""Which points of a map lie within an outline that was drawn around them.

Shape legend: N points, V corners.
"""

import numpy as np
from numpy.typing import NDArray

from sftviz.results import FloatArray, IntArray


def points_within(points_N2: FloatArray, corners_V2: NDArray[np.float64]) -> IntArray:
    """Indices of the points within a closed outline; where it crosses itself, those within an odd number of turns."""
    x_N1, y_N1 = points_N2[:, :1].astype(np.float64), points_N2[:, 1:].astype(np.float64)
    x_V, y_V = corners_V2.T
    next_x_V, next_y_V = np.roll(x_V, -1), np.roll(y_V, -1)
    # Of each side that reaches from below a point to above it, whether it passes on the point's right.
    crosses_NV = (y_V > y_N1) != (next_y_V > y_N1)
    rise_V = np.where(next_y_V == y_V, 1.0, next_y_V - y_V)
    on_right_NV = x_N1 < x_V + (y_N1 - y_V) / rise_V * (next_x_V - x_V)
    return np.flatnonzero((crosses_NV & on_right_NV).sum(axis=1) % 2 == 1).astype(np.int64)


def simplified(corners_V2: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """At most so many of the corners, evenly chosen."""
    if len(corners_V2) <= most:
        return corners_V2
    return corners_V2[np.linspace(0, len(corners_V2), most, endpoint=False).astype(np.int64)]
