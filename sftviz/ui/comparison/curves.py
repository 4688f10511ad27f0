"""How the runs went, on the same axes."""

from functools import partial

import streamlit as st

from sftviz.analysis.figure_tables import history_table
from sftviz.figures.comparison import Along, Curve, best_so_far_figure, history_figure
from sftviz.ui.comparison.chosen import Chosen
from sftviz.ui.downloads import show_figure
from sftviz.ui.pickers import pick_one

_ALONG: dict[str, Along] = {"epoch": "epoch", "step": "step", "seconds": "seconds"}
_TITLES = {"epoch": "by epoch", "step": "by step", "seconds": "by seconds"}


def show_curves(chosen: Chosen) -> None:
    """Accuracy and loss on the validation pictures, by epoch, step or time."""
    st.header("Curves", divider="gray")
    picked = pick_one("Horizontal axis", "x", _TITLES)
    along = _ALONG.get(picked, "epoch")
    left, right = st.columns(2)
    with left:
        _show_history(chosen, along, "accuracy")
    with right:
        _show_history(chosen, along, "loss")
    st.caption("Measured on each run's validation pictures after every epoch; epoch 0 is before fine-tuning.")


def _show_history(chosen: Chosen, along: Along, curve: Curve) -> None:
    figure = history_figure(chosen.histories, chosen.names, along, curve)
    table = partial(history_table, chosen.histories, chosen.names)
    show_figure(figure, table, name=f"{curve} by {along}", key=f"{curve} curves")


def show_cost(chosen: Chosen) -> None:
    """What each run would have given after so many minutes."""
    st.header("Accuracy per minute", divider="gray")
    show_figure(
        best_so_far_figure(chosen.histories, chosen.names),
        partial(history_table, chosen.histories, chosen.names),
        name="accuracy by minutes",
        key="accuracy by minutes",
    )
    st.caption(
        "The best accuracy that each run had reached after so many minutes of its epochs, on the machine that trained "
        "it. What is computed once for all runs, such as embeddings, counts for the run that came first."
    )
