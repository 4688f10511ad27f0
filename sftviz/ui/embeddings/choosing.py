"""From what is clicked or drawn around on the map to the selection in the URL, and back."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from sftviz.embeddings.regions import points_within
from sftviz.results import IntArray, Projection
from sftviz.ui import selection
from sftviz.ui.embeddings.point_choice import choice_of_one, choice_of_points, chosen_points


def chosen_now(projection: Projection) -> IntArray | None:
    """The examples that are chosen on this map; None for none."""
    text = selection.chosen("points")
    return None if text is None else chosen_points(text, projection)


def choose_drawn(projection: Projection, indices_N: IntArray, step: int, corners_V2: NDArray[np.float64]) -> None:
    """Choose what was drawn around on the map of one of its checkpoints; of many points all within the outline.

    Args:
        projection: the map.
        indices_N: examples within the outline that are not hidden.
        step: which checkpoint's points it was drawn around.
        corners_V2: of the outline.
    """
    choice = choice_of_points(indices_N, projection, step, corners_V2)
    if choice:
        selection.move_on({"points": choice})
    num_hidden = len(points_within(projection.points_EN2[step], corners_V2)) - len(indices_N)
    if num_hidden > 0 and not choice.startswith("i"):
        st.toast(f"{num_hidden:,} hidden points lie within this outline too, and are chosen with it.")


def choose_one(index: int) -> None:
    """Choose the example that was clicked."""
    selection.move_on({"points": choice_of_one(index)})
