"""Which points of the map are chosen, as a short text that stands in the URL.

A few points are told by their indices, and stay chosen whatever map is shown; many by the outline that was drawn around
them, which holds on that map alone.
"""

import numpy as np
from numpy.typing import NDArray

from sftviz.embeddings.regions import points_within, simplified
from sftviz.results import FloatArray, IntArray, Projection

_MOST_LETTERS = 800  # an address may be some 2,000 long, and other choices stand in it
_MOST_CORNERS = 60
_STEPS = 36**2 - 1  # of the map's width and height: two letters each
_MARGIN = 0.05


def choice_of_points(indices: IntArray, projection: Projection, step: int, corners_V2: NDArray[np.float64]) -> str:
    """The text for some points of a map; empty for none.

    Args:
        indices: of the chosen examples.
        projection: the map.
        step: which of its checkpoints' points were drawn around.
        corners_V2: of the outline.
    """
    if not len(indices):
        return ""
    chosen = np.unique(indices)
    steps = np.diff(chosen, prepend=0).tolist()
    text = "i" + ".".join(_base36(step) for step in steps)
    if len(text) <= _MOST_LETTERS:
        return text
    low, size = _frame(projection)
    places = ((simplified(corners_V2, _MOST_CORNERS) - low) / size).clip(0, 1) * _STEPS
    return f"{_map_name(projection)}-{step}-" + "".join(
        _base36(each).zfill(2) for each in places.round().astype(int).ravel().tolist()
    )


def choice_of_one(index: int) -> str:
    """The text for one example, on whatever map."""
    return f"i{_base36(index)}"


def chosen_points(text: str, projection: Projection) -> IntArray | None:
    """The examples that a text stands for; None where it stands for none of this map."""
    try:
        if text.startswith("i"):
            found = np.cumsum([int(step, 36) for step in text[1:].split(".")], dtype=np.int64)
        else:
            found = _within(text, projection)
    except (ValueError, OverflowError):
        return None
    found = found[(found >= 0) & (found < len(projection.examples))]
    return found if len(found) else None


def _within(text: str, projection: Projection) -> IntArray:
    name, step, corners = text.rsplit("-", 2)
    if name != _map_name(projection) or int(step) not in range(len(projection.sources)):
        raise ValueError("an outline on another map")
    places = [int(corners[start : start + 2], 36) for start in range(0, len(corners), 2)]
    low, size = _frame(projection)
    corners_V2 = np.array(places, np.float64).reshape(-1, 2) / _STEPS * size + low
    return points_within(projection.points_EN2[int(step)], corners_V2)


def _map_name(projection: Projection) -> str:
    # Their numbers tell a map that has training examples too, or the epochs between, from one that has not.
    epochs = f"{projection.before.epoch}-{projection.after.epoch}-{len(projection.sources)}"
    return f"o{projection.method}-{epochs}-{len(projection.examples)}"


def _frame(projection: Projection) -> tuple[FloatArray, FloatArray]:
    low, high = projection.points_EN2.min(axis=(0, 1)), projection.points_EN2.max(axis=(0, 1))
    size = np.maximum(high - low, np.float32(1e-6))
    return low - _MARGIN * size, size * (1 + 2 * _MARGIN)


def _base36(number: int) -> str:
    return np.base_repr(number, 36).lower()
