"""From what is drawn on the map to the selection in the URL, and back."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from sftviz.results import IntArray, Projection
from sftviz.ui import selection
from sftviz.ui.embeddings.point_choice import choice_of_one, choice_of_points, chosen_points


def chosen_now(projection: Projection) -> IntArray | None:
    """The examples that are chosen on this map; None for none."""
    text = selection.chosen("points")
    return None if text is None else chosen_points(text, projection)


def choose_drawn(drawn: Any, projection: Projection, *, has_two_panels: bool) -> None:
    """Choose what was drawn around just now, if anything was.

    Args:
        drawn: Streamlit's account of it: `points`, `box` and `lasso`.
        projection: the map.
        has_two_panels: whether before stands beside after; else what is drawn around is after.
    """
    indices = np.array([point["customdata"] for point in drawn.points if "customdata" in point], np.int64)
    choice = choice_of_points(indices, projection, _outline(drawn, has_two_panels=has_two_panels))
    if choice:
        selection.move_on({"points": choice})


def choose_one(index: int) -> None:
    """Choose the example that was clicked just now."""
    choice = choice_of_one(index)
    if choice != selection.chosen("points"):
        selection.move_on({"points": choice})
        # The chart has been sent already, without what is chosen on it now.
        st.rerun()


def _outline(drawn: Any, *, has_two_panels: bool) -> tuple[int, NDArray[np.float64]] | None:
    """Panel and corners."""
    for shape in (*drawn.lasso, *drawn.box):
        x, y = list(shape["x"]), list(shape["y"])
        if len(x) == 2:
            x, y = [x[0], x[1], x[1], x[0]], [y[0], y[0], y[1], y[1]]
        return int(not has_two_panels or shape["xref"] == "x2"), np.array([x, y], np.float64).T
    return None
