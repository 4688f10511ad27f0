"""From what is clicked or drawn around on the map to the selection in the URL, and back."""

import numpy as np
from numpy.typing import NDArray

from sftviz.embeddings.regions import points_within
from sftviz.results import IntArray, Projection
from sftviz.ui import selection
from sftviz.ui.embeddings.point_choice import choice_of_one, choice_of_points, chosen_points


def chosen_now(projection: Projection) -> IntArray | None:
    """The examples that are chosen on this map; None for none."""
    text = selection.chosen("points")
    return None if text is None else chosen_points(text, projection)


def choose_drawn(projection: Projection, step: int, corners_V2: NDArray[np.float64]) -> None:
    """Choose what was drawn around on the map of one of its checkpoints."""
    indices = points_within(projection.points_EN2[step], corners_V2)
    choice = choice_of_points(indices, projection, step, corners_V2)
    if choice:
        selection.move_on({"points": choice})


def choose_one(index: int) -> None:
    """Choose the example that was clicked."""
    selection.move_on({"points": choice_of_one(index)})
